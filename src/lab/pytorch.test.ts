/** The exported Python file against the page's own engine in float64: the same kernels, minibatches, noise and probes. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { freeQuietPort } from '../../scripts/port.ts';
import { importCifar10Archive } from '../data/import/cifar10Archive.ts';
import { cifar10Archive, memoryStore, records } from '../data/import/testArchives.ts';
import { committed } from '../data/testing.ts';
import { createFloat64Engine } from '../engine/float64/engine.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { presetExperiment } from '../experiment/presets.ts';
import { defaultExperiment } from '../experiment/settings.ts';
import { parseVariant } from '../experiment/variants.ts';
import { buildNetwork } from '../network/network.ts';
import { addMeasured, emptyRecord } from '../record/build.ts';
import { recordFromJson } from '../record/json.ts';
import { pytorchFile } from '../record/pytorch/pytorchFile.ts';
import type { RunRecord, VariantRecord } from '../record/record.ts';
import { Session } from './session.ts';

const TOLERANCE = 1e-3;
const MOST_MS = 150_000;
const PYTHON = ['python3', '/usr/bin/python3'].find(
  (name) => spawnSync(name, ['-c', 'import numpy, torch']).status === 0,
);
const TEMPLATE = readFileSync(new URL('../record/pytorch/experiment.py', import.meta.url), 'utf8');
/** Served by no one here: the page’s engine reads the same folder. */
const DATA = fileURLToPath(new URL('../../public/data/fashion-mnist', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'normscape-pytorch-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
  vi.unstubAllGlobals();
});

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
  'of the page’s files': {
    ...defaultExperiment(),
    ...COMMON,
    network: 'vgg:3-M-4-M',
    variants: ['batch'],
    batchSize: 5,
    trainExamples: 2_010,
    icsLayers: [2],
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
  vi.stubGlobal('fetch', async (url: string) => new Response(committed(new URL(url).pathname.slice(6))));
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

/** What a Python program prints. Fails with what it complains of. */
async function python(...args: string[]): Promise<string> {
  const env = { ...process.env, OMP_NUM_THREADS: '1' };
  const child = spawn(PYTHON!, args, { env, stdio: 'pipe', timeout: MOST_MS });
  const [output, errors] = [child.stdout, child.stderr].map((stream) => {
    const parts: string[] = [];
    stream.on('data', (part) => parts.push(String(part)));
    return parts;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(code, errors!.join('')).toBe(0);
  return output!.join('');
}

function exported(name: string, experiment: Experiment): string {
  const file = join(folder, `${name}.py`);
  writeFileSync(file, pytorchFile(TEMPLATE, experiment));
  return file;
}

/**
 * torchrun by its module, so that it is that of the same Python. Where output goes is said because PyTorch 1.13 does not
 * find its own default (0) under Python 3.11, whose flags leave out zero.
 */
const torchrun = async (processes: number): Promise<string[]> => [
  ...['-m', 'torch.distributed.run', `--nproc_per_node=${processes}`],
  ...['--monitor_interval=1', '--redirects=1', '--tee=2', `--log_dir=${folder}`],
  ...['--master_addr=127.0.0.1', `--master_port=${await freeQuietPort()}`],
];

/** In `world` processes. */
async function trainInPytorch(name: string, world: number): Promise<RunRecord> {
  const out = join(folder, `${name}.${world}.json`);
  const program = [exported(name, EXPERIMENTS[name]!), '--data', DATA];
  const options = ['--dtype', 'float64', '--device', 'cpu', '--out', out];
  await python(...(world > 1 ? await torchrun(world) : []), ...program, ...options);
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
      expect(one.environment).toMatchObject({
        backend: 'pytorch',
        adapter: expect.stringMatching(/^PyTorch [\d.a]+, CPU, 1 process, float64$/),
      });
      expect(one.experiment).toEqual(EXPERIMENTS[name]);
    },
    180_000,
  );

  it('reads CIFAR-10 as the page keeps it and as its authors publish it, alike', async () => {
    const perFile = 30;
    const [page, authors] = [join(folder, 'page'), join(folder, 'authors')];
    const { bytes, sums } = await cifar10Archive(perFile);
    const { files, store } = memoryStore();
    await importCifar10Archive({ stream: new Blob([bytes]).stream(), bytes: bytes.length }, { store, sums });
    for (const place of [page, authors]) mkdirSync(place);
    for (const [name, contents] of files) writeFileSync(join(page, name), contents);
    for (const [i, name] of Object.keys(sums.files).entries())
      writeFileSync(join(authors, name), records(i, perFile));
    exported('cifar', { ...defaultExperiment(), dataset: 'cifar-10' });
    const found = await python(
      '-c',
      `import sys; sys.path.insert(0, ${JSON.stringify(folder)})
import cifar
for (x, y), (other, labels) in zip(cifar.page_files("${page}", (145, 25)), cifar.cifar10("${authors}", (145, 25))):
    print(x.shape, (x == other).all(), (y == labels).all())`,
    );
    expect(found.trim().split('\n')).toEqual(['(145, 32, 32, 3) True True', '(25, 32, 32, 3) True True']);
  }, 60_000);

  it('is VGG-16 on CIFAR-10 in the paper’s size, with the parameters that the page’s network has', async () => {
    const experiment = presetExperiment('landscape', 'paper');
    expect(experiment).toMatchObject({ dataset: 'cifar-10', trainExamples: 50_000, batchSize: 128 });
    const networks = experiment.variants.map((text) => {
      const variant = parseVariant(text);
      if (!variant.ok) throw new Error(variant.message);
      return buildNetwork(experiment, variant.value, experiment.seed);
    });
    expect(networks.map(({ layers }) => layers.length)).toEqual([16, 16]);
    const file = exported('vgg16', experiment);
    await python('-m', 'py_compile', file);
    const found = await python(
      '-c',
      `import sys; sys.path.insert(0, ${JSON.stringify(folder)})
import torch, vgg16
for text in vgg16.EXPERIMENT["variants"]:
    network = vgg16.Network(vgg16.EXPERIMENT["network"], (32, 32, 3), 10, vgg16.Variant(text, 0.1))
    output = network(torch.zeros(2, 32, 32, 3), None, 2)
    print(sum(each.numel() for each in network.parameters()), *output.shape)`,
    );
    expect(found.trim().split('\n')).toEqual(networks.map(({ size }) => `${size} 2 10`));
  }, 60_000);
});

it('puts the experiment into the file as it is, and refuses a file without a place for it', () => {
  const experiment = { ...defaultExperiment(), variants: ['none', 'batch"""\\'] };
  const text = pytorchFile(TEMPLATE, experiment);
  const json = /json\.loads\(r"""\n([\s\S]*?)\n"""\)/.exec(text)![1]!;
  expect(JSON.parse(json)).toEqual(experiment);
  expect(() => pytorchFile('', experiment)).toThrow('no place');
});
