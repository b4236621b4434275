/**
 * Flatness of the point that training reached: the loss along two random directions, filter by filter as long as the filters
 * themselves (Li et al. 2018, "Visualizing the Loss Landscape of Neural Nets"), on a line and on a plane. γ, β and biases
 * stay. The paper claims flatter minima in words only; the measurement and its range are ours.
 */
import { type Batch, type Engine, type Model, Pending, type Vector } from '../engine/model.ts';
import type { Network } from '../network/network.ts';
import { normalDirection } from './randomDirection.ts';

export interface Flatness {
  /** Distances along a direction, from −1 to 1 filter norms. */
  at: number[];
  /** Loss along the first direction. */
  line: number[];
  /** Loss over both: plane[i][j] at at[i] along the first and at[j] along the second. */
  plane: number[][];
}

/** The draw that a direction is scaled from; `index` is 0 or 1. */
export const flatnessDraw = (network: Network, step: number, index: number): Float32Array<ArrayBuffer> =>
  normalDirection(network, step, 50 + index);

/** A random direction in which every output's kernel is as long as in θ; all other parameters are 0. */
export function filterNormalisedDirection(
  network: Network,
  theta: Float32Array,
  step: number,
  index: number,
): Float32Array<ArrayBuffer> {
  const raw = flatnessDraw(network, step, index);
  const direction = new Float32Array(raw.length);
  for (const { kernel, layer } of network.layers) {
    for (let output = 0; output < layer.outputs; output++) {
      let [own, drawn] = [0, 0];
      for (let i = kernel.offset + output; i < kernel.offset + kernel.size; i += layer.outputs) {
        own += theta[i]! ** 2;
        drawn += raw[i]! ** 2;
      }
      const factor = Math.sqrt(own / drawn);
      for (let i = kernel.offset + output; i < kernel.offset + kernel.size; i += layer.outputs)
        direction[i] = factor * raw[i]!;
    }
  }
  return direction;
}

/** `points` is odd, so that θ itself is among them. One loss evaluation a point of line and plane. */
export async function flatness(
  engine: Engine,
  model: Model,
  theta: Vector,
  batch: Batch,
  points: number,
): Promise<Flatness> {
  const values = await model.values(theta);
  const [first, second] = [0, 1].map((index) =>
    model.vector(filterNormalisedDirection(model.network, values, batch.step, index)),
  ) as [Vector, Vector];
  const [base, point] = [model.vector(), model.vector()];
  const at = Array.from({ length: points }, (_, i) => (2 * i) / (points - 1) - 1);
  const plane = at.map((along) => {
    model.addScaled(base, theta, along, first);
    return Pending.all(
      at.map((across) => {
        model.addScaled(point, base, across, second);
        return model.loss(point, batch).map(({ loss }) => loss);
      }),
    );
  });
  const result = await engine.read(Pending.all(plane));
  for (const vector of [first, second, base, point]) vector.dispose();
  const middle = (points - 1) / 2;
  return { at, line: result.map((row) => row[middle]!), plane: result };
}
