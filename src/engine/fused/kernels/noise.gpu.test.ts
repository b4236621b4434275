import * as fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { layerNoise } from '../../../network/noise.ts';
import { noise } from './noise.ts';
import { expectClose, printedSeed, stripChannels, TestKernels } from './testKernel.ts';
import { inSlices, roundUp } from './wgsl.ts';

const RUNS = { numRuns: 10, seed: printedSeed('noise') };
let kernels: TestKernels;
beforeAll(async () => {
  kernels = await TestKernels.open();
});

const amplitudes = fc.record({
  nMu: fc.constantFrom(0, 0.5, 2),
  nSigma: fc.constantFrom(1, 1.25, 3),
  rMu: fc.constantFrom(0.1, 1),
  rSigma: fc.constantFrom(0.1, 1),
});
const places = fc.record({
  seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  layer: fc.nat(24),
  step: fc.nat(1_000_000),
  // Examples times pixels.
  rows: fc
    .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 81 }))
    .map(([n, pixels]) => n * pixels),
  channels: fc.integer({ min: 1, max: 9 }),
});

it('noise equals that in float64, is none in padded channels, and has the same bits in slices', async () => {
  await fc.assert(
    fc.asyncProperty(amplitudes, places, async (settings, { seed, layer, step, rows, channels }) => {
      const padded = roundUp(channels, 4);
      const source = noise(settings, seed, layer, rows, channels, padded);
      const sizes = { S: rows * padded, M: rows * padded };
      const call = { arguments: { step } };
      const drawn = await kernels.run(source, {}, sizes, call);
      const exact = layerNoise(settings, seed, layer, step, rows, channels);
      expectClose(stripChannels(drawn.S, channels, 1), exact.scale, 'the scale');
      expectClose(stripChannels(drawn.M, channels, 0), exact.shift, 'the shift');
      expect(await kernels.run(inSlices(source.text, 3), {}, sizes, call)).toEqual(drawn);
    }),
    RUNS,
  );
});
