/** Formulae of the glossary that no figure has. */
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
  primed,
  row,
  space,
  squaredNorm,
  sub,
  sup,
  under,
} from './mathml.ts';

const [x, y, z] = [identifier('x'), identifier('y'), identifier('z')];
const gradient = identifier('g');
const learningRate = identifier('η');
const theta = identifier('θ');
const atMost = operator('≤');
const comma = operator(',');
const first = (base: Formula): Formula => sub(base, number('1'));
const second = (base: Formula): Formula => sub(base, number('2'));
const absolute = (...parts: Formula[]): Formula => row(operator('|'), ...parts, operator('|'));
const gradientAt = (point: Formula): Formula => row(operator('∇'), identifier('f'), bracket(point));
const distance = norm(first(x), minus, second(x));
const scaled = (base: Formula): Formula => row(identifier('γ'), base, operator('+'), identifier('β'));

/** ŷ = (y − μ) / σ, z = γŷ + β */
export const BATCH_NORM: Formula = row(
  hat(y),
  equals,
  fraction(row(y, minus, identifier('μ')), identifier('σ')),
  comma,
  space(),
  z,
  equals,
  scaled(hat(y)),
);

/** z′ = s z + m */
export const NOISY_BATCH_NORM: Formula = row(
  primed(z),
  equals,
  identifier('s'),
  z,
  operator('+'),
  identifier('m'),
);

/** |f(x₁) − f(x₂)| ≤ L ‖x₁ − x₂‖ */
export const LIPSCHITZ: Formula = row(
  absolute(identifier('f'), bracket(first(x)), minus, identifier('f'), bracket(second(x))),
  atMost,
  identifier('L'),
  distance,
);

/** ‖∇f(x₁) − ∇f(x₂)‖ ≤ β ‖x₁ − x₂‖ */
export const BETA_SMOOTH: Formula = row(
  norm(gradientAt(first(x)), minus, gradientAt(second(x))),
  atMost,
  identifier('β'),
  distance,
);

/** ŷ = (y − μ) / N_p, N_p the p-th root of the mean of |y|^p */
export const LP_NORM: Formula = row(
  hat(y),
  equals,
  fraction(row(y, minus, identifier('μ')), sub(identifier('N'), identifier('p'))),
  comma,
  space(),
  sub(identifier('N'), identifier('p')),
  equals,
  sup(
    bracket(identifier('mean'), space(), sup(absolute(y), identifier('p'))),
    row(number('1'), operator('/'), identifier('p')),
  ),
);

/** θ ← θ − ηg */
export const DESCENT: Formula = row(theta, operator('←'), theta, minus, learningRate, gradient);

/** θ − η′g */
export const PROBE_POINT: Formula = row(theta, minus, primed(learningRate), gradient);

/** ‖g′ − g‖₂ */
export const GRADIENT_DIFFERENCE: Formula = second(norm(primed(gradient), minus, gradient));

/** cos(G, G′) = ⟨G, G′⟩ / (‖G‖‖G′‖) */
export const COSINE: Formula = row(
  identifier('cos'),
  bracket(identifier('G'), comma, primed(identifier('G'))),
  equals,
  fraction(
    inner(identifier('G'), primed(identifier('G'))),
    row(norm(identifier('G')), norm(primed(identifier('G')))),
  ),
);

/** β ≈ 1 / η′_min */
export const SATURATION: Formula = row(
  identifier('β'),
  operator('≈'),
  fraction(number('1'), under(operator('min'), primed(learningRate))),
);

/** λ_max ≈ 2 / η */
export const EDGE_OF_STABILITY: Formula = row(
  sub(identifier('λ'), identifier('max')),
  operator('≈'),
  fraction(number('2'), learningRate),
);

/** η / ‖W‖² */
export const EFFECTIVE_RATE: Formula = fraction(learningRate, squaredNorm(identifier('W')));

/** min ½ Σ ‖W_1 ⋯ W_k x − A x‖² */
export const DEEP_LINEAR: Formula = row(
  fraction(number('1'), number('2')),
  under(operator('∑'), x),
  squaredNorm(
    first(identifier('W')),
    operator('⋯'),
    sub(identifier('W'), identifier('k')),
    x,
    minus,
    identifier('A'),
    x,
  ),
);

/** ‖∇L̂‖² ≤ γ²/σ² (‖∇L‖² − …) */
export const THEOREM: Formula = row(
  squaredNorm(operator('∇'), hat(identifier('L'))),
  atMost,
  fraction(sup(identifier('γ'), number('2')), sup(identifier('σ'), number('2'))),
  bracket(squaredNorm(operator('∇'), identifier('L')), minus, operator('…')),
);
