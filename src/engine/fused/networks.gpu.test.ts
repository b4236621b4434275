import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { findAdapter } from '../../gpu/adapter.ts';
import { openDevice } from '../../gpu/device.ts';
import { startWebGpu } from '../../gpu/tensorflow.ts';
import { createFloat64Engine } from '../float64/engine.ts';
import type { Batch, Engine } from '../model.ts';
import { createReferenceEngine } from '../reference/engine.ts';
import {
  normals,
  relativeError,
  type TestCase,
  testBatch,
  testNetwork,
  testParameters,
} from '../testNetworks.ts';
import { createFusedEngine } from './engine.ts';
import { printedSeed } from './kernels/testKernel.ts';

const engines: Record<'quad' | 'plain' | 'sliced' | 'hardware' | 'reference' | 'float64', Engine> =
  {} as never;

/** So few operations that every convolution of the networks below comes in several slices. */
const SLICE_FLOPS = 20_000;
const SEED = printedSeed('networks');

beforeAll(async () => {
  const found = await findAdapter();
  if (!found.ok) throw new Error(`WebGPU is needed: ${found.message}`);
  const opened = await openDevice(found);
  opened.onFault((fault) => {
    throw new Error(`${fault.kind}: ${fault.message}`);
  });
  await startWebGpu(opened);
  const subgroups = opened.device.features.has('subgroups');
  expect(subgroups, 'the adapter offers subgroups').toBe(true);
  engines.quad = createFusedEngine(opened.device, { software: true, subgroups });
  engines.sliced = createFusedEngine(opened.device, { software: true, subgroups, sliceFlops: SLICE_FLOPS });
  engines.plain = createFusedEngine(opened.device, { software: true, subgroups: false });
  engines.hardware = createFusedEngine(opened.device, { software: false, subgroups });
  engines.reference = createReferenceEngine();
  engines.float64 = createFloat64Engine();
});

async function evaluate(engine: Engine, test: TestCase): Promise<{ loss: number; gradient: Float32Array }> {
  const network = testNetwork(test);
  const data = testBatch(network, test.examples);
  const model = await engine.model(network, data.count);
  const [theta, gradient] = [model.vector(testParameters(network)), model.vector()];
  const batch = engine.batch(data);
  const { loss } = await engine.read(model.gradient(theta, batch, gradient));
  const values = await model.values(gradient);
  for (const part of [theta, gradient, batch, model]) part.dispose();
  return { loss, gradient: values };
}

const widths = fc.integer({ min: 1, max: 13 });
/** Convolution blocks, some pooled, and perhaps hidden dense layers. */
const networkText = fc
  .tuple(
    fc.array(fc.tuple(widths, fc.boolean()), { minLength: 1, maxLength: 4 }),
    fc.array(widths, { maxLength: 2 }),
  )
  .map(([blocks, hidden]) => {
    const layout = blocks.map(([width, pooled], i) => `${width}${pooled && i < 3 ? '-M' : ''}`).join('-');
    return `vgg:${layout}${hidden.length > 0 ? `/${hidden.join('-')}` : ''}`;
  });
const variants = fc.constantFrom(
  ...[
    'none',
    'batch',
    'noisy-batch',
    'l1',
    'l2',
    'linf',
    'layer',
    'group',
    'noisy-none',
    'batch.last',
    'batch.stopped',
    'l1.stopped',
    'l2.frozen',
  ],
);
/** Sets of few elements normalise to what is nearly constant: their gradient is rounding noise, in any arithmetic. */
const LEAST_OF_A_SET = 4;
function isWellConditioned(test: TestCase): boolean {
  return testNetwork(test).layers.every(({ normalisation, pixels, layer }) => {
    if (!normalisation) return true;
    const { overBatch, groups } = normalisation;
    const set = overBatch ? test.examples! * pixels : (pixels * layer.outputs) / groups;
    return set >= LEAST_OF_A_SET;
  });
}
const convolutional: fc.Arbitrary<TestCase> = fc.record({
  name: fc.constant('random'),
  network: networkText,
  variant: variants,
  input: fc.tuple(fc.integer({ min: 5, max: 15 }), fc.integer({ min: 5, max: 15 }), fc.constantFrom(1, 3, 2)),
  examples: fc.integer({ min: 1, max: 6 }),
  weightDecay: fc.constantFrom(0, 0.01),
});
const deepLinear: fc.Arbitrary<TestCase> = fc.record({
  name: fc.constant('random'),
  network: fc
    .tuple(fc.integer({ min: 2, max: 5 }), fc.integer({ min: 4, max: 18 }))
    .map(([depth, width]) => `dln:${depth}x${width}`),
  variant: variants,
  examples: fc.integer({ min: 20, max: 40 }),
  weightDecay: fc.constantFrom(0, 0.01),
});
const cases = fc
  .oneof({ weight: 4, arbitrary: convolutional }, { weight: 1, arbitrary: deepLinear })
  .filter(isWellConditioned);

