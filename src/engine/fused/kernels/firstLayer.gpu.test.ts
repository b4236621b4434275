/** What the first layer of images with one channel does in one kernel, and what pooled layers keep, against the plain kernels. */
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Normalisation, Statistic } from '../../../network/network.ts';
import { normals, relativeError } from '../../testNetworks.ts';
import { openTestDevice, runKernel, runKernelWriting } from '../testDevice.ts';
import { oneChannelColumns, oneChannelTile } from '../tiles.ts';
import { type Activation, activate } from './activate.ts';
import { activationGradient, activationGradientSums } from './activationGradient.ts';
import { convolutionOfOneChannel } from './convolutionOfOneChannel.ts';
import { firstLayerGradient } from './firstLayerGradient.ts';
import { kernelGradientOfOneChannel } from './kernelGradient.ts';
import { floatsBeforePooling, floatsOfOutput, type LayerShape, layerShape, outputSize } from './shapes.ts';
import { partialRows, statistics } from './statistics.ts';
import { GRADIENT_ROWS, TABLE_ROWS } from './tables.ts';
import { printedSeed } from './testKernel.ts';

const TOLERANCE = 1e-5;
const RUNS = { numRuns: 16, seed: printedSeed('first layers', 2018) };
let device: GPUDevice;
beforeAll(async () => {
  device = await openTestDevice();
});

const OVER_BATCH: Statistic[] = ['batch', 'l1', 'l2', 'linf'];
const normalisations = fc.oneof(
  fc.record({
    statistic: fc.constantFrom(...OVER_BATCH),
    groups: fc.constant(1),
    stopped: fc.boolean(),
    overBatch: fc.constant(true),
  }),
  fc.constant<Normalisation>({ statistic: 'layer', groups: 1, stopped: false, overBatch: false }),
);
const layers = fc
  .tuple(
    fc.integer({ min: 1, max: 5 }),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 17 }),
    fc.integer({ min: 1, max: 4 }).map((n) => 4 * n),
    fc.boolean(),
  )
  .map((sizes) => layerShape(...sizes));

const floats = (values: ArrayLike<number>): Float32Array<ArrayBuffer> => Float32Array.from(values);

/** Images in a halo of zeros, a kernel, and the raw output by the plain kernel. */
async function firstLayer(shape: LayerShape) {
  const { examples, height, width, padded } = shape;
  const x = new Float32Array(examples * (height + 2) * (width + 2));
  const values = normals(examples * height * width, 1);
  for (let n = 0; n < examples; n++)
    for (let y = 0; y < height; y++)
      x.set(
        values.subarray((n * height + y) * width, (n * height + y + 1) * width),
        (n * (height + 2) + y + 1) * (width + 2) + 1,
      );
  const kernel = floats(normals(9 * padded, 2));
  const convolved = { ...shape, inputs: 1, outputs: padded };
  const raw = await runKernel(
    device,
    convolutionOfOneChannel(convolved, oneChannelTile(convolved), 3),
    [x, kernel],
    floatsBeforePooling(shape, false),
  );
  return { x, kernel, convolved, raw: floats(raw) };
}

/** Tables of ordinary numbers; those of linf know the largest |y| of every channel. */
function tablesOf({ examples, padded }: LayerShape, normalisation: Normalisation, raw: Float32Array) {
  const tables = normalisation.overBatch ? 1 : examples;
  const table = floats(normals(tables * TABLE_ROWS.length * padded, 4));
  const gradientTable = floats(normals(tables * GRADIENT_ROWS.length * padded, 5));
  if (normalisation.statistic === 'linf')
    for (let c = 0; c < padded; c++) {
      const ofChannel = raw.filter((_, i) => i % padded === c);
      table[TABLE_ROWS.indexOf('spread') * padded + c] = Math.max(...ofChannel.map(Math.abs));
      table[TABLE_ROWS.indexOf('ties') * padded + c] = 2;
    }
  return { table, gradientTable };
}

/** Adds up the chunks of partial sums. */
function summed(partials: Float32Array, size: number): Float64Array {
  const sums = new Float64Array(size);
  partials.forEach((value, i) => {
    sums[i % size]! += value;
  });
  return sums;
}

