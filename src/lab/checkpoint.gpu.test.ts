/**
 * What checkpoints and long runs cost on a device. `VITE_CHECKPOINT_ROUNDS=15` compares the time of training with and without
 * checkpoints, in rounds that take turns, and times the work of checkpoints alone, which is far less noisy;
 * docs/reliability.md has the figures.
 */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { type Dataset, loadDataset } from '../data/dataset.ts';
import { DataCache } from '../data/shards.ts';
import { createFusedEngine } from '../engine/fused/engine.ts';
import type { Engine } from '../engine/model.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { defaultExperiment } from '../experiment/settings.ts';
import { findAdapter } from '../gpu/adapter.ts';
import { openDevice } from '../gpu/device.ts';
import type { Measured } from '../record/build.ts';
import { median } from '../record/statistics.ts';
import { countGpuCalls } from './bench/gpuCalls.ts';
import { build } from './build.ts';
import { type Checkpoint, CheckpointPace, type HeldCheckpoint } from './checkpoint.ts';
import { storeEveryMs } from './keptRun.ts';
import type { LabEvent } from './lab.ts';
import { Run, type RunSetUp } from './run.ts';
import { RunArchive } from './runArchive.ts';
import { RunLocks } from './runLocks.ts';
import type { Stored, Storing } from './storingWorker.ts';
import { memoryLocks, memoryStorage } from './testStorage.ts';

const ROUNDS = Number(import.meta.env.VITE_CHECKPOINT_ROUNDS ?? 0);
const NEVER = 1_000_000;
const micro: Experiment = {
  ...defaultExperiment(),
  network: 'vgg:4-M',
  variants: ['batch'],
  batchSize: 8,
  trainExamples: 200,
  testExamples: 20,
  steps: NEVER,
  probeEvery: 10,
  testEvery: 50,
  icsLayers: [2],
  momentum: 0.5,
};
const environment = { backend: 'webgpu', adapter: '', software: true, app: '', startedAt: '' } as const;
/** What happens then depends on the steps alone. */
const clockStands = { now: () => 0 };
const without = {
  begins: () => {},
  endsGroup: () => false,
  isDue: () => false,
  isNew: () => false,
  mustWait: () => false,
  asked: () => {},
  arrived: () => {},
};

let engine: () => Engine;
beforeAll(async () => {
  const found = await findAdapter();
  if (!found.ok) throw new Error(`WebGPU is needed: ${found.message}`);
  const { device } = await openDevice(found);
  engine = () => createFusedEngine(device, { software: true, subgroups: device.features.has('subgroups') });
});

async function load(experiment: Experiment): Promise<Dataset> {
  const baseUrl = new URL('/data/', globalThis.location.href).href;
  const loaded = await loadDataset(experiment, { baseUrl, cache: new DataCache() });
  if (!loaded.ok) throw new Error(loaded.problem.message);
  return loaded.dataset;
}

/** A run as a tab has it, that keeps what it measures in a storage. */
async function start(experiment: Experiment, changes: Partial<RunSetUp> = {}): Promise<Run> {
  const archive = new RunArchive(memoryStorage(), new RunLocks(memoryLocks()));
  archive.begin();
  const dataset = await load(experiment);
  return Run.create([engine], { experiment, environment, dataset, emit: () => {}, archive, ...changes });
}

const advance = (run: Run, steps: number): Promise<void> => run.advance(run.next + steps, () => false);

/** Live buffers of all devices and their bytes, from now on. */
function watchBuffers(): { live: () => { count: number; bytes: number }; stop: () => void } {
  const { createBuffer } = GPUDevice.prototype;
  const { destroy } = GPUBuffer.prototype;
  const sizes = new Map<GPUBuffer, number>();
  GPUDevice.prototype.createBuffer = function (descriptor) {
    const buffer = createBuffer.call(this, descriptor);
    sizes.set(buffer, descriptor.size);
    return buffer;
  };
  GPUBuffer.prototype.destroy = function () {
    sizes.delete(this);
    return destroy.call(this);
  };
  return {
    live: () => ({ count: sizes.size, bytes: [...sizes.values()].reduce((sum, size) => sum + size, 0) }),
    stop: () => {
      GPUDevice.prototype.createBuffer = createBuffer;
      GPUBuffer.prototype.destroy = destroy;
    },
  };
}

