/**
 * Norms layer by layer: of the kernel and of its gradient. At step 0 the gradient's show where it explodes with depth (Yang
 * et al. 2019); the kernel's give the effective learning rate η/‖W‖² of scale-invariant layers (van Laarhoven 2017).
 */
import { type Model, Pending, type Vector } from '../engine/model.ts';

export interface LayerNorm {
  /** Counted from 1. */
  layer: number;
  /** ‖W‖₂ of the layer's kernel. */
  weight: number;
  /** ‖∇_W L‖₂ */
  gradient: number;
}

export function layerNorms(model: Model, theta: Vector, gradient: Vector): Pending<LayerNorm[]> {
  return Pending.all(
    model.network.layers.map((_, index) =>
      model
        .compare(theta, gradient, index)
        .map(({ normA, normB }) => ({ layer: index + 1, weight: normA, gradient: normB })),
    ),
  );
}