describe('random networks', () => {
  it('have the gradient of float64 on every kind of device, and the same bits with and without subgroups and in slices', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (test) => {
        const exact = await evaluate(engines.float64, test);
        const plain = await evaluate(engines.plain, test);
        expect(Math.abs(plain.loss / exact.loss - 1)).toBeLessThan(1e-5);
        expect(relativeError(plain.gradient, exact.gradient)).toBeLessThan(1e-5);
        expect(await evaluate(engines.quad, test)).toEqual(plain);
        expect(await evaluate(engines.sliced, test)).toEqual(plain);
        const hardware = await evaluate(engines.hardware, test);
        expect(relativeError(hardware.gradient, exact.gradient)).toBeLessThan(1e-5);
      }),
      { numRuns: 10, seed: SEED },
    );
  });

  it('have the gradient of the reference engine', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (test) => {
        const [fused, reference] = [
          await evaluate(engines.quad, test),
          await evaluate(engines.reference, test),
        ];
        expect(Math.abs(fused.loss / reference.loss - 1)).toBeLessThan(1e-5);
        expect(relativeError(fused.gradient, reference.gradient)).toBeLessThan(1e-5);
      }),
      { numRuns: 4, seed: SEED + 1 },
    );
  });
});

describe('long dispatches in slices', () => {
  // Widths whose images and partial sums begin at no multiple of 256 bytes, and minibatches that nothing divides.
  it.each([
    ['vgg:20-20-M', 'batch', [12, 12, 1], 7],
    ['vgg:12-36-M', 'noisy-batch', [9, 7, 3], 5],
    ['vgg:4-M/40-24', 'none', [8, 8, 1], 9],
  ] as const)('give the bits of whole ones: %s, %s', async (network, variant, input, examples) => {
    const test = { name: '', network, variant, input: [...input] as [number, number, number], examples };
    expect(await evaluate(engines.sliced, test)).toEqual(await evaluate(engines.quad, test));
  });
});

describe('a minibatch of bytes', () => {
  // Images whose bytes do not fill the last word, one, two and three channels, and numbers from byte 0 to byte 255.
  it.each([
    [5, 7, 1],
    [3, 5, 3],
    [4, 4, 2],
  ])('gives the bits of its numbers: images of %d x %d x %d', async (height, width, channels) => {
    const input: [number, number, number] = [height, width, channels];
    const network = testNetwork({ name: '', network: 'vgg:3-M-5', variant: 'batch', input });
    const [count, size] = [5, height * width * channels];
    const codes = Uint8Array.from({ length: count * size }, (_, i) => (i * 97) % 256);
    const tables = normals(256 * channels, 3);
    const { y } = testBatch(network, count);
    const engine = engines.quad;
    const model = await engine.model(network, count);
    const [theta, gradient] = [model.vector(testParameters(network)), model.vector()];
    const gradientOn = async (batch: Batch): Promise<[number, Float32Array]> => {
      const { loss } = await engine.read(model.gradient(theta, batch, gradient));
      batch.dispose();
      return [loss, await model.values(gradient)];
    };
    const x = Float32Array.from(codes, (code, i) => tables[256 * (i % channels) + code]!);
    const asNumbers = await gradientOn(engine.batch({ x, y, count, step: 4 }));
    const asBytes = () =>
      engine.codedBatch!({ codes, tables, y: y as Int32Array<ArrayBuffer>, count, step: 4 });
    expect(await gradientOn(asBytes())).toEqual(asNumbers);
    // In the buffers of the one before, and beside a batch with other tables.
    const { bytes } = engine.memory();
    expect(await gradientOn(asBytes())).toEqual(asNumbers);
    expect(engine.memory().bytes).toBe(bytes);
    const turned = tables.toReversed();
    const other = engine.codedBatch!({
      codes,
      tables: turned,
      y: y as Int32Array<ArrayBuffer>,
      count,
      step: 4,
    });
    expect((await gradientOn(other))[0]).not.toBe(asNumbers[0]);
    for (const part of [theta, gradient, model]) part.dispose();
  });
});

describe('fifty steps', () => {
  it('stay within 1e-4 of the reference engine’s losses, and repeat bit for bit', async () => {
    const train = async (engine: Engine): Promise<number[]> => {
      const network = testNetwork({ name: '', network: 'vgg:4-M-8', variant: 'batch', input: [8, 8, 1] });
      const model = await engine.model(network, 8);
      const [theta, gradient, running] = [
        model.vector(testParameters(network)),
        model.vector(),
        model.statistics(),
      ];
      const losses: number[] = [];
      for (let step = 0; step < 50; step++) {
        const batch = engine.batch(testBatch(network, 8, step, 30 + (step % 7)));
        const loss = model.gradient(theta, batch, gradient, running);
        model.addScaled(theta, theta, -0.02, gradient);
        losses.push((await engine.read(loss)).loss);
        batch.dispose();
      }
      return losses;
    };
    const [fused, again, reference] = [
      await train(engines.quad),
      await train(engines.quad),
      await train(engines.reference),
    ];
    expect(again).toEqual(fused);
    for (const [i, loss] of fused.entries()) expect(Math.abs(loss / reference[i]! - 1)).toBeLessThan(1e-4);
  });
});
