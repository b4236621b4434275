import { describe, expect, it } from 'vitest';
import { loadDataset } from '../data/dataset.ts';
import { DataCache } from '../data/shards.ts';
import { createFloat64Engine } from '../engine/float64/engine.ts';
import type { BatchData, Engine } from '../engine/model.ts';
import { createReferenceEngine } from '../engine/reference/engine.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { probesInFloat64 } from '../experiment/precision.ts';
import { defaultExperiment } from '../experiment/settings.ts';
import { startCpu } from '../gpu/tensorflow.ts';
import { addMeasured, emptyRecord } from '../record/build.ts';
import { recordFromJson, recordToJson } from '../record/json.ts';
import { Lockstep, withProbes } from './lockstep.ts';
import { toMeasured } from './measuredStep.ts';
import { type Probe, takeProbe } from './probe.ts';

/** The paper's deep linear network on fewer samples, at a learning rate as small for its gradients as the paper's becomes late in training. */
const experiment: Experiment = {
  ...defaultExperiment(),
  dataset: 'gaussian',
  network: 'dln:25x10',
  variants: ['none'],
  learningRate: 1e-9,
  batchSize: 'full',
  trainExamples: 40,
  testExamples: 0,
  steps: 3,
  probeEvery: 3,
  probeSteps: [0.01, 0.1, 1, 10, 30],
  fineSteps: [],
  icsLayers: [9, 17],
};

async function lockstepOf(engine: Engine, asked = experiment): Promise<Lockstep> {
  await startCpu();
  const loaded = await loadDataset(asked, { baseUrl: 'http://localhost/', cache: new DataCache() });
  if (!loaded.ok) throw new Error(loaded.problem.message);
  return Lockstep.create(engine, asked, loaded.dataset);
}

/** The last probe of the first network, as the lab takes it, with the parameters and the minibatch that it was taken at. */
async function lastProbe(engine: Engine, asked = experiment) {
  const lockstep = await lockstepOf(engine, asked);
  let probe: Probe | null = null;
  while (!lockstep.done) {
    const [result] = await withProbes(await engine.read(lockstep.advance().pending));
    probe = result!.probe;
  }
  const trainer = lockstep.trainer(0);
  const data = { ...lockstep.minibatch(0, asked.steps), count: asked.trainExamples, step: asked.steps };
  return { probe: probe!, trainer, data };
}

/** The same probe at given parameters on another engine. */
async function probeOn(
  engine: Engine,
  { trainer, data }: { trainer: Awaited<ReturnType<typeof lastProbe>>['trainer']; data: BatchData },
): Promise<Probe> {
  const model = await engine.model(trainer.network, data.count);
  const theta = model.vector(await trainer.model.values(trainer.probed));
  const [gradient, next, batch] = [model.vector(), model.vector(), engine.batch(data)];
  const loss = model.gradient(theta, batch, gradient);
  const scratch = { point: model.vector(), gradient: model.vector() };
  const { learningRate } = trainer;
  const probe = await engine.read(
    takeProbe({
      ...{ experiment, learningRate, model, theta, gradient, loss, batch, next, scratch },
      direction: () => gradient,
    }),
  );
  return { ...probe, sharpness: null };
}

/** ‖g′ − g‖ at 0.01 against 0.1 learning rates: a tenth, because so close to θ the gradient is linear. */
const linearity = ({ grid: { gradientDifferenceAt } }: Probe): number =>
  gradientDifferenceAt[0]! / (gradientDifferenceAt[1]! / 10);

describe('the probes of a deep linear network', () => {
  it('are computed in float64, because float32 rounds the smallest steps away', async () => {
    const reference = createReferenceEngine();
    const reached = await lastProbe(reference);
    const rounded = await probeOn(reference, reached);
    expect(Math.abs(linearity(reached.probe) - 1)).toBeLessThan(1e-4);
    expect(Math.abs(linearity(rounded) - 1)).toBeGreaterThan(0.1);
    expect(
      Math.abs(rounded.grid.gradientDifferenceAt[0]! / reached.probe.grid.gradientDifferenceAt[0]! - 1),
    ).toBeGreaterThan(0.1);
    // What has digits enough in float32 is the same there.
    expect(rounded.loss / reached.probe.loss).toBeCloseTo(1, 5);
    expect(rounded.grid.lossAt[4]! / reached.probe.grid.lossAt[4]!).toBeCloseTo(1, 4);
  });

  it('are those of the float64 engine at the parameters reached, number for number', async () => {
    const reached = await lastProbe(createReferenceEngine());
    expect(await probeOn(createFloat64Engine(), reached)).toEqual(reached.probe);
  });

  it('leave training alone: its losses are those without probes', async () => {
    const losses = async (probeEvery: number) => {
      const engine = createReferenceEngine();
      const lockstep = await lockstepOf(engine, {
        ...experiment,
        probeEvery,
        variants: ['none', 'batch'],
        momentum: 0.5,
      });
      const seen: number[][] = [];
      while (!lockstep.done)
        seen.push((await engine.read(lockstep.advance().pending)).map(({ train }) => train.loss));
      return seen;
    };
    expect(await losses(1)).toEqual(await losses(3));
  });

  it('reach beyond float32, are infinite beyond float64, and come through a record unchanged', async () => {
    const far = { ...experiment, variants: ['none'], probeSteps: [1, 1e8, 1e30], steps: 0 };
    const engine = createReferenceEngine();
    const lockstep = await lockstepOf(engine, far);
    const record = emptyRecord(far, {
      backend: 'cpu',
      adapter: '',
      software: true,
      probePrecision: 'float64',
      app: '',
      startedAt: '',
    });
    const { step, pending } = lockstep.advance();
    for (const measured of toMeasured(step, await withProbes(await engine.read(pending)), lockstep))
      addMeasured(record, measured);
    const { landscape, train } = record.variants[0]!;
    const [near, beyond, infinite] = landscape.lossAt[0]!;
    expect(near! / train.loss[0]!).toBeCloseTo(1, 1);
    expect(Math.fround(beyond!)).toBe(Number.POSITIVE_INFINITY);
    expect(Number.isFinite(beyond)).toBe(true);
    expect(Number.isFinite(infinite)).toBe(false);
    const read = recordFromJson(recordToJson(record));
    expect(read).toMatchObject({
      ok: true,
      record: { environment: record.environment, variants: record.variants },
    });
  });
});

describe('float64 is for networks that need it', () => {
  it('deep linear ones, and no others', () => {
    expect(probesInFloat64({ network: 'dln:4x5' })).toBe(true);
    expect(probesInFloat64(defaultExperiment())).toBe(false);
    expect(probesInFloat64({ network: 'nonsense' })).toBe(false);
  });
});
