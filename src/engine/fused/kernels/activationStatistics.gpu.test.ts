import * as fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import type { Normalisation } from '../../../network/network.ts';
import { HISTOGRAM_BINS, HISTOGRAM_REACH } from '../../model.ts';
import { ACTIVATION_RESULT_FLOATS, unitStatistics } from './activationStatistics.ts';
import { layerShape, pixelsOf } from './shapes.ts';
import { TABLE_ROWS, tableFloats } from './tables.ts';
import { Draws, expectClose, padChannels, printedSeed, TestKernels } from './testKernel.ts';
import { roundUp } from './wgsl.ts';

const RUNS = { numRuns: 10, seed: printedSeed('units') };
let kernels: TestKernels;
beforeAll(async () => {
  kernels = await TestKernels.open();
});

const normalisations = fc.constantFrom<(Normalisation | null)[]>(
  null,
  { statistic: 'batch', groups: 1, stopped: false, overBatch: true },
  { statistic: 'layer', groups: 1, stopped: false, overBatch: false },
);
const cases = fc.record({
  examples: fc.integer({ min: 1, max: 5 }),
  height: fc.integer({ min: 1, max: 9 }),
  width: fc.integer({ min: 2, max: 9 }),
  channels: fc.integer({ min: 1, max: 9 }),
  unit: fc.nat(8),
  normalisation: normalisations,
  noisy: fc.boolean(),
  /** The call's slot among the results. */
  result: fc.nat(3),
  seed: fc.nat(999),
});
type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

/** Noise and a table of any numbers, and with them the unit's activations. */
function drawNumbers({ examples, height, width, channels, unit, normalisation, noisy, seed }: Case) {
  const shape = layerShape(examples, height, width, channels, false);
  const draws = new Draws(seed);
  const elements = pixelsOf(shape) * channels;
  const [raw, scale, shift] = [
    draws.normals(elements, 1, 2),
    draws.normals(elements, 0.2, 1),
    draws.normals(elements, 0.2),
  ];
  const T = draws.normals(normalisation ? tableFloats(shape, normalisation) : 4);
  const pixels = height * width;
  const values = Float64Array.from({ length: pixelsOf(shape) }, (_, row) => {
    const i = row * channels + unit;
    let z = raw[i]!;
    if (normalisation) {
      const table = normalisation.overBatch ? 0 : Math.floor(row / pixels) * TABLE_ROWS.length * shape.padded;
      const entry = (name: 'scale' | 'shift') => T[table + TABLE_ROWS.indexOf(name) * shape.padded + unit]!;
      z = entry('scale') * z + entry('shift');
    }
    return noisy ? scale[i]! * z + shift[i]! : z;
  });
  const contents = {
    ...{ Y: padChannels(raw, channels), T },
    ...{ S: padChannels(scale, channels), M: padChannels(shift, channels) },
  };
  return { shape, contents, values };
}

/** As engine/float64/engine.ts has them; null where a value lies so near to the edge of a bin that float32 may miss it. */
function exactStatistics(values: Float64Array): { moments: number[]; counts: number[] } | null {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const counts = new Array<number>(HISTOGRAM_BINS).fill(0);
  const width = (2 * HISTOGRAM_REACH * Math.sqrt(variance)) / HISTOGRAM_BINS;
  for (const value of values) {
    const place = (value - mean) / width + HISTOGRAM_BINS / 2;
    if (Math.abs(place - Math.round(place)) < 1e-4) return null;
    counts[Math.max(0, Math.min(HISTOGRAM_BINS - 1, Math.floor(place)))]!++;
  }
  return { moments: [mean, variance], counts };
}

it('mean, variance and histogram of a unit equal float64', async () => {
  const decided = cases
    .map((test) => ({ ...test, unit: test.unit % test.channels }))
    .filter((test) => exactStatistics(drawNumbers(test).values) !== null);
  await fc.assert(
    fc.asyncProperty(decided, async (test) => {
      const { shape, contents, values } = drawNumbers(test);
      const { normalisation, noisy, unit, result } = test;
      const activation = { shape, normalisation, noisy, rectified: true, onPiece: false };
      const size = 4 * result + roundUp(ACTIVATION_RESULT_FLOATS, 4);
      const source = unitStatistics(activation, unit);
      const call = { arguments: { result } };
      const { results } = await kernels.run(source, contents, { results: size }, call);
      const [mean, variance, ...counts] = results.subarray(4 * result, 4 * result + ACTIVATION_RESULT_FLOATS);
      const exact = exactStatistics(values)!;
      expectClose([mean!, variance!], exact.moments, 'mean and variance');
      expect(counts).toEqual(exact.counts);
    }),
    RUNS,
  );
});
