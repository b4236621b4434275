/** 3x3 convolution, stride 1, zero padding 'same', and its gradients: plain loops over NHWC arrays. */
import type { ConvolutionLayer } from '../../experiment/architecture.ts';

/** Calls `visit` with the row of the output, of the input, and of the kernel for every tap that lies inside the image. */
function forEachTap(
  { height, width }: ConvolutionLayer,
  examples: number,
  visit: (output: number, input: number, tap: number) => void,
): void {
  for (let n = 0; n < examples; n++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let tap = 0; tap < 9; tap++) {
          const row = y + Math.floor(tap / 3) - 1;
          const column = x + (tap % 3) - 1;
          if (row < 0 || row >= height || column < 0 || column >= width) continue;
          visit((n * height + y) * width + x, (n * height + row) * width + column, tap);
        }
}

/** input [n, H, W, inputs], kernel [3, 3, inputs, outputs] -> [n, H, W, outputs] */
export function convolve(
  layer: ConvolutionLayer,
  input: Float64Array,
  kernel: Float64Array,
  examples: number,
): Float64Array {
  const { inputs, outputs } = layer;
  const result = new Float64Array(examples * layer.height * layer.width * outputs);
  forEachTap(layer, examples, (out, into, tap) => {
    for (let i = 0; i < inputs; i++) {
      const value = input[into * inputs + i]!;
      const weights = (tap * inputs + i) * outputs;
      for (let o = 0; o < outputs; o++) result[out * outputs + o]! += value * kernel[weights + o]!;
    }
  });
  return result;
}

/** Adds the kernel's gradient to `kernelGradient` and returns that of the input. */
export function convolveBackward(
  layer: ConvolutionLayer,
  input: Float64Array,
  kernel: Float64Array,
  gradient: Float64Array,
  kernelGradient: Float64Array,
  examples: number,
): Float64Array {
  const { inputs, outputs } = layer;
  const result = new Float64Array(input.length);
  forEachTap(layer, examples, (out, into, tap) => {
    for (let i = 0; i < inputs; i++) {
      const value = input[into * inputs + i]!;
      const weights = (tap * inputs + i) * outputs;
      let sum = 0;
      for (let o = 0; o < outputs; o++) {
        const incoming = gradient[out * outputs + o]!;
        kernelGradient[weights + o]! += value * incoming;
        sum += kernel[weights + o]! * incoming;
      }
      result[into * inputs + i]! += sum;
    }
  });
  return result;
}
