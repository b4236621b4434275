/** Every number of an engine and of the measurements on it against PyTorch's. Called from the tests of each engine. */
import { describe, expect, it } from 'vitest';
import { internalCovariateShift } from '../measure/internalCovariateShift.ts';
import { type GridProbe, probeLandscape, summariseGrid } from '../measure/landscape.ts';
import type { Network } from '../network/network.ts';
import { layerNoise } from '../network/noise.ts';
import { type Engine, type Model, Pending, type Vector } from './model.ts';
import { type Fixture, readFixtures } from './testFixtures.ts';
import { relativeError } from './testNetworks.ts';

/** What is compared, and by how much it deviates. */
type Deviations = Record<string, number>;

export interface FixtureSuite {
  create: () => Promise<Engine>;
  /** A vector's numbers at the engine's own precision. */
  values: (model: Model, vector: Vector) => Promise<ArrayLike<number>>;
  /** Largest deviation allowed. */
  limit: number;
  /** The same for differences of gradients, which lose the digits that cancel. */
  differenceLimit: number;
}

const IS_DIFFERENCE = /^(fine )?(gradientDifferenceAt|beta)|^ICS l2/;

/** |value / expected − 1|; equal numbers and two NaN do not deviate. */
function relative(value: number, expected: number): number {
  if (Object.is(value, expected) || value === expected) return 0;
  return Math.abs(value - expected) / Math.abs(expected);
}

/** Share of the whole gradient below which a tensor's is 0 by invariance, as that of a β before a linear map and BatchNorm. */
const VANISHING = 1e-12;

/** Relative l2 errors of all and of each tensor; one that vanishes is held against all. */
function gradientDeviations(
  network: Network,
  gradient: ArrayLike<number>,
  expected: Float64Array,
): Deviations {
  const difference = expected.map((value, i) => gradient[i]! - value);
  const whole = Math.hypot(...expected);
  const tensors = network.parameters.map(({ name, offset, size }) => {
    const norm = (values: Float64Array): number => Math.hypot(...values.subarray(offset, offset + size));
    const own = norm(expected);
    return [`gradient of ${name}`, norm(difference) / (own < VANISHING * whole ? whole : own)];
  });
  return { gradient: Math.hypot(...difference) / whole, ...Object.fromEntries(tensors) };
}

function gridDeviations(prefix: string, found: GridProbe, expected: GridProbe): Deviations {
  const deviations: Deviations = { [`${prefix}beta`]: relative(found.beta, expected.beta) };
  for (const key of ['lossAt', 'gradientDifferenceAt'] as const)
    for (const [i, value] of expected[key].entries())
      deviations[`${prefix}${key}[${i}]`] = relative(found[key][i]!, value);
  return deviations;
}

/** Measures all that the fixture holds, as the lab does. */
async function measure(
  engine: Engine,
  { network, batch: data, theta: start, next: given, running: before, numbers }: Fixture,
  values: FixtureSuite['values'],
) {
  const model = await engine.model(network, data.count);
  const batch = engine.batch(data);
  const [theta, gradient, next] = [model.vector(start), model.vector(), model.vector(given ?? undefined)];
  const running = model.statistics(before);
  const scratch = { point: model.vector(), gradient: model.vector() };
  const along = (sizes: number[]) => probeLandscape(model, theta, gradient, gradient, batch, sizes, scratch);
  await model.watch(numbers.activations);
  const evaluation = model.evaluate(theta, running, batch);
  const trained = model.gradient(theta, batch, gradient, running);
  if (!given) model.addScaled(next, theta, -numbers.learningRate, gradient);
  const layers = numbers.ics.map(({ layer }) => layer);
  const pending = Pending.object({
    evaluation,
    trained,
    norm: model.compare(gradient, gradient),
    points: along(numbers.stepSizes),
    finePoints: along(numbers.fine.stepSizes),
    activations: model.activations(theta, batch),
    shift: internalCovariateShift(model, theta, next, gradient, batch, layers, scratch),
  });
  const measured = {
    ...(await engine.read(pending)),
    gradient: await values(model, gradient),
    running: await values(model, running),
  };
  for (const part of [batch, theta, gradient, next, running, scratch.point, scratch.gradient, model])
    part.dispose();
  return measured;
}

function deviationsOf(fixture: Fixture, measured: Awaited<ReturnType<typeof measure>>): Deviations {
  const { network, numbers } = fixture;
  const { stepSizes, fine } = numbers;
  const { evaluation, trained, points, finePoints, activations, shift } = measured;
  const { normA } = measured.norm;
  const deviations: Deviations = {
    loss: relative(trained.loss, numbers.loss),
    accuracy: relative(trained.accuracy, numbers.accuracy),
    gradientNorm: relative(normA, numbers.gradientNorm),
    'evaluation loss': relative(evaluation.loss, numbers.evaluation.loss),
    'evaluation accuracy': relative(evaluation.accuracy, numbers.evaluation.accuracy),
    'running statistics': relativeError(measured.running, fixture.updated),
    ...gradientDeviations(network, measured.gradient, fixture.gradient),
    ...gridDeviations('', summariseGrid(points, stepSizes, normA), numbers),
    ...gridDeviations('fine ', summariseGrid(finePoints, fine.stepSizes, normA), fine),
  };
  for (const [i, { layer, l2, cosine }] of numbers.ics.entries()) {
    deviations[`ICS l2 of layer ${layer}`] = relative(shift[i]!.l2, l2);
    deviations[`ICS cosine of layer ${layer}`] = Math.abs(shift[i]!.cosine - cosine);
  }
  for (const [i, { layer, mean, variance }] of numbers.activations.entries()) {
    const size = Math.sqrt(mean ** 2 + variance);
    deviations[`activation mean ${layer}`] = Math.abs(activations[i]!.mean - mean) / size;
    deviations[`activation variance ${layer}`] = relative(activations[i]!.variance, variance);
  }
  return deviations;
}

export async function describeFixtures(name: string, suite: FixtureSuite): Promise<void> {
  const { create, values, limit, differenceLimit } = suite;
  const fixtures = await readFixtures();
  const engine = create();

  describe(`${name} against PyTorch`, () => {
    it('has fixtures to be compared with', () => expect(fixtures.length).toBeGreaterThan(50));

    it.each(fixtures)('$name', async (fixture) => {
      const deviations = deviationsOf(fixture, await measure(await engine, fixture, values));
      const above = Object.entries(deviations).filter(
        ([number, deviation]) => !(deviation <= (IS_DIFFERENCE.test(number) ? differenceLimit : limit)),
      );
      expect(Object.fromEntries(above)).toEqual({});
    });

    it.each(fixtures.filter(({ noise }) => noise.size > 0))(
      'draws the noise of $name',
      ({ network, batch, noise }) => {
        for (const [index, { layer, pixels }] of network.layers.entries()) {
          const expected = noise.get(layer.name);
          if (!expected) continue;
          const rows = batch.count * pixels;
          const drawn = layerNoise(network.noise, network.seed, index, batch.step, rows, layer.outputs);
          expect(drawn).toEqual(expected);
        }
      },
    );
  });
}
