import { getBackend } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Dataset, loadDataset } from '../data/dataset.ts';
import { DataCache } from '../data/shards.ts';
import { createFusedEngine } from '../engine/fused/engine.ts';
import { type Engine, Pending } from '../engine/model.ts';
import { createReferenceEngine } from '../engine/reference/engine.ts';
import { relativeError } from '../engine/testNetworks.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { defaultExperiment } from '../experiment/settings.ts';
import { findAdapter } from '../gpu/adapter.ts';
import { openDevice } from '../gpu/device.ts';
import { startWebGpu } from '../gpu/tensorflow.ts';
import { addMeasured, emptyRecord } from '../record/build.ts';
import type { RunRecord } from '../record/record.ts';
import { Lockstep, withProbes } from './lockstep.ts';
import { toMeasured } from './measuredStep.ts';

const micro: Experiment = {
  ...defaultExperiment(),
  network: 'vgg:4-M-4-M-6',
  variants: ['none', 'batch', 'noisy-batch'],
  batchSize: 8,
  trainExamples: 200,
  testExamples: 20,
  steps: 6,
  probeEvery: 3,
  testEvery: 3,
  icsLayers: [1, 3],
};
const environment = {
  backend: 'webgpu',
  adapter: 'test',
  software: true,
  app: 'test',
  startedAt: '',
} as const;

let dataset: Dataset;
let fused: () => Engine;
beforeAll(async () => {
  const found = await findAdapter();
  if (!found.ok) throw new Error(`WebGPU is needed: ${found.message}`);
  const opened = await openDevice(found);
  opened.onFault((fault) => {
    throw new Error(`${fault.kind}: ${fault.message}`);
  });
  await startWebGpu(opened);
  expect(getBackend()).toBe('webgpu');
  fused = () =>
    createFusedEngine(opened.device, { software: true, subgroups: opened.device.features.has('subgroups') });
  dataset = await load(micro);
});

async function load(experiment: Experiment): Promise<Dataset> {
  const baseUrl = new URL('/data/', globalThis.location.href).href;
  const loaded = await loadDataset(experiment, { baseUrl, cache: new DataCache() });
  if (!loaded.ok) throw new Error(loaded.problem.message);
  return loaded.dataset;
}

async function record(engine: Engine, experiment = micro): Promise<RunRecord> {
  const lockstep = await Lockstep.create(engine, experiment, dataset);
  const result = emptyRecord(experiment, environment);
  while (!lockstep.done) {
    const { step, pending } = lockstep.advance();
    for (const measured of toMeasured(step, await withProbes(await engine.read(pending)), lockstep))
      addMeasured(result, measured);
  }
  lockstep.dispose();
  engine.dispose();
  return result;
}

/** Every number that a record's variants hold, in a fixed order. */
function numbersOf(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(numbersOf);
}

/** Every column of numbers in a part of a record, by its path; a list of lists is one column. */
function columnsOf(value: unknown, path: string): [path: string, column: number[]][] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value) && value.every((each) => typeof each !== 'object' || Array.isArray(each)))
    return [[path, numbersOf(value)]];
  return Object.entries(value).flatMap(([key, each]) => columnsOf(each, `${path}.${key}`));
}

/**
 * What two float32 engines may differ by in a column, relatively. A difference of two gradients is as exact as the gradients
 * are: a few units of their last place, however small it is itself.
 */
const FLOAT32_UNITS = 5e-7;
function toleranceOf(path: string, column: number[], gradientNorms: number[]): number {
  if (!/ifferenceAt|beta|l2/.test(path)) return 1e-4;
  const length = (values: number[]) => Math.hypot(...values.filter(isNumber)) / Math.sqrt(values.length);
  const differences = path.endsWith('beta') ? Number.POSITIVE_INFINITY : length(column);
  return 1e-4 + (FLOAT32_UNITS * length(gradientNorms)) / differences;
}

const isNumber = (value: number) => !Number.isNaN(value);

describe('on real images, on WebGPU', () => {
  it('two runs give the same record to the last bit', async () => {
    const [first, second] = [await record(fused()), await record(fused())];
    expect(second.variants).toEqual(first.variants);
    expect(numbersOf(first.variants).length).toBeGreaterThan(200);
  });

  it('both engines measure the same, to 1e-4', async () => {
    // Few and small steps: what two roundings differ by grows with every update.
    const few = {
      ...micro,
      network: 'vgg:2-M-3',
      batchSize: 4,
      icsLayers: [1, 3],
      activationLayers: [1, 2],
      learningRate: 0.02,
      steps: 2,
      probeEvery: 2,
      testExamples: 8,
    };
    const [ours, reference] = [await record(fused(), few), await record(createReferenceEngine(), few)];
    for (const [i, variant] of ours.variants.entries()) {
      const other = reference.variants[i]!;
      for (const part of ['train', 'test', 'landscape', 'ics', 'activations'] as const) {
        const columns = new Map(columnsOf(other[part], part));
        expect(columns.size, part).toBeGreaterThan(1);
        for (const [path, measured] of columnsOf(variant[part], part)) {
          const expected = columns.get(path)!;
          // What was not measured (random directions, here) is NaN in both.
          expect(measured.map(Number.isNaN), path).toEqual(expected.map(Number.isNaN));
          if (path.endsWith('counts')) {
            // A number at the edge of two bins may fall into either.
            const moved = measured.reduce((sum, count, i) => sum + Math.abs(count - expected[i]!), 0);
            expect(moved, `${variant.id} ${path}`).toBeLessThanOrEqual(2);
            continue;
          }
          const error = relativeError(measured.filter(isNumber), expected.filter(isNumber));
          const tolerance = toleranceOf(path, expected, other.landscape.gradientNorm);
          expect(error, `${variant.id} ${path}`).toBeLessThan(tolerance);
        }
      }
    }
  });

  it('BatchNorm and noisy BatchNorm without noise are one, in every measurement', async () => {
    const still = { ...micro, variants: ['batch', 'noisy-batch'], nMu: 0, nSigma: 1, rMu: 0, rSigma: 0 };
    const [batch, noisy] = (await record(fused(), still)).variants;
    expect(numbersOf(noisy)).toEqual(numbersOf(batch));
  });
});

/** Plain tfjs takes more than half a second for a step of `micro` on the software adapter. */
const tiny = {
  network: 'vgg:2-M-2',
  variants: ['noisy-batch'],
  batchSize: 2,
  testExamples: 2,
  trainExamples: 20,
};

describe('three hundred steps leave nothing behind', () => {
  it.each(['fused', 'reference'] as const)('%s', async (kind) => {
    const engine = kind === 'fused' ? fused() : createReferenceEngine();
    const experiment = {
      ...micro,
      network: 'vgg:4-M-4',
      steps: 300,
      probeEvery: 50,
      testEvery: 50,
      fineSteps: [],
      ...(kind === 'reference' && tiny),
    };
    const lockstep = await Lockstep.create(engine, experiment, dataset);
    const advance = async (steps: number) => {
      const results = Array.from({ length: steps }, () => lockstep.advance().pending);
      await engine.read(Pending.all(results));
    };
    for (let i = 0; i < 11; i++) await advance(10);
    const before = engine.memory();
    for (let i = 0; i < 19; i++) await advance(10);
    expect(lockstep.next).toBe(300);
    expect(engine.memory()).toEqual(before);
    lockstep.dispose();
    engine.dispose();
  });
});
