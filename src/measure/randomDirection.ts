/**
 * Random directions beside the gradient. The paper reports that they behave in a similar way and shows no figure; how they
 * are drawn is ours: standard normal over all parameters, scaled to the gradient's norm, anew at every probe.
 */
import type { Model, Vector } from '../engine/model.ts';
import type { Network } from '../network/network.ts';
import { normalPair } from '../random/normal.ts';
import { RandomStream } from '../random/streams.ts';

/** Standard normal numbers for every parameter; `index` tells the directions of one step apart. */
export function normalDirection(network: Network, step: number, index: number): Float32Array<ArrayBuffer> {
  const stream = new RandomStream(network.seed, 'direction', 100 + index);
  const direction = new Float32Array(network.size);
  const pair = new Float64Array(2);
  for (let i = 0; i < direction.length; i++) {
    if (i % 2 === 0) {
      const bits = stream.bits(step, i / 2);
      normalPair(bits[0]!, bits[1]!, pair);
    }
    direction[i] = pair[i % 2]!;
  }
  return direction;
}

/** A vector of the gradient's norm in a random direction; the caller disposes of it. */
export function randomDirection(model: Model, gradient: Vector, step: number, index: number): Vector {
  const direction = model.vector(normalDirection(model.network, step, index));
  model.matchNorm(direction, direction, gradient);
  return direction;
}
