/**
 * Sharpness: the largest eigenvalue of the loss's Hessian on the minibatch at hand, by power iteration. A Hessian-vector
 * product is a central difference of two gradients, (∇L(θ + εv) − ∇L(θ − εv)) / 2ε with ε‖v‖ = ‖θ‖/1000: exact to second
 * order, on the same minibatch and noise. With a step size η, gradient descent is stable up to a sharpness of 2/η.
 */
import { type Batch, type Model, Pending, type Vector } from '../engine/model.ts';
import type { Scratch } from './landscape.ts';

const RELATIVE_DISTANCE = 1e-3;

/** Vectors that the iteration keeps; `direction` carries the eigenvector from probe to probe. */
export interface SharpnessVectors {
  direction: Vector;
  difference: Vector;
}

/**
 * Two gradient evaluations an iteration. `direction` must not be 0; afterwards it is the next iterate, scaled to ‖θ‖.
 * The value is the Rayleigh quotient of the last iteration: the eigenvalue largest in magnitude, once it has converged.
 */
export function sharpness(
  model: Model,
  theta: Vector,
  batch: Batch,
  iterations: number,
  { direction, difference }: SharpnessVectors,
  scratch: Scratch,
): Pending<number> {
  if (iterations < 1) throw new RangeError('Sharpness needs at least one iteration.');
  // Every loss is read as well, though nobody asks for it: what is never read is never freed.
  const evaluated: Pending<unknown>[] = [];
  let quotient!: Pending<number>;
  for (let i = 0; i < iterations; i++) {
    model.matchNorm(direction, direction, theta);
    model.addScaled(scratch.point, theta, RELATIVE_DISTANCE, direction);
    evaluated.push(model.gradient(scratch.point, batch, difference));
    model.addScaled(scratch.point, theta, -RELATIVE_DISTANCE, direction);
    evaluated.push(model.gradient(scratch.point, batch, scratch.gradient));
    model.addScaled(difference, difference, -1, scratch.gradient);
    if (i === iterations - 1)
      quotient = model
        .compare(direction, difference)
        .map(({ normA, inner }) => inner / (2 * RELATIVE_DISTANCE * normA ** 2));
    model.copy(direction, difference);
  }
  return Pending.both(quotient, Pending.all(evaluated)).map(([eigenvalue]) => eigenvalue);
}
