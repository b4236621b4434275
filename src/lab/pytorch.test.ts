/** The exported Python file against the page's own engine in float64: the same kernels, minibatches, noise and probes. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { freeQuietPort } from '../../scripts/port.ts';
import { createFloat64Engine } from '../engine/float64/engine.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { defaultExperiment } from '../experiment/settings.ts';
import { addMeasured, emptyRecord } from '../record/build.ts';
import { recordFromJson } from '../record/json.ts';
import { pytorchFile } from '../record/pytorch/pytorchFile.ts';
import type { RunRecord, VariantRecord } from '../record/record.ts';
import { Session } from './session.ts';

const TOLERANCE = 1e-3;
const PYTHON = ['python3', '/usr/bin/python3'].find(
  (name) => spawnSync(name, ['-c', 'import numpy, torch']).status === 0,
);
const TEMPLATE = readFileSync(new URL('../record/pytorch/experiment.py', import.meta.url), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'normscape-pytorch-'));
afterAll(() => rmSync(folder, { recursive: true }));

const COMMON = {
  steps: 4,
  probeEvery: 2,
  testEvery: 2,
  testExamples: 25,
  momentum: 0.5,
  weightDecay: 0.01,
  fineSteps: [0.1],
  activationLayers: [2],
};
const EXPERIMENTS: Record<string, Experiment> = {
  convolutional: {
    ...defaultExperiment(),
    ...COMMON,
    dataset: 'shapes',
    network: 'vgg:4-M-5-M/7',
    variants: ['none', 'batch', 'noisy-batch', 'l2', 'linf', 'group', 'batch.last.stopped', 'l1.frozen@0.02'],
    learningRate: 0.05,
    batchSize: 6,
    trainExamples: 15,
    icsLayers: [1, 3],
  },
  'deep-linear': {
    ...defaultExperiment(),
    ...COMMON,
    dataset: 'gaussian',
    network: 'dln:4x5',
    variants: ['none', 'batch', 'noisy-none', 'layer'],
    learningRate: 1e-3,
    batchSize: 'full',
    trainExamples: 20,
    icsLayers: [2],
  },
};

/** As the page trains, on the CPU in float64. */
async function trainHere(experiment: Experiment): Promise<RunRecord> {
  const session = new Session({
    dataUrl: 'http://localhost/data/',
    app: 'test',
    openDevice: async () => ({
      device: { backend: 'cpu', adapter: 'float64', software: true, fallback: null, memoryBytes: 2 ** 30 },
      engines: [createFloat64Engine],
      paceEngine: null,
      lose: () => {},
      close: () => {},
    }),
  });
  let record: RunRecord | null = null;
  session.subscribe((event) => {
    if (event.type === 'started') record = emptyRecord(event.experiment, event.environment);
    if (event.type === 'measured') for (const measured of event.measured) addMeasured(record!, measured);
  });
  await session.configure(experiment);
  await session.run();
  session.dispose();
  return record!;
}

/** In `world` processes, as torchrun starts them: by these variables. */
async function trainInPytorch(name: string, world: number): Promise<RunRecord> {
  const file = join(folder, `${name}.py`);
  const out = join(folder, `${name}.${world}.json`);
  writeFileSync(file, pytorchFile(TEMPLATE, EXPERIMENTS[name]!));
  const port = String(await freeQuietPort());
  const env = { ...process.env, OMP_NUM_THREADS: '1', MASTER_ADDR: '127.0.0.1', MASTER_PORT: port };
  const ended = await Promise.all(
    Array.from({ length: world }, (_, rank) => {
      const process = spawn(PYTHON!, [file, '--dtype', 'float64', '--device', 'cpu', '--out', out], {
        env: { ...env, WORLD_SIZE: String(world), RANK: String(rank), LOCAL_RANK: String(rank) },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let errors = '';
      process.stderr.on('data', (data) => {
        errors += String(data);
      });
      return new Promise<string>((resolve) =>
        process.on('close', (code) => resolve(code === 0 ? '' : errors)),
      );
    }),
  );
  expect(ended.join('')).toBe('');
  const reading = recordFromJson(readFileSync(out, 'utf8'));
  if (!reading.ok) throw new Error(reading.message);
  return reading.record;
}

/** Everything measured, as numbers by path; what the file leaves out is left out. */
function numbersOf({ random: _, ...landscape }: VariantRecord['landscape'], variant: VariantRecord) {
  const { train, test, ics, activations, norms } = variant;
  const numbers = new Map<string, number>();
  const walk = (value: unknown, path: string): void => {
    if (typeof value === 'number') numbers.set(path, value);
    else if (value && typeof value === 'object')
      for (const [key, each] of Object.entries(value)) walk(each, `${path}/${key}`);
  };
  walk({ train, test, landscape, ics, activations, norms }, '');
  return numbers;
}

function expectAgreement(found: RunRecord, expected: RunRecord, tolerance: number): void {
  expect(found.variants.map(({ id }) => id)).toEqual(expected.variants.map(({ id }) => id));
  for (const [i, variant] of found.variants.entries()) {
    const reference = expected.variants[i]!;
    expect(variant.status).toBe(reference.status);
    const [ours, theirs] = [numbersOf(variant.landscape, variant), numbersOf(reference.landscape, reference)];
    expect([...ours.keys()].sort()).toEqual([...theirs.keys()].sort());
    const far = [...ours].filter(([path, value]) => {
      const other = theirs.get(path)!;
      // A count moves where rounding moves a value over the edge of its bin.
      const allowed = path.includes('/counts/') ? 3 : tolerance * (Math.abs(other) + 1e-3);
      return !(Object.is(value, other) || Math.abs(value - other) <= allowed);
    });
    expect(far.map(([path, value]) => `${variant.id}${path}: ${value}, not ${theirs.get(path)}`)).toEqual([]);
  }
}

describe.skipIf(!PYTHON)('an experiment exported as PyTorch', () => {
  it.each(Object.keys(EXPERIMENTS))(
    'measures what the page measures, and the same in two processes: %s',
    async (name) => {
      const one = await trainInPytorch(name, 1);
      expectAgreement(one, await trainHere(EXPERIMENTS[name]!), TOLERANCE);
      expectAgreement(await trainInPytorch(name, 2), one, 1e-6);
      expect(one.environment.backend).toBe('pytorch');
      expect(one.experiment).toEqual(EXPERIMENTS[name]);
    },
    180_000,
  );
});

it('puts the experiment into the file as it is, and refuses a file without a place for it', () => {
  const experiment = { ...defaultExperiment(), variants: ['none', 'batch"""\\'] };
  const text = pytorchFile(TEMPLATE, experiment);
  const json = /json\.loads\(r"""\n([\s\S]*?)\n"""\)/.exec(text)![1]!;
  expect(JSON.parse(json)).toEqual(experiment);
  expect(() => pytorchFile('', experiment)).toThrow('no place');
});
