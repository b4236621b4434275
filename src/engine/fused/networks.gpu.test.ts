import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { findAdapter } from '../../gpu/adapter.ts';
import { openDevice } from '../../gpu/device.ts';
import { startWebGpu } from '../../gpu/tensorflow.ts';
import { createFloat64Engine } from '../float64/engine.ts';
import type { Engine } from '../model.ts';
import { createReferenceEngine } from '../reference/engine.ts';
import { relativeError, type TestCase, testBatch, testNetwork, testParameters } from '../testNetworks.ts';
import { createFusedEngine } from './engine.ts';

const engines: Record<'quad' | 'plain' | 'hardware' | 'reference' | 'float64', Engine> = {} as never;

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
    'l2.frozen',
  ],
);
/** Sets of one or two elements normalise to constants: their gradient is rounding noise, in any arithmetic. */
const isWellConditioned = ({ network, variant }: TestCase): boolean =>
  !['layer', 'group'].includes(variant) || !network.includes('/');
const cases = fc
  .record({
    name: fc.constant('random'),
    network: networkText,
    variant: variants,
    input: fc.tuple(
      fc.integer({ min: 5, max: 15 }),
      fc.integer({ min: 5, max: 15 }),
      fc.constantFrom(1, 3, 2),
    ),
    examples: fc.integer({ min: 4, max: 6 }),
    weightDecay: fc.constantFrom(0, 0.01),
  })
  .filter(isWellConditioned);

describe('random networks', () => {
  it('have the gradient of float64 on every kind of device, and the same bits with and without subgroups', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (test) => {
        const exact = await evaluate(engines.float64, test);
        const plain = await evaluate(engines.plain, test);
        expect(Math.abs(plain.loss / exact.loss - 1)).toBeLessThan(1e-5);
        expect(relativeError(plain.gradient, exact.gradient)).toBeLessThan(1e-5);
        expect(await evaluate(engines.quad, test)).toEqual(plain);
        const hardware = await evaluate(engines.hardware, test);
        expect(relativeError(hardware.gradient, exact.gradient)).toBeLessThan(1e-5);
      }),
      { numRuns: 25, seed: 1805 },
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
      { numRuns: 6, seed: 11604 },
    );
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