describe('the first layer of images with one channel', () => {
  it('gathers its output’s statistics on the way', async () => {
    await fc.assert(
      fc.asyncProperty(layers, fc.constantFrom(...OVER_BATCH), async (shape, statistic) => {
        const { x, kernel, convolved, raw } = await firstLayer(shape);
        const [chunks, rows] = [5, partialRows(statistic)];
        const size = rows * shape.padded;
        const source = convolutionOfOneChannel(convolved, oneChannelTile(convolved), chunks, statistic);
        const sizes = { Y: raw.length, P: chunks * size };
        const { Y, P } = await runKernelWriting(device, source, [x, kernel], sizes);
        expect(Y).toEqual(raw);
        const normalisation = { statistic, groups: 1, stopped: false, overBatch: true };
        const plain = statistics(shape, normalisation, 1, false);
        const expected = await runKernel(device, plain, [raw], size);
        if (statistic !== 'linf') {
          expect(relativeError(floats(summed(P, size)), Float64Array.from(expected))).toBeLessThan(TOLERANCE);
          return;
        }
        // The largest |y| and how often it occurs are not sums; finalise.ts compares the chunks.
        for (let c = 0; c < shape.padded; c++) {
          const ofRow = (row: number) =>
            Array.from({ length: chunks }, (_, k) => P[(k * rows + row) * shape.padded + c]!);
          const largest = Math.max(...ofRow(1));
          expect(largest).toBe(expected[shape.padded + c]);
          const times = ofRow(2).filter((_, k) => ofRow(1)[k] === largest);
          expect(times.reduce((a, b) => a + b)).toBe(expected[2 * shape.padded + c]);
        }
      }),
      RUNS,
    );
  });

  it('goes from its output’s gradient straight to its kernel’s', async () => {
    await fc.assert(
      fc.asyncProperty(
        layers,
        fc.option(normalisations, { freq: 8 }),
        fc.boolean(),
        async (shape, normalisation, noisy) => {
          const { x, kernel, convolved, raw } = await firstLayer(shape);
          const activation: Activation = { shape, normalisation, noisy, rectified: true, onPiece: false };
          const { table, gradientTable } = tablesOf(
            shape,
            normalisation ?? { statistic: 'batch', groups: 1, stopped: false, overBatch: true },
            raw,
          );
          const incoming = floats(normals(floatsOfOutput(shape, false), 3));
          const noise = noisy ? [floats(normals(raw.length, 6)), floats(normals(raw.length, 7))] : [];
          const [tables, gradients] = [
            normalisation ? [table] : [],
            normalisation && !normalisation.stopped ? [gradientTable] : [],
          ];
          const rawGradient = await runKernel(
            device,
            activationGradient(activation, true),
            [raw, ...tables, ...noise, incoming, ...gradients],
            floatsBeforePooling(shape, true),
          );
          const [chunks, size] = [3, 9 * shape.padded];
          const plain = await runKernel(
            device,
            kernelGradientOfOneChannel(convolved, oneChannelColumns(shape.width), chunks),
            [x, floats(rawGradient)],
            chunks * size,
          );
          const straight = await runKernel(
            device,
            firstLayerGradient(activation, chunks),
            [x, kernel, ...tables, ...noise, incoming, ...gradients],
            chunks * size,
          );
          expect(relativeError(floats(summed(straight, size)), summed(plain, size))).toBeLessThan(TOLERANCE);
        },
      ),
      RUNS,
    );
  });
});

describe('a pooled layer that keeps its raw maxima', () => {
  it('gives the same output and the same sums of gradients, to the last bit', async () => {
    await fc.assert(
      fc.asyncProperty(layers, normalisations, fc.boolean(), async (sizes, normalisation, halo) => {
        const shape: LayerShape = { ...sizes, pooled: true };
        const activation: Activation = {
          ...{ shape, normalisation, rectified: true },
          ...{ noisy: false, onPiece: false },
        };
        // Few different values, so that windows have several maxima.
        const raw = floats(normals(floatsBeforePooling(shape, false), 1).map(Math.round));
        const { table } = tablesOf(shape, normalisation, raw);
        const incoming = floats(normals(floatsOfOutput(shape, false), 3));
        const outputFloats = floatsOfOutput(shape, halo);
        const plain = await runKernel(device, activate(activation, halo), [raw, table], outputFloats);
        const { A, R } = await runKernelWriting(device, activate(activation, halo, true), [raw, table], {
          A: outputFloats,
          R: incoming.length,
        });
        expect(A).toEqual(floats(plain));
        const chunks = normalisation.overBatch ? 3 : shape.examples;
        const sumFloats = 2 * chunks * shape.padded;
        const expected = await runKernel(
          device,
          activationGradientSums(activation, chunks),
          [raw, table, incoming],
          sumFloats,
        );
        const outputs = { ...shape, ...outputSize(shape), pooled: false };
        const sums = await runKernel(
          device,
          activationGradientSums({ ...activation, shape: outputs }, chunks),
          [R, table, incoming],
          sumFloats,
        );
        // −0 and 0 are the same number here: sums of windows begin with what did not pass.
        expect(Array.from(sums, (value) => value + 0)).toEqual(Array.from(expected, (value) => value + 0));
      }),
      RUNS,
    );
  });
});
