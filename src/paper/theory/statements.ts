/** What the theory page checks: each statement in our words, with its place in the paper. Numbers come from the checks. */
import {
  type AnnotatedFormula,
  CURVATURE_FORMULA,
  GRADIENT_FORMULA,
  SAME_OUTPUT_FORMULA,
  STARTING_POINT_FORMULA,
  WORST_CASE_FORMULA,
} from './formulas.ts';

export const STATEMENT_IDS = ['4.1', '4.2', '4.3', '4.4', '4.5'] as const;
export type StatementId = (typeof STATEMENT_IDS)[number];

/** In texts, words between underscores are mathematics: _σ_. */
export interface Statement {
  /** In the row of tabs. */
  tab: string;
  title: string;
  /** In one sentence. */
  words: string;
  /** Where the version of the paper that is cited states and proves it. */
  source: string;
  formula: AnnotatedFormula;
  /** What the letters mean. */
  letters: string;
}

/** All pages and equations are those of this version. */
export const CITED_VERSION = 'arXiv v3';
const PAGES = 'pp. 7–9';
const PROOFS = 'App. C';

const GRADIENT_LETTERS =
  '_g~j_ is the gradient at the input of the layers after BatchNorm, the same point for both networks; _y~j_ the outputs of unit _j_ over the _m_ samples, _μ~j_ and _σ~j_ their mean and deviation, _ŷ~j_ = (_y~j_ − _μ~j_)/_σ~j_.';

export const STATEMENTS: Record<StatementId, Statement> = {
  '4.1': {
    tab: 'Gradient',
    title: 'Theorem 4.1, unit by unit',
    words: 'A unit’s gradient loses its mean and its part along the activations, and is rescaled by _γ_/_σ_.',
    source: `${PAGES}; ${PROOFS}, eqs. 6–8`,
    formula: GRADIENT_FORMULA,
    letters: GRADIENT_LETTERS,
  },
  '4.2': {
    tab: 'Curvature',
    title: 'Theorem 4.2, unit by unit',
    words:
      'Along a unit’s own gradient the curvature is rescaled by _γ_²/_σ_², and one more term is taken off, whose sign is free.',
    source: `${PAGES}; ${PROOFS}, eqs. 41, 42, 50`,
    formula: CURVATURE_FORMULA,
    letters: `_v~j_ is the gradient with BatchNorm, _H~jj_ the second derivative by unit _j_ without it, _Ĥ~jj_ with it. ${GRADIENT_LETTERS}`,
  },
  '4.3': {
    tab: 'Same minima',
    title: 'Observation 4.3, unit by unit',
    words:
      'With _γ_ = _σ_ and _β_ = _μ_ a layer gets its own output back: no minimum is lost, and what BatchNorm gains is not mere rescaling.',
    source: PAGES,
    formula: SAME_OUTPUT_FORMULA,
    letters:
      '_y~j_ are the outputs of unit _j_ over the _m_ samples, _μ~j_ and _σ~j_ their mean and deviation. This page sets _γ_ and _β_ as the formula asks.',
  },
  '4.4': {
    tab: 'Worst case',
    title: 'Theorem 4.4, as a worst case',
    words:
      'For weights the statement is about the largest gradient that inputs of one size can cause: the same two parts are missing from it.',
    source: `${PAGES}; ${PROOFS}, eqs. 15–18`,
    formula: WORST_CASE_FORMULA,
    letters: `The weights’ gradient is _X_ᵀ times that of the outputs, which stays as it is while _X_ varies; _λ_ is the norm of the actual inputs. ${GRADIENT_LETTERS}`,
  },
  '4.5': {
    tab: 'Starting point',
    title: 'Lemma 4.5, along the ray',
    words:
      'After BatchNorm the length of a unit’s weights no longer matters. Every optimum becomes a ray, and some point of it lies nearer to the start.',
    source: `${PAGES}; ${PROOFS}`,
    formula: STARTING_POINT_FORMULA,
    letters:
      '_W_₀ are the weights, _W_* an optimum without BatchNorm, _Ŵ_* the nearest point of the ray through it. The lemma is about all weights at once; each unit is a ray of its own as well, which is ours.',
  },
};

/** What none of the statements says. */
export const SCOPE = [
  'One layer at one instant: nothing here follows a network through its training.',
  'Gradients at the layer’s outputs. About weights there is only a worst case (Theorem 4.4).',
  'Equal input for the layers after BatchNorm, as the proofs assume; two networks trained apart do not stay there.',
] as const;
