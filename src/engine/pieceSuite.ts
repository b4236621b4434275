/** The smooth piece of the loss around a θ, of any engine, against float64's. */
import { beforeAll, describe, expect, it } from 'vitest';
import { createFloat64Engine } from './float64/engine.ts';
import type { Engine } from './model.ts';
import {
  normals,
  relativeError,
  TEST_CASES,
  type TestCase,
  testBatch,
  testNetwork,
  testParameters,
} from './testNetworks.ts';

/** So far from θ that many ReLUs and maxima would choose otherwise. */
const DISTANCE = 0.1;
const NAMES = ['none', 'noisy-batch', 'l1', 'l2', 'linf', 'layer', 'group', 'noisy hidden dense layers'];
const CASES: TestCase[] = [
  ...TEST_CASES.filter(({ name }) => NAMES.includes(name)),
  ...['batch.stopped', 'linf.stopped', 'group.stopped'].map((variant) => ({
    ...TEST_CASES[0]!,
    name: variant,
    variant,
  })),
  { name: 'deep linear', variant: 'linf', network: 'dln:4x7', examples: 20 },
];

/** Gradients at θ and away from it, on the piece around θ. */
async function gradientsOn(engine: Engine, test: TestCase) {
  const network = testNetwork(test);
  const data = testBatch(network, test.examples);
  const model = await engine.model(network, data.count);
  const batch = engine.batch(data);
  const theta = model.vector(testParameters(network));
  const [gradient, there] = [model.vector(), model.vector()];
  const shift = model.vector(normals(network.size, 41));
  await engine.read(model.gradient(theta, batch, gradient));
  const plain = await model.values(gradient);
  const before = engine.memory().count;
  const piece = await model.piece(theta, batch);
  const evaluate = async (at: typeof theta): Promise<Float32Array> => {
    await engine.read(model.gradientOn(piece, at, batch, gradient));
    return model.values(gradient);
  };
  const here = await evaluate(theta);
  model.addScaled(there, theta, DISTANCE, shift);
  const away = await evaluate(there);
  piece.dispose();
  const left = engine.memory().count - before;
  await engine.read(model.gradient(there, batch, gradient));
  return { here, away, plain, plainAway: await model.values(gradient), left };
}

/** Gradients may deviate from float64's by a relative `tolerance` in l2. */
export function describePieces(name: string, create: () => Promise<Engine>, tolerance: number): void {
  let engine: Engine;
  beforeAll(async () => {
    engine = await create();
  });

  describe(`${name}: the gradient on the smooth piece around θ`, () => {
    it.each(CASES)('$name ($variant, $network)', async (test) => {
      const { here, away, plain, plainAway } = await gradientsOn(engine, test);
      expect(relativeError(here, plain), 'at θ it is the gradient').toBeLessThan(tolerance);
      expect(relativeError(away, plainAway), 'away from θ it is another').toBeGreaterThan(1e-3);
      const exact = await gradientsOn(createFloat64Engine(), test);
      expect(relativeError(away, exact.away), 'float64').toBeLessThan(tolerance);
    });

    it('leaves nothing behind', async () => {
      const { left } = await gradientsOn(engine, CASES[1]!);
      expect(left).toBe(0);
    });
  });
}
