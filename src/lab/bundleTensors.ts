/** The tensors of a probe bundle, by name. */
import type { Network } from '../network/network.ts';
import { layerNoise } from '../network/noise.ts';
import type { NamedTensor } from './safetensors.ts';

export const lastOutputs = (network: Network): number => network.architecture.layers.at(-1)!.outputs;

/** Inputs and answers of `count` examples. */
export function exampleTensors(
  network: Network,
  prefix: 'batch' | 'test',
  { x, y }: { x: Float32Array; y: Int32Array | Float32Array },
  count: number,
): NamedTensor[] {
  const labels = y instanceof Int32Array ? [count] : [count, lastOutputs(network)];
  return [
    { name: `${prefix}.x`, shape: [count, ...network.architecture.input], data: x },
    { name: `${prefix}.y`, shape: labels, data: y },
  ];
}

/** A parameter-length vector, tensor by tensor. */
export function layerTensors(
  network: Network,
  prefix: string,
  values: Float32Array | Float64Array,
): NamedTensor[] {
  return network.parameters.map(({ name, shape, offset, size }) => ({
    name: `${prefix}/${name}`,
    shape,
    data: values.subarray(offset, offset + size),
  }));
}

/** Running mean and spread of every layer that normalises over the minibatch. */
export function statisticsTensors(network: Network, running: Float32Array): NamedTensor[] {
  return network.layers.flatMap(({ statisticsOffset: offset, layer: { name, outputs } }) =>
    offset === null
      ? []
      : ['mean', 'spread'].map((role, i) => ({
          name: `running/${name}/${role}`,
          shape: [outputs],
          data: running.subarray(offset + i * outputs, offset + (i + 1) * outputs),
        })),
  );
}

/** [N, H, W, C] for convolutions, [N, units] for dense layers. */
export function noiseTensors(network: Network, count: number, step: number): NamedTensor[] {
  return network.layers.flatMap(({ noisy, pixels, layer }, index): NamedTensor[] => {
    if (!noisy) return [];
    const { shift, scale } = layerNoise(
      network.noise,
      network.seed,
      index,
      step,
      count * pixels,
      layer.outputs,
    );
    const shape =
      layer.kind === 'convolution'
        ? [count, layer.height, layer.width, layer.outputs]
        : [count, layer.outputs];
    return [
      { name: `noise/${layer.name}/shift`, shape, data: shift },
      { name: `noise/${layer.name}/scale`, shape, data: scale },
    ];
  });
}