describe('checkpoints', () => {
  it('add no dispatch, and no submission but those of the read-backs that they end', async () => {
    const calls = async (changes: Partial<RunSetUp>) => {
      const run = await start(
        { ...micro, probeEvery: NEVER, testEvery: NEVER, testExamples: 0 },
        { ...clockStands, ...changes },
      );
      await advance(run, 1);
      const [, counted] = await countGpuCalls(() => advance(run, 120));
      run.dispose();
      return counted;
    };
    const [plain, kept] = [await calls({ checkpointPace: without }), await calls({})];
    expect(kept.dispatches).toBe(plain.dispatches);
    // 120 steps; a group's read-back and a checkpoint leave with its last ones, and several steps together.
    expect(kept.submissions).toBeLessThanOrEqual(60);
    expect(kept.submissions - plain.submissions).toBeLessThanOrEqual(20);
  });

  it('and probes, over 400 steps, leave exactly the GPU buffers that they found', async () => {
    const buffers = watchBuffers();
    try {
      const run = await start(micro, clockStands);
      const seen: { count: number; bytes: number }[] = [];
      for (let i = 0; i < 8; i++) {
        await advance(run, 50);
        seen.push(buffers.live());
      }
      // The first steps make what the later ones use again.
      expect(new Set(seen.slice(3).map((each) => JSON.stringify(each))).size).toBe(1);
      run.dispose();
      expect(buffers.live().count).toBeLessThan(seen[0]!.count / 10);
    } finally {
      buffers.stop();
    }
  });
});

/** Share of the time of training that checkpoints take: rounds with and without them take turns. */
async function shareOf(experiment: Experiment, steps: number): Promise<{ share: number; stepMs: number }> {
  const [plain, kept] = [await start(experiment, { checkpointPace: without }), await start(experiment)];
  const msOf = async (run: Run): Promise<number> => {
    const begun = performance.now();
    await advance(run, steps);
    return (performance.now() - begun) / steps;
  };
  for (const run of [plain, kept]) await msOf(run);
  const shares: number[] = [];
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const order = round % 2 === 0 ? [plain, kept] : [kept, plain];
    const ms = new Map<Run, number>();
    for (const run of order) ms.set(run, await msOf(run));
    shares.push(1 - ms.get(plain)! / ms.get(kept)!);
    times.push(ms.get(kept)!);
  }
  for (const run of [plain, kept]) run.dispose();
  return { share: median(shares), stepMs: median(times) };
}

const training = { steps: NEVER, probeEvery: NEVER, testEvery: NEVER, testExamples: 0 };
/** Small enough that many steps fit into a round. */
const SHORT = [
  ['the micro network', { ...micro, ...training, momentum: 0 }, 300],
  ['the default networks', { ...defaultExperiment(), ...training }, 13],
] as const;
/** Checkpoints of 20 MB. */
const WIDE = { network: 'vgg:32-M-64-M-128-128-M-128-128-M-128-128', batchSize: 16, momentum: 0.9 } as const;
const TRAINED = [
  ...SHORT,
  ['four times as wide, with momentum', { ...defaultExperiment(), ...training, ...WIDE }, 6],
] as const;

describe.runIf(ROUNDS > 0)('the share of checkpoints in the time of training', () => {
  it.each(SHORT)('%s', { timeout: 1_200_000 }, async (name, experiment, steps) => {
    const { share, stepMs } = await shareOf(experiment, steps);
    console.info(
      `${name}: ${(100 * share).toFixed(2)} % of ${stepMs.toFixed(2)} ms a step, ${ROUNDS} rounds`,
    );
    expect(share).toBeLessThan(0.02);
  });
});

