/** Initial parameters: Glorot normal kernels with gain 1, biases 0, γ = 1, β = 0; the same kernels in every variant of a seed. */
import { normalPair } from '../random/normal.ts';
import { RandomStream } from '../random/streams.ts';
import type { Network, ParameterTensor } from './network.ts';

/** The flat parameter vector at step 0. */
export function initialParameters(network: Network): Float32Array<ArrayBuffer> {
  const theta = new Float32Array(network.size);
  for (const [index, { kernel, gamma }] of network.layers.entries()) {
    fillGlorotNormal(theta, kernel, network.seed, index);
    if (gamma) theta.fill(1, gamma.offset, gamma.offset + gamma.size);
  }
  return theta;
}

/** Standard deviation √(2 / (fan in + fan out)), fans counted over the 3x3 window. */
function fillGlorotNormal(theta: Float32Array, kernel: ParameterTensor, seed: number, layer: number): void {
  const [inputs, outputs] = kernel.shape.slice(-2) as [number, number];
  const window = kernel.size / (inputs * outputs);
  const deviation = Math.sqrt(2 / (window * (inputs + outputs)));
  const stream = new RandomStream(seed, 'kernel', layer);
  const pair = new Float64Array(2);
  for (let i = 0; i < kernel.size; i++) {
    if (i % 2 === 0) {
      const bits = stream.bits(0, i / 2);
      normalPair(bits[0]!, bits[1]!, pair);
    }
    theta[kernel.offset + i] = deviation * pair[i % 2]!;
  }
}
