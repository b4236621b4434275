/** The formulae of the lab's measurements. */
import {
  bracket,
  equals,
  type Formula,
  fraction,
  identifier,
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

const theta = identifier('θ');
const gradient = identifier('g');
const stepSize = primed(identifier('η'));
const point = row(theta, minus, stepSize, gradient);
const gradientThere = primed(gradient);
const difference = norm(gradientThere, minus, gradient);
const overSteps = (name: string): Formula => under(operator(name), stepSize);

/** [min, max] over η′ of L(θ − η′g) */
export const LOSS_BAND: Formula = row(
  operator('['),
  row(overSteps('min'), identifier('L'), bracket(point)),
  operator(','),
  row(overSteps('max'), identifier('L'), bracket(point)),
  operator(']'),
);

/** ‖g′ − g‖₂ with g′ = ∇L(θ − η′g) */
export const PREDICTIVENESS: Formula = row(
  sub(difference, number('2')),
  operator(','),
  space(),
  gradientThere,
  equals,
  operator('∇'),
  identifier('L'),
  bracket(point),
);

/** β = max over η′ of ‖g′ − g‖ / (η′‖g‖) */
export const SMOOTHNESS: Formula = row(
  identifier('β'),
  equals,
  overSteps('max'),
  fraction(difference, row(stepSize, norm(gradient))),
);

const layerGradient = sub(identifier('G'), identifier('i'));
const shiftedGradient = sub(primed(identifier('G')), identifier('i'));

/** ‖G_i − G′_i‖₂ */
export const COVARIATE_SHIFT: Formula = row(
  sub(norm(layerGradient, minus, shiftedGradient), number('2')),
  operator(','),
  space(),
  identifier('cos'),
  bracket(layerGradient, operator(','), shiftedGradient),
);

/** L = mean cross-entropy (+ λ/2 Σ‖kernel‖²) */
export const LOSS: Formula = row(
  identifier('L'),
  equals,
  minus,
  fraction(number('1'), identifier('m')),
  under(operator('∑'), identifier('n')),
  identifier('log'),
  sub(identifier('p'), identifier('n')),
);

const layerWeights = sub(identifier('W'), identifier('i'));
const at = (base: Formula, ...index: Formula[]): Formula => sub(base, row(...index));
const time = identifier('t');
const absolute = (...parts: Formula[]): Formula => row(operator('|'), ...parts, operator('|'));

/** z = γ (y − μ) / σ + β */
export const ACTIVATION: Formula = row(
  identifier('z'),
  equals,
  identifier('γ'),
  fraction(row(identifier('y'), minus, identifier('μ')), identifier('σ')),
  operator('+'),
  identifier('β'),
);

/** |μ_t+1 − μ_t|, μ_t − μ_0 */
export const DRIFT: Formula = row(
  absolute(at(identifier('μ'), time, operator('+'), number('1')), minus, at(identifier('μ'), time)),
  operator(','),
  space(),
  at(identifier('μ'), time),
  minus,
  at(identifier('μ'), number('0')),
);

/** L(θ − η′d) with ‖d‖ = ‖g‖ */
export const RANDOM_DIRECTION: Formula = row(
  identifier('L'),
  bracket(theta, minus, stepSize, identifier('d')),
  operator(','),
  space(),
  norm(identifier('d')),
  equals,
  norm(gradient),
);

/** ‖∇_{W_i} L‖, ‖W_i‖, η / ‖W_i‖² */
export const LAYER_NORMS: Formula = row(
  norm(sub(operator('∇'), layerWeights), identifier('L')),
  operator(','),
  space(),
  norm(layerWeights),
  operator(','),
  space(),
  fraction(identifier('η'), squaredNorm(layerWeights)),
);

/** λ_max(∇²L) against 2/η */
export const SHARPNESS: Formula = row(
  sub(identifier('λ'), identifier('max')),
  bracket(sup(operator('∇'), number('2')), identifier('L'), bracket(theta)),
  operator('≤'),
  fraction(number('2'), identifier('η')),
);

/** L(θ + a d₁ + b d₂) */
export const FLATNESS: Formula = row(
  identifier('L'),
  bracket(
    theta,
    operator('+'),
    identifier('a'),
    sub(identifier('d'), number('1')),
    operator('+'),
    identifier('b'),
    sub(identifier('d'), number('2')),
  ),
);
