/** The statements' formulae in the form in which they hold, cut into terms, each with a plain word. */
import {
  bracket,
  equals,
  type Formula,
  fraction,
  hat,
  identifier,
  inner,
  minus,
  norm,
  number,
  operator,
  row,
  squaredNorm,
  sub,
  subSup,
  sup,
  tall,
  transposed,
  under,
} from '../mathml.ts';

export interface Term {
  formula: Formula;
  /** What the term is, under it. */
  words?: string;
}

/** Parts that stay on one line each where the whole does not fit. */
export type AnnotatedFormula = readonly (readonly Term[])[];

const letter = (name: string, index = 'j'): Formula => sub(identifier(name), identifier(index));
const [gamma, m, lambda] = [identifier('γ'), identifier('m'), identifier('λ')];
const two = number('2');
const squared = (base: Formula): Formula => sup(base, two);
const overM = fraction(number('1'), m);
const one = number('𝟏');
const L = identifier('L');
const [g, y, sigma, mu, v] = ['g', 'y', 'σ', 'μ', 'v'].map((name) => letter(name)) as [
  Formula,
  Formula,
  Formula,
  Formula,
  Formula,
];
const yHat = sub(hat(identifier('y')), identifier('j'));
const gradient = (loss: Formula, of: Formula): Formula => row(sub(operator('∇'), of), loss);
const scale = fraction(squared(gamma), subSup(identifier('σ'), identifier('j'), two));
const scaleTerm: Term = { formula: scale, words: 'scale' };
const open: Term = { formula: tall('(') };
const close: Term = { formula: tall(')') };
const less: Term = { formula: row(minus) };
const equal: Term = { formula: row(equals) };

/** ‖∇L̂‖² = γ²/σ² (‖g‖² − ⟨1, g⟩²/m − ⟨g, ŷ⟩²/m) */
export const GRADIENT_FORMULA: AnnotatedFormula = [
  [{ formula: squaredNorm(gradient(hat(L), y)), words: 'with BatchNorm' }, equal],
  [
    scaleTerm,
    open,
    { formula: squaredNorm(g), words: 'without' },
    less,
    { formula: row(overM, squared(inner(one, g))), words: 'its mean' },
    less,
    { formula: row(overM, squared(inner(g, yHat))), words: 'its part along ŷ' },
    close,
  ],
];

const hessian = (of: Formula): Formula => sub(of, row(identifier('j'), identifier('j')));

/** vᵀĤv = γ²/σ² vᵀHv − γ/(mσ²) ⟨ŷ, g⟩ ‖v‖² */
export const CURVATURE_FORMULA: AnnotatedFormula = [
  [{ formula: row(transposed(v), hessian(hat(identifier('H'))), v), words: 'with BatchNorm' }, equal],
  [
    scaleTerm,
    { formula: row(transposed(v), hessian(identifier('H')), v), words: 'without, same way' },
    less,
    {
      formula: row(
        fraction(gamma, row(m, subSup(identifier('σ'), identifier('j'), two))),
        inner(yHat, g),
        squaredNorm(v),
      ),
      words: 'extra term, of either sign',
    },
  ],
];

/** γ (y − μ)/σ + β = y with γ = σ and β = μ */
export const SAME_OUTPUT_FORMULA: AnnotatedFormula = [
  [
    { formula: sigma, words: 'as γ' },
    { formula: fraction(row(y, minus, mu), sigma), words: 'normalised' },
    { formula: row(operator('+')) },
    { formula: mu, words: 'as β' },
    equal,
    { formula: y, words: 'as without BatchNorm' },
  ],
];

const largest = (of: Formula): Formula =>
  row(under(operator('max'), row(norm(identifier('X')), operator('≤'), lambda)), of);
const weightGradient = (loss: Formula): Formula => squaredNorm(gradient(loss, letter('W')));

/** max ‖∇L̂‖² = γ²/σ² (max ‖∇L‖² − λ²mμ² − λ²/m ⟨g, ŷ⟩²) */
export const WORST_CASE_FORMULA: AnnotatedFormula = [
  [{ formula: largest(weightGradient(hat(L))), words: 'worst case with BatchNorm' }, equal],
  [
    scaleTerm,
    open,
    { formula: largest(weightGradient(L)), words: 'without' },
    less,
    {
      formula: row(squared(lambda), m, subSup(identifier('μ'), g, two)),
      words: 'its mean',
    },
    less,
    {
      formula: row(fraction(squared(lambda), m), squared(inner(g, yHat))),
      words: 'along ŷ',
    },
    close,
  ],
];

const start = sub(identifier('W'), number('0'));
const star = (base: Formula): Formula => sup(base, operator('∗'));
const optimum = star(identifier('W'));

/** ‖W₀ − Ŵ*‖² = ‖W₀ − W*‖² − (‖W*‖² − ⟨W*, W₀⟩)²/‖W*‖² */
export const STARTING_POINT_FORMULA: AnnotatedFormula = [
  [{ formula: squaredNorm(start, minus, star(hat(identifier('W')))), words: 'way with BatchNorm' }, equal],
  [
    { formula: squaredNorm(start, minus, optimum), words: 'way without' },
    less,
    {
      formula: fraction(
        squared(bracket(squaredNorm(optimum), minus, inner(optimum, start))),
        squaredNorm(optimum),
      ),
      words: 'saved by scaling W*',
    },
  ],
];

const at = (base: Formula, index: string): Formula => sup(base, bracket(identifier(index)));

/** Fact C.1 */
export const FACT_C1: Formula = row(
  fraction(row(operator('∂'), hat(L)), row(operator('∂'), at(identifier('y'), 'b'))),
  equals,
  fraction(gamma, row(m, identifier('σ'))),
  bracket(
    row(m, at(identifier('g'), 'b')),
    minus,
    row(under(operator('∑'), identifier('k')), at(identifier('g'), 'k')),
    minus,
    row(
      at(hat(identifier('y')), 'b'),
      under(operator('∑'), identifier('k')),
      at(identifier('g'), 'k'),
      at(hat(identifier('y')), 'k'),
    ),
  ),
);

/** Fact C.2, for z */
export const FACT_C2: Formula = row(
  fraction(row(operator('∂'), at(identifier('z'), 'b')), row(operator('∂'), at(identifier('y'), 'k'))),
  equals,
  fraction(gamma, identifier('σ')),
  bracket(
    row(operator('['), identifier('b'), equals, identifier('k'), operator(']')),
    minus,
    overM,
    minus,
    fraction(row(at(hat(identifier('y')), 'b'), at(hat(identifier('y')), 'k')), m),
  ),
);
