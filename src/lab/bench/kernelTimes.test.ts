import { describe, expect, it } from 'vitest';
import { convolution, convolutionInputGradient } from '../../engine/fused/kernels/convolution.ts';
import { kernelTimes, medianKernelTimes } from './kernelTimes.ts';

const flops = {
  convolution: 2e9,
  convolutionInputGradient: 1e9,
  convolutionKernelGradient: 2e9,
  dense: 3e6,
  total: 5.003e9,
};
const shape = { examples: 4, height: 8, width: 8, inputs: 8, outputs: 8 };
const tile = { pixels: 4, channels: 4, quad: false };

describe('kernel times', () => {
  it('add up dispatches of a kind and divide by the steps', () => {
    const dispatches = [10, 30, 20, 40].map((ms) => ({ label: convolution(shape, tile).name, ms }));
    expect(kernelTimes(dispatches, 2, flops)).toEqual([
      { kind: 'convolution', dispatches: 2, ms: 50, gflops: 40 },
    ]);
  });

  it('tell a convolution from the gradient of its input', () => {
    const label = convolutionInputGradient(shape, tile).name;
    expect(kernelTimes([{ label, ms: 10 }], 1, flops)).toEqual([
      { kind: 'convolution, gradient of the input', dispatches: 1, ms: 10, gflops: 100 },
    ]);
  });

  it('of several rounds are their medians, with the speeds that belong to them', () => {
    const kind = { kind: 'convolution', dispatches: 8 };
    const rest = { kind: 'rest', dispatches: 1, gflops: null };
    const rounds = [10, 90, 20].map((ms) => [
      { ...kind, ms, gflops: 100 / ms },
      { ...rest, ms: 1 },
    ]);
    expect(medianKernelTimes(rounds)).toEqual([
      { ...kind, ms: 20, gflops: 5 },
      { ...rest, ms: 1 },
    ]);
  });

  it('put what is unknown under the rest, without a speed', () => {
    expect(kernelTimes([{ label: 'a ← a + factor·b, 64', ms: 1 }], 1, flops)).toEqual([
      { kind: 'input, loss, update', dispatches: 1, ms: 1, gflops: null },
    ]);
  });
});
