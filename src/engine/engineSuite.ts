/** What every engine must do, checked against float64 on the same numbers. Called from the tests of each engine and backend. */
import { beforeAll, describe, expect, it } from 'vitest';
import { internalCovariateShift } from '../measure/internalCovariateShift.ts';
import { probeLandscape } from '../measure/landscape.ts';
import { createFloat64Engine } from './float64/engine.ts';
import { type Batch, type Engine, HISTOGRAM_BINS, type Model, type Snapshot, type Vector } from './model.ts';
import {
  relativeError,
  TEST_CASES,
  type TestCase,
  testBatch,
  testNetwork,
  testParameters,
} from './testNetworks.ts';

/** Relative l2 error that float32 may have against float64. */
const TOLERANCE = 1e-5;

interface Bench {
  model: Model;
  batch: Batch;
  theta: Vector;
  gradient: Vector;
  running: Vector;
}

async function prepare(engine: Engine, test: TestCase): Promise<Bench> {
  const network = testNetwork(test);
  const data = testBatch(network, test.examples);
  const model = await engine.model(network, data.count);
  return {
    model,
    batch: engine.batch(data),
    theta: model.vector(testParameters(network)),
    gradient: model.vector(),
    running: model.statistics(),
  };
}

function dispose({ model, batch, theta, gradient, running }: Bench): void {
  for (const part of [batch, theta, gradient, running, model]) part.dispose();
}

/** Trains a few steps and probes at each, as the lab does; returns every number that comes out. */
async function trainAndProbe(engine: Engine, test: TestCase, steps = 3): Promise<number[]> {
  const network = testNetwork(test);
  const model = await engine.model(network, 6);
  const [theta, gradient, next] = [model.vector(testParameters(network)), model.vector(), model.vector()];
  const scratch = { point: model.vector(), gradient: model.vector() };
  const running = model.statistics();
  const numbers: number[] = [];
  for (let step = 0; step < steps; step++) {
    const batch = engine.batch(testBatch(network, 6, step, 20 + step));
    const loss = model.gradient(theta, batch, gradient, running);
    const landscape = probeLandscape(model, theta, gradient, gradient, batch, [0.05, 0.2], scratch);
    model.addScaled(next, theta, -0.1, gradient);
    const shift = internalCovariateShift(model, theta, next, gradient, batch, [1, 3], scratch);
    const evaluated = model.evaluate(theta, running, batch);
    model.copy(theta, next);
    const { loss: trained } = await engine.read(loss);
    numbers.push(trained, (await engine.read(evaluated)).loss);
    for (const point of await engine.read(landscape)) numbers.push(point.loss, point.gradientDifference);
    for (const layer of await engine.read(shift)) numbers.push(layer.l2, layer.cosine);
    batch.dispose();
  }
  numbers.push(...(await model.values(theta)));
  for (const vector of [theta, gradient, next, scratch.point, scratch.gradient, running]) vector.dispose();
  model.dispose();
  return numbers;
}

/** Equal within float32, or both NaN. */
function expectSame(value: number, expected: number): void {
  if (Number.isNaN(expected)) expect(value).toBeNaN();
  else expect(value).toBeCloseTo(expected, 6);
}

