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
  sub,
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
