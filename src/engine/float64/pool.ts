/** 2x2 max pooling with stride 2, odd sizes rounded up; the first of equal maxima receives the gradient. */
import type { ConvolutionLayer } from '../../experiment/architecture.ts';

export interface Pooled {
  /** [n, ⌈H/2⌉, ⌈W/2⌉, channels] */
  output: Float64Array;
  /** Index into the input of each output's maximum. */
  from: Int32Array;
}

/** input [n, H, W, outputs of the layer] */
export function maxPool(
  { height, width, outputs }: ConvolutionLayer,
  input: Float64Array,
  examples: number,
): Pooled {
  const pooledHeight = Math.ceil(height / 2);
  const pooledWidth = Math.ceil(width / 2);
  const output = new Float64Array(examples * pooledHeight * pooledWidth * outputs).fill(
    Number.NEGATIVE_INFINITY,
  );
  const from = new Int32Array(output.length);
  for (let n = 0; n < examples; n++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let channel = 0; channel < outputs; channel++) {
          const i = ((n * height + y) * width + x) * outputs + channel;
          const o = ((n * pooledHeight + (y >> 1)) * pooledWidth + (x >> 1)) * outputs + channel;
          if (input[i]! > output[o]! || Number.isNaN(input[i]!)) {
            output[o] = input[i]!;
            from[o] = i;
          }
        }
  return { output, from };
}

/** The elements that were the maxima of another input. */
export function choose({ from }: Pooled, input: Float64Array): Pooled {
  return { output: Float64Array.from(from, (i) => input[i]!), from };
}

export function maxPoolBackward({ from }: Pooled, gradient: Float64Array, inputLength: number): Float64Array {
  const result = new Float64Array(inputLength);
  for (let o = 0; o < gradient.length; o++) result[from[o]!]! += gradient[o]!;
  return result;
}