export function describeEngine(name: string, create: () => Promise<Engine>): void {
  const exact = createFloat64Engine();
  let engine: Engine;
  beforeAll(async () => {
    engine = await create();
  });

  describe(`${name}: loss, gradient and running statistics equal float64's`, () => {
    it.each(TEST_CASES)('$name ($variant, $network)', async (test) => {
      const [ours, yardstick] = [await prepare(engine, test), await prepare(exact, test)];
      const pending = ours.model.gradient(ours.theta, ours.batch, ours.gradient, ours.running);
      const result = await engine.read(pending);
      const expected = await exact.read(
        yardstick.model.gradient(yardstick.theta, yardstick.batch, yardstick.gradient, yardstick.running),
      );
      expect(Math.abs(result.loss / expected.loss - 1)).toBeLessThan(TOLERANCE);
      expectSame(result.accuracy, expected.accuracy);
      const [gradient, reference] = [
        await ours.model.values(ours.gradient),
        await yardstick.model.values(yardstick.gradient),
      ];
      expect(relativeError(gradient, reference), 'whole gradient').toBeLessThan(TOLERANCE);
      const whole = Math.hypot(...reference);
      for (const { name: tensor, offset, size } of ours.model.network.parameters) {
        const [part, right] = [gradient, reference].map((values) => values.subarray(offset, offset + size));
        if (Math.hypot(...right!) > 1e-3 * whole)
          expect(relativeError(part!, right!), tensor).toBeLessThan(2 * TOLERANCE);
      }
      const [running, exactRunning] = [
        await ours.model.values(ours.running),
        await yardstick.model.values(yardstick.running),
      ];
      expect(running.length).toBe(exactRunning.length);
      expect(relativeError(running, exactRunning), 'running statistics').toBeLessThan(TOLERANCE);
      dispose(ours);
    });
  });

  describe(`${name}: evaluation with running statistics and without noise equals float64's`, () => {
    it.each(TEST_CASES.filter((test) => (test.examples ?? 6) > 1))('$name ($variant)', async (test) => {
      const [ours, yardstick] = [await prepare(engine, test), await prepare(exact, test)];
      for (const bench of [ours, yardstick])
        bench.model.gradient(bench.theta, bench.batch, bench.gradient, bench.running);
      const result = await engine.read(ours.model.evaluate(ours.theta, ours.running, ours.batch));
      const expected = await exact.read(
        yardstick.model.evaluate(yardstick.theta, yardstick.running, yardstick.batch),
      );
      expect(Math.abs(result.loss / expected.loss - 1)).toBeLessThan(TOLERANCE);
      expectSame(result.accuracy, expected.accuracy);
      dispose(ours);
    });

    it('leaves padding out of a last, incomplete minibatch', async () => {
      const test = TEST_CASES[1]!;
      const network = testNetwork(test);
      const whole = testBatch(network, 6);
      const evaluate = async (on: Engine) => {
        const model = await on.model(network, 6);
        const theta = model.vector(testParameters(network));
        const batch = on.batch({ ...whole, count: 4 });
        return on.read(model.evaluate(theta, model.statistics(), batch));
      };
      const [result, expected] = [await evaluate(engine), await evaluate(exact)];
      expect(Math.abs(result.loss / expected.loss - 1)).toBeLessThan(TOLERANCE);
      expectSame(result.accuracy, expected.accuracy);
    });
  });

  describe(`${name}: activation statistics equal float64's`, () => {
    const variants = ['none', 'batch', 'noisy-batch', 'linf', 'layer', 'group'];
    const tests = [
      ...variants.map((variant) => ({
        name: '',
        variant,
        network: 'vgg:5-M-6/7',
        input: [6, 5, 1] as [number, number, number],
      })),
      { name: '', variant: 'batch', network: 'dln:4x5', examples: 40 },
    ];
    it.each(tests)('$variant, $network', async (test: TestCase) => {
      const measure = async (on: Engine) => {
        const { model, theta, batch } = await prepare(on, test);
        await model.watch([
          { layer: 0, unit: 3 },
          { layer: 1, unit: 4 },
          { layer: 2, unit: 0 },
        ]);
        return on.read(model.activations(theta, batch));
      };
      const [ours, expected] = [await measure(engine), await measure(exact)];
      expect(ours).toHaveLength(3);
      for (const [i, unit] of expected.entries()) {
        expect(ours[i]!.mean).toBeCloseTo(unit.mean, 4);
        expect(ours[i]!.variance / unit.variance).toBeCloseTo(1, 4);
        expect(ours[i]!.counts).toHaveLength(HISTOGRAM_BINS);
        const total = unit.counts.reduce((a, b) => a + b);
        expect(ours[i]!.counts.reduce((a, b) => a + b)).toBe(total);
        // A value on the border of two bins may fall into either.
        const moved = ours[i]!.counts.reduce(
          (sum, count, bin) => sum + Math.abs(count - unit.counts[bin]!),
          0,
        );
        expect(moved).toBeLessThanOrEqual(2);
      }
    });
  });

  describe(`${name}: vectors`, () => {
    const test = TEST_CASES[1]!;

    it('add, copy, join and compare', async () => {
      const { model, theta } = await prepare(engine, test);
      const values = await model.values(theta);
      const other = model.vector(values.map((value, i) => Math.sin(i) + value));
      const otherValues = await model.values(other);
      const into = model.vector();
      model.addScaled(into, theta, -0.25, other);
      expect(
        relativeError(
          await model.values(into),
          values.map((v, i) => v - 0.25 * otherValues[i]!),
        ),
      ).toBeLessThan(1e-6);
      model.addScaled(into, into, 2, theta);
      model.copy(into, other);
      expect(await model.values(into)).toEqual(otherValues);
      model.joinAtLayer(into, 2, theta, other);
      const start = model.network.layers[2]!.kernel.offset;
      expect(await model.values(into)).toEqual(otherValues.map((v, i) => (i < start ? values[i]! : v)));
      const { offset, size } = model.network.layers[1]!.kernel;
      for (const [layer, from, to] of [
        [undefined, 0, values.length],
        [1, offset, offset + size],
      ] as const) {
        const { normA, normB, inner, difference } = await engine.read(model.compare(theta, other, layer));
        const [a, b] = [values.slice(from, to), otherValues.slice(from, to)];
        expect(normA / Math.hypot(...a)).toBeCloseTo(1, 5);
        expect(normB / Math.hypot(...b)).toBeCloseTo(1, 5);
        expect(inner / a.reduce((sum, v, i) => sum + v * b[i]!, 0)).toBeCloseTo(1, 4);
        expect(difference / Math.hypot(...a.map((v, i) => v - b[i]!))).toBeCloseTo(1, 5);
      }
    });

    it('take over a norm', async () => {
      const { model, theta } = await prepare(engine, test);
      const values = await model.values(theta);
      const other = model.vector(values.map((_, i) => Math.cos(i)));
      const otherValues = await model.values(other);
      const factor = Math.hypot(...values) / Math.hypot(...otherValues);
      const into = model.vector();
      model.matchNorm(into, other, theta);
      model.matchNorm(other, other, theta);
      const expected = otherValues.map((value) => factor * value);
      for (const vector of [into, other])
        expect(relativeError(await model.values(vector), expected)).toBeLessThan(1e-5);
    });

    it('come back from the device as they went', async () => {
      const { model } = await prepare(engine, test);
      const values = Float32Array.from({ length: model.network.size }, (_, i) => Math.cos(i * i));
      expect(await model.values(model.vector(values))).toEqual(values);
    });
  });

  it(`${name}: a snapshot holds vectors as they were when it was asked for, and its flight changes nothing`, async () => {
    const { model, theta, batch, gradient, running } = await prepare(engine, TEST_CASES[1]!);
    const before = [await model.values(theta), await model.values(running)];
    const first = engine.snapshot([theta, running]);
    const loss = model.gradient(theta, batch, gradient, running);
    model.addScaled(theta, theta, -0.5, gradient);
    const second = engine.snapshot([theta, running]);
    model.copy(theta, gradient);
    await engine.read(loss);
    const numbersOf = (snapshot: Snapshot): Float32Array[] => {
      const into = [theta, running].map(({ length }) => new Float32Array(length));
      snapshot(into);
      return into;
    };
    expect(numbersOf(await first)).toEqual(before);
    const [moved, blended] = numbersOf(await second);
    const step = await model.values(gradient);
    const expected = before[0]!.map((value, i) => value - 0.5 * step[i]!);
    expect(relativeError(moved!, expected)).toBeLessThan(1e-6);
    expect(blended).toEqual(await model.values(running));
    expect(blended).not.toEqual(before[1]);
  });

  describe(`${name}: probes`, () => {
    const test: TestCase = { name: '', variant: 'noisy-batch', network: 'vgg:4-M-6-5', input: [8, 7, 1] };

    it('measure what float64 measures, over three training steps', async () => {
      const [ours, expected] = [await trainAndProbe(engine, test), await trainAndProbe(exact, test)];
      expect(relativeError(ours, expected)).toBeLessThan(1e-4);
    });

    it('give the same numbers to the last bit, twice', async () => {
      expect(await trainAndProbe(engine, test)).toEqual(await trainAndProbe(engine, test));
    });

    it('leave θ, the gradient and the running statistics as they were, bit for bit', async () => {
      const { model, theta, gradient, running, batch } = await prepare(engine, test);
      await engine.read(model.gradient(theta, batch, gradient, running));
      const snapshot = () => Promise.all([theta, gradient, running].map((vector) => model.values(vector)));
      const before = await snapshot();
      const scratch = { point: model.vector(), gradient: model.vector() };
      await engine.read(probeLandscape(model, theta, gradient, gradient, batch, [0.5, 4], scratch));
      await engine.read(internalCovariateShift(model, theta, gradient, gradient, batch, [1, 2], scratch));
      expect(await snapshot()).toEqual(before);
    });

    it('give the first layer a covariate shift of exactly 0', async () => {
      const { model, theta, gradient, batch } = await prepare(engine, test);
      model.gradient(theta, batch, gradient);
      const next = model.vector();
      model.addScaled(next, theta, -0.3, gradient);
      const scratch = { point: model.vector(), gradient: model.vector() };
      const [first, second] = await engine.read(
        internalCovariateShift(model, theta, next, gradient, batch, [1, 2], scratch),
      );
      expect(first!.l2).toBe(0);
      expect(second!.l2).toBeGreaterThan(0);
    });

    it('noisy BatchNorm without noise equals BatchNorm to the last bit', async () => {
      const still = { ...test, noise: { nMu: 0, nSigma: 1, rMu: 0, rSigma: 0 } };
      const noisy = await trainAndProbe(engine, still);
      expect(noisy).toEqual(await trainAndProbe(engine, { ...still, variant: 'batch' }));
    });
  });

  it(`${name}: a training step leaves nothing behind`, async () => {
    const network = testNetwork(TEST_CASES[2]!);
    const model = await engine.model(network, 6);
    const [theta, gradient] = [model.vector(testParameters(network)), model.vector()];
    const running = model.statistics();
    const train = async (step: number) => {
      const batch = engine.batch(testBatch(network, 6, step));
      const loss = model.gradient(theta, batch, gradient, running);
      model.addScaled(theta, theta, -0.05, gradient);
      await engine.read(loss);
      batch.dispose();
    };
    for (let step = 0; step < 5; step++) await train(step);
    const before = engine.memory();
    for (let step = 5; step < 25; step++) await train(step);
    expect(engine.memory()).toEqual(before);
  });
}
