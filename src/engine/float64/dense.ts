/** Matrix product with an optional bias, and its gradients. */
import type { DenseLayer } from '../../experiment/architecture.ts';

/** input [n, inputs], kernel [inputs, outputs] -> [n, outputs] */
export function multiply(
  { inputs, outputs }: DenseLayer,
  input: Float64Array,
  kernel: Float64Array,
  bias: Float64Array | null,
  examples: number,
): Float64Array {
  const result = new Float64Array(examples * outputs);
  for (let n = 0; n < examples; n++) {
    if (bias) result.set(bias, n * outputs);
    for (let i = 0; i < inputs; i++) {
      const value = input[n * inputs + i]!;
      for (let o = 0; o < outputs; o++) result[n * outputs + o]! += value * kernel[i * outputs + o]!;
    }
  }
  return result;
}

/** Adds the gradients of kernel and bias to the given arrays and returns that of the input. */
export function multiplyBackward(
  { inputs, outputs }: DenseLayer,
  input: Float64Array,
  kernel: Float64Array,
  gradient: Float64Array,
  kernelGradient: Float64Array,
  biasGradient: Float64Array | null,
  examples: number,
): Float64Array {
  const result = new Float64Array(input.length);
  for (let n = 0; n < examples; n++) {
    for (let o = 0; o < outputs; o++) if (biasGradient) biasGradient[o]! += gradient[n * outputs + o]!;
    for (let i = 0; i < inputs; i++) {
      const value = input[n * inputs + i]!;
      let sum = 0;
      for (let o = 0; o < outputs; o++) {
        const incoming = gradient[n * outputs + o]!;
        kernelGradient[i * outputs + o]! += value * incoming;
        sum += kernel[i * outputs + o]! * incoming;
      }
      result[n * inputs + i] = sum;
    }
  }
  return result;
}
