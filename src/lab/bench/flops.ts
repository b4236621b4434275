/** Floating-point operations of one training step, by what they are for. Only products and sums of kernels count. */
import type { Layer } from '../../experiment/architecture.ts';
import type { BenchTask } from './task.ts';

export interface StepFlops {
  convolution: number;
  convolutionInputGradient: number;
  convolutionKernelGradient: number;
  dense: number;
  total: number;
}

function forwardFlops(layer: Layer): number {
  const products = layer.inputs * layer.outputs;
  return layer.kind === 'convolution' ? 2 * 9 * layer.height * layer.width * products : 2 * products;
}

/** Each gradient costs as much as the forward pass; the first layer needs none of its input. */
export function stepFlops({ network, batchSize }: BenchTask): StepFlops {
  const layers = network.layers.map(({ layer }) => layer);
  const sum = (some: readonly Layer[]): number =>
    batchSize * some.reduce((total, layer) => total + forwardFlops(layer), 0);
  const convolution = sum(layers.filter((layer) => layer.kind === 'convolution'));
  const convolutionInputGradient = convolution - sum(layers.slice(0, 1));
  const dense = 3 * sum(layers.filter((layer) => layer.kind === 'dense'));
  return {
    convolution,
    convolutionInputGradient,
    convolutionKernelGradient: convolution,
    dense,
    total: 2 * convolution + convolutionInputGradient + dense,
  };
}
