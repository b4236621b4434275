/**
 * The loss landscape along the gradient (section 3.2 and figure 4 of the paper): loss and gradient at θ − η′g, for the
 * whole parameter vector, the un-normalised gradient g, the same minibatch and the same noise.
 */
import { type Batch, type Model, Pending, type Vector } from '../engine/model.ts';

export interface GridProbe {
  /** L(θ − η′g) for each step size η′. */
  lossAt: number[];
  /** ‖∇L(θ − η′g) − g‖₂ for each step size. */
  gradientDifferenceAt: number[];
  /** Effective β-smoothness: max over step sizes of ‖g′ − g‖₂ / (η′‖g‖₂). NaN where nothing was probed. */
  beta: number;
}

/** Vectors that a probe may overwrite. */
export interface Scratch {
  point: Vector;
  gradient: Vector;
}

export interface ProbePoint {
  loss: number;
  gradientDifference: number;
}

/**
 * Probes θ − η′·direction for the given step sizes η′; the paper's direction is g itself. `gradient` is g = ∇L(θ) on `batch`;
 * neither it nor θ is changed. One gradient evaluation a step size.
 */
export function probeLandscape(
  model: Model,
  theta: Vector,
  direction: Vector,
  gradient: Vector,
  batch: Batch,
  stepSizes: readonly number[],
  scratch: Scratch,
): Pending<ProbePoint[]> {
  return Pending.all(
    stepSizes.map((stepSize) => {
      model.addScaled(scratch.point, theta, -stepSize, direction);
      const evaluated = model.gradient(scratch.point, batch, scratch.gradient);
      const compared = model.compare(scratch.gradient, gradient);
      return Pending.both(evaluated, compared).map(
        ([{ loss }, { difference }]): ProbePoint => ({ loss, gradientDifference: difference }),
      );
    }),
  );
}

/** What the paper plots, from the probed points. */
export function summariseGrid(
  points: readonly ProbePoint[],
  stepSizes: readonly number[],
  gradientNorm: number,
): GridProbe {
  const ratios = points.map(
    ({ gradientDifference }, i) => gradientDifference / (stepSizes[i]! * gradientNorm),
  );
  return {
    lossAt: points.map((point) => point.loss),
    gradientDifferenceAt: points.map((point) => point.gradientDifference),
    beta: ratios.length === 0 ? Number.NaN : Math.max(...ratios),
  };
}
