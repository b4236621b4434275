/** Long dispatches in slices: one that kept a slow device busy for a tenth of a second becomes several, over parts of its threads. */
import type { ConvolutionShape } from './kernels/convolution.ts';
import { convolutionFlops } from './kernels/shapes.ts';
import { inSlices, type KernelSource } from './kernels/wgsl.ts';
import { type DeviceTraits, sliceFlops } from './tiles.ts';

/** Loading, comparing and storing a number takes about as long as so many operations of a convolution. */
const OPERATIONS_A_NUMBER = 64;

/** The same kernel in as many slices as it takes. */
export function inBudget(kernel: KernelSource, traits: DeviceTraits): KernelSource {
  const { flops = 0, numbers = 0 } = kernel.text;
  const slices = Math.ceil((flops + OPERATIONS_A_NUMBER * numbers) / sliceFlops(traits));
  return slices > 1 ? inSlices(kernel.text, slices) : kernel;
}

/** The shape whose tiles are measured for a convolution: with fewer examples, where its dispatches come in slices. */
export function measuredShape(shape: ConvolutionShape, traits: DeviceTraits): ConvolutionShape {
  const slices = Math.ceil(convolutionFlops(shape) / sliceFlops(traits));
  return { ...shape, examples: Math.ceil(shape.examples / slices) };
}
