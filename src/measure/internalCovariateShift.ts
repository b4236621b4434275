/**
 * Internal covariate shift (Definition 2.1): how much the gradient of layer i's weights changes when the layers before it
 * have taken their step: G = ∇_{W_i} L(θ_t) against G′ = ∇_{W_i} L(layers < i at θ_{t+1}, the rest at θ_t), on the same
 * minibatch and noise. Ours: all parameters of the earlier layers move, γ, β and biases too.
 */
import { type Batch, type Model, Pending, type Vector } from '../engine/model.ts';
import type { Scratch } from './landscape.ts';

export interface LayerShift {
  /** Counted from 1. */
  layer: number;
  /** ‖G − G′‖₂ */
  l2: number;
  /** ⟨G, G′⟩ / (‖G‖‖G′‖) */
  cosine: number;
}

/**
 * `theta` is θ_t, `next` is θ_{t+1} after the simultaneous update of all layers, `gradient` is ∇L(θ_t).
 * One gradient evaluation a layer.
 */
export function internalCovariateShift(
  model: Model,
  theta: Vector,
  next: Vector,
  gradient: Vector,
  batch: Batch,
  layers: readonly number[],
  scratch: Scratch,
): Pending<LayerShift[]> {
  return Pending.all(
    layers.map((layer) => {
      model.joinAtLayer(scratch.point, layer - 1, next, theta);
      // The loss is read as well, though nobody asks for it: what is never read is never freed.
      const evaluated = model.gradient(scratch.point, batch, scratch.gradient);
      const compared = model.compare(gradient, scratch.gradient, layer - 1);
      return Pending.both(evaluated, compared).map(([, { normA, normB, inner, difference }]) => ({
        layer,
        l2: difference,
        cosine: inner / (normA * normB),
      }));
    }),
  );
}
