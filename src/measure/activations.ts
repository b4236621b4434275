/**
 * Distributions of activations (figures 1(c), 2, 6, 8 and 9): of one randomly chosen unit a layer, over the minibatch and all
 * pixels, after normalisation and noise, before the ReLU. That it is taken there is our reading of figure 8's magnitudes.
 */
import type { UnitPlace } from '../engine/model.ts';
import type { Network } from '../network/network.ts';
import { RandomStream, toUniform } from '../random/streams.ts';

/** The unit that stands for each layer (layers counted from 1): the same in every network of a seed, all along the run. */
export function exampleUnits(network: Network, layers: readonly number[]): UnitPlace[] {
  return layers.map((number) => {
    const layer = number - 1;
    const { outputs } = network.layers[layer]!.layer;
    const bits = new RandomStream(network.seed, 'direction', layer).bits(0, 0)[0]!;
    return { layer, unit: Math.floor(toUniform(bits) * outputs) };
  });
}