/** How often a run asks for checkpoints, and what it measures in a second. */
async function paceOf(
  experiment: Experiment,
  steps: number,
): Promise<{ aSecond: number; measured: Measured[] }> {
  const asked = vi.spyOn(CheckpointPace.prototype, 'asked');
  let measured: Measured[] = [];
  const emit = (event: LabEvent): void => {
    if (event.type === 'measured') measured.push(...event.measured);
  };
  const run = await start(experiment, { emit });
  await advance(run, steps);
  asked.mockClear();
  measured = [];
  const begun = performance.now();
  await advance(run, 5 * steps);
  const seconds = (performance.now() - begun) / 1000;
  run.dispose();
  const times = asked.mock.calls.length;
  asked.mockRestore();
  return {
    aSecond: times / seconds,
    measured: measured.slice(0, Math.ceil(measured.length / seconds)),
  };
}

/** Medians over the rounds, which take turns, of the mean times, in milliseconds, that pieces of work take where nothing else runs. */
async function meansMs(times: number, works: (() => Promise<void>)[]): Promise<number[]> {
  const means = works.map((): number[] => []);
  for (let round = 0; round <= ROUNDS; round++)
    for (const [i, work] of works.entries()) {
      const begun = performance.now();
      for (let time = 0; time < times; time++) await work();
      // The first round makes the buffers and compiles.
      if (round > 0) means[i]!.push((performance.now() - begun) / times);
    }
  return means.map(median);
}

/** Medians over the rounds of the mean time that one checkpoint takes to be stored. */
async function storing(
  experiment: Experiment,
  measured: Measured[],
  checkpoint: Checkpoint,
): Promise<{ storeMs: number; where: 'inFile' | 'inDatabase' }> {
  const worker = new Worker(new URL('./storingWorker.ts', import.meta.url), { type: 'module' });
  try {
    const times = 10 * ROUNDS;
    const { ms, isInFile } = await new Promise<Stored>((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => reject(new Error(event.message));
      const asked: Storing = { experiment, environment, measured, checkpoint, times };
      worker.postMessage(asked);
    });
    const means = Array.from({ length: ROUNDS }, (_, round) =>
      ms.slice(10 * round, 10 * (round + 1)).reduce((sum, each) => sum + each / 10, 0),
    );
    return { storeMs: median(means), where: isInFile ? 'inFile' : 'inDatabase' };
  } finally {
    worker.terminate();
  }
}

interface Work {
  bytes: number;
  bringMs: number;
  storeMs: number;
  where: 'inFile' | 'inDatabase';
}

/** What one checkpoint adds to the read-back that it comes with, from an idle device, and what storing one takes, waited for. */
async function workOf(experiment: Experiment, measured: Measured[]): Promise<Work> {
  const setUp = { experiment, dataset: await load(experiment), emit: () => {} };
  const { lockstep, engine: built } = await build([engine], setUp, null);
  const { pending } = lockstep.advance();
  const read = async (): Promise<void> => void (await built.read(pending));
  const bring = async (): Promise<HeldCheckpoint> => {
    const arriving = lockstep.snapshot();
    await read();
    return arriving();
  };
  try {
    const [readMs, bothMs] = (await meansMs(50, [read, async () => (await bring()).letGo()])) as [
      number,
      number,
    ];
    const bringMs = bothMs - readMs;
    const { checkpoint } = await bring();
    return { bytes: lockstep.snapshotBytes, bringMs, ...(await storing(experiment, measured, checkpoint)) };
  } finally {
    lockstep.dispose();
    built.dispose();
  }
}

/** An upper bound: a run does not wait for checkpoints, this does. */
describe.runIf(ROUNDS > 0)('the work of checkpoints, waited for where nothing else runs', () => {
  it.each(TRAINED)('%s', { timeout: 1_200_000 }, async (name, experiment, steps) => {
    const { aSecond, measured } = await paceOf(experiment, steps);
    const { bytes, bringMs, storeMs, where } = await workOf(experiment, measured);
    const everyMs = storeEveryMs(bytes, where);
    const share = (aSecond * bringMs) / 1000 + storeMs / everyMs;
    console.info(
      `${name}: ${aSecond.toFixed(1)} checkpoints a second of ${(bytes / 1e6).toFixed(2)} MB add ${bringMs.toFixed(3)} ms to a read-back each, one stored ${where} every ${everyMs.toFixed(0)} ms in ${storeMs.toFixed(3)} ms: at most ${(100 * share).toFixed(2)} % of the time of training`,
    );
    expect(share).toBeLessThan(0.02);
  });
});
