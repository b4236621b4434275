/** Long dispatches in parts: a dispatch that kept a slow device busy for a tenth of a second becomes several over parts of the minibatch. */
import type { ConvolutionShape } from './kernels/convolution.ts';
import type { Source } from './plan.ts';
import type { DeviceTraits } from './tiles.ts';

/** Operations of one dispatch: below 100 ms at 3 GFLOP/s on a software adapter, at 20 GFLOP/s on a weak GPU. */
const MOST_FLOPS = { software: 2.5e8, hardware: 2e9 };
/** A part of so many examples begins where a binding may begin, whatever the shape. */
const EXAMPLES_ALIGNMENT = 16;

/** Parts of equal size into which the dispatches of a convolution are split. */
export function partsOf(
  { examples, height, width, inputs, outputs }: ConvolutionShape,
  { software }: DeviceTraits,
): number {
  const flops = 2 * 9 * examples * height * width * inputs * outputs;
  const wanted = Math.ceil(flops / (software ? MOST_FLOPS.software : MOST_FLOPS.hardware));
  let best = 1;
  for (let parts = 1; parts <= examples / EXAMPLES_ALIGNMENT && best < wanted; parts++)
    if (examples % parts === 0 && (examples / parts) % EXAMPLES_ALIGNMENT === 0) best = parts;
  return best;
}

/** Part `part` of `parts` of a buffer whose outermost dimension is the minibatch. */
export function partOf({ from, offset, size }: Source, part: number, parts: number): Source {
  return { from, offset: offset + (size / parts) * part, size: size / parts };
}
