import { beforeAll, expect, it } from 'vitest';
import { type Dataset, loadDataset } from '../data/dataset.ts';
import { DataCache } from '../data/shards.ts';
import { Pending } from '../engine/model.ts';
import { createReferenceEngine } from '../engine/reference/engine.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { defaultExperiment } from '../experiment/settings.ts';
import { startCpu } from '../gpu/tensorflow.ts';
import { Lockstep, withProbes } from './lockstep.ts';

const everything: Experiment = {
  ...defaultExperiment(),
  dataset: 'gaussian',
  network: 'dln:2x4',
  variants: ['none', 'noisy-batch'],
  learningRate: 1e-3,
  batchSize: 4,
  trainExamples: 20,
  testExamples: 4,
  steps: 12,
  probeEvery: 3,
  testEvery: 4,
  icsLayers: [1, 2],
  activationLayers: [1, 2],
  randomDirections: 2,
  sharpnessIterations: 2,
};

let dataset: Dataset;
beforeAll(async () => {
  await startCpu();
  const loaded = await loadDataset(everything, { baseUrl: 'http://localhost/data/', cache: new DataCache() });
  if (!loaded.ok) throw new Error(loaded.problem.message);
  dataset = loaded.dataset;
});

it('no measurement of a probe leaves a tensor of the reference engine behind', async () => {
  const engine = createReferenceEngine();
  const lockstep = await Lockstep.create(engine, everything, dataset);
  const counts = new Set<number>();
  while (!lockstep.done) {
    const { step, pending } = lockstep.advance();
    const [readings] = await engine.read(Pending.all([pending]));
    await withProbes(readings!);
    if (step > 0) counts.add(engine.memory().count);
  }
  expect([...counts]).toHaveLength(1);
  lockstep.dispose();
});
