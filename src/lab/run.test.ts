/** What a lost device costs, on a device whose time is counted in place of passing. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { type Dataset, loadDataset } from '../data/dataset.ts';
import { DataCache } from '../data/shards.ts';
import { createFloat64Engine } from '../engine/float64/engine.ts';
import { type Engine, EngineError } from '../engine/model.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { bringEveryMs, CheckpointPace } from './checkpoint.ts';
import { STORE_EVERY_MS, storeEveryMs } from './keptRun.ts';
import type { LabEvent } from './lab.ts';
import { Run } from './run.ts';
import { RunArchive } from './runArchive.ts';
import { RunLocks } from './runLocks.ts';
import type { RunStorage } from './runStorage.ts';
import type { SavedRun } from './savedRun.ts';
import { smallExperiment } from './testSession.ts';
import { memoryLocks, memoryStorage } from './testStorage.ts';

const STEPS = 150;
const small = smallExperiment({
  network: 'dln:2x3',
  variants: ['none'],
  icsLayers: [1],
  steps: STEPS,
  probeEvery: 1000,
});
const environment = { backend: 'cpu', adapter: '', software: true, app: '', startedAt: '' } as const;
const lost = new EngineError('device-lost', 'lost for the test', '');

let dataset: Dataset;
beforeAll(async () => {
  const loaded = await loadDataset(small, { baseUrl: 'http://localhost/data/', cache: new DataCache() });
  if (!loaded.ok) throw new Error(loaded.problem.message);
  dataset = loaded.dataset;
});

/** The loop takes no time beside the device's: that passes once the loop has done all that it can without the device. */
async function threadIsIdle(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Takes `msOf` each step handed to it, one after another; whoever reads waits for that. Lost at `lostAtMs`. */
class SimulatedDevice {
  nowMs = 0;
  /** Lets timers run until then. */
  onPassing: (untilMs: number) => Promise<unknown> = async () => {};
  lostAtMs = Number.POSITIVE_INFINITY;
  /** When the device was done with each step, by the step. */
  readonly doneAtMs: number[] = [];
  private busyUntilMs = 0;
  private lives = 0;
  /** Settles when time may pass for whoever asked last. */
  private passing: Promise<void> = Promise.resolve();
  private readonly msOf: (step: number) => number;

  constructor(msOf: (step: number) => number) {
    this.msOf = msOf;
  }

  engine(first: number): Engine {
    const engine = createFloat64Engine();
    const life = ++this.lives;
    this.busyUntilMs = this.nowMs;
    let step = first;
    let recorded = 0;
    let submitted: () => void;
    let submission: Promise<void>;
    const nextSubmission = (): void => {
      submission = new Promise((resolve) => {
        submitted = resolve;
      });
    };
    nextSubmission();
    // Whatever waits for the device hands over what has been recorded for it.
    const flush = (): void => {
      for (; recorded > 0; recorded--) {
        this.busyUntilMs = Math.max(this.busyUntilMs, this.nowMs) + this.msOf(step);
        this.doneAtMs[step++] = this.busyUntilMs;
      }
      submitted();
      nextSubmission();
    };
    return {
      ...engine,
      flush,
      batch: (data) => {
        // Test batches are part of their step.
        if (data.step === step + recorded) recorded++;
        return engine.batch(data);
      },
      read: async (pending) => {
        flush();
        await this.done(life);
        return engine.read(pending);
      },
      snapshot: async (vectors) => {
        const taken = engine.snapshot(vectors);
        // It goes with what is handed over next.
        await submission;
        await this.done(life);
        return taken;
      },
    };
  }

  private async done(life: number): Promise<void> {
    const until = this.busyUntilMs;
    const passes = this.passing.then(async () => {
      await threadIsIdle();
      if (life === this.lives) await this.pass(Math.min(until, this.lostAtMs));
    });
    this.passing = passes;
    await passes;
    // What was asked of a device that is gone never comes.
    if (life !== this.lives || until > this.lostAtMs) throw lost;
  }

  private async pass(untilMs: number): Promise<void> {
    if (untilMs <= this.nowMs) return;
    await this.onPassing(untilMs);
    this.nowMs = untilMs;
  }
}

interface Loss {
  repeatedSteps: number;
  repeatedMs: number;
}

/** Trains to the end, with the device lost so long after the run began, or went on, each time. */
async function trainWithLosses(
  stepMs: number,
  gapsMs: number[],
  checkpointPace = new CheckpointPace(),
): Promise<Loss[]> {
  const device = new SimulatedDevice(() => stepMs);
  const archive = new RunArchive(memoryStorage(), new RunLocks(memoryLocks()));
  const losses: Loss[] = [];
  let recoveredAtMs = 0;
  const emit = (event: LabEvent): void => {
    if (event.type !== 'recovered') return;
    const { lostStep, step } = event;
    const doneAt = step === 0 ? 0 : device.doneAtMs[step - 1]!;
    losses.push({
      repeatedSteps: lostStep - step,
      repeatedMs: device.nowMs - Math.max(doneAt, recoveredAtMs),
    });
    recoveredAtMs = device.nowMs;
  };
  // More than happen between all losses.
  const experiment = { ...small, steps: Math.ceil(Math.max(4 * STEPS, 100_000 / stepMs)) };
  const now = () => device.nowMs;
  const setUp = { experiment, environment, dataset, emit, archive, now, checkpointPace };
  const run = await Run.create([() => device.engine(0)], setUp);
  for (const gap of gapsMs) {
    device.lostAtMs = device.nowMs + gap;
    await expect(run.advance(Number.POSITIVE_INFINITY, () => false)).rejects.toBe(lost);
    device.lostAtMs = Number.POSITIVE_INFINITY;
    const { next } = run.continuation.checkpoint ?? { next: 0 };
    await run.recover([() => device.engine(next)]);
  }
  await run.advance(Number.POSITIVE_INFINITY, () => false);
  expect(run.isDone).toBe(true);
  return losses;
}

describe('a lost device', () => {
  it.each([1, 7, 20, 60, 120, 199, 249, 400, 999, 2500])(
    'costs at most 25 steps, and 1 s or one step, where a step takes %i ms, whenever it is lost',
    async (stepMs) => {
      // By turns among the first steps, whose groups still grow, and later.
      const gapInSteps = (i: number): number => (i % 2 === 0 ? (2.9 + i * 0.37) % 4 : (i * 7.31) % 40);
      const gaps = Array.from({ length: 28 }, (_, i) => stepMs * (gapInSteps(i) + 0.05));
      const losses = await trainWithLosses(stepMs, gaps);
      expect(losses).toHaveLength(28);
      for (const { repeatedSteps, repeatedMs } of losses) {
        expect(repeatedSteps).toBeLessThanOrEqual(25);
        expect(repeatedMs).toBeLessThanOrEqual(Math.max(1000, stepMs));
      }
    },
  );
});

/** Of a checkpoint: the largest with which all limits hold. */
const LARGE_BYTES = 20e6;

describe('large checkpoints', () => {
  const everyMs = bringEveryMs(LARGE_BYTES);

  it.each([2, 40, 700, 5000])(
    'come so far apart that they take little of the time, where a step takes %i ms',
    async (stepMs) => {
      const device = new SimulatedDevice(() => stepMs);
      const pace = new CheckpointPace(LARGE_BYTES);
      const asked = vi.spyOn(pace, 'asked');
      const archive = new RunArchive(memoryStorage(), new RunLocks(memoryLocks()));
      const experiment = { ...small, steps: Math.max(6, Math.ceil((6 * everyMs) / stepMs)) };
      const run = await Run.create([() => device.engine(0)], {
        ...{ experiment, environment, dataset, archive, checkpointPace: pace },
        ...{ emit: () => {}, now: () => device.nowMs },
      });
      await run.advance(Number.POSITIVE_INFINITY, () => false);
      expect(run.isDone).toBe(true);
      const atMs = asked.mock.calls.map(([, ms]) => ms);
      // Until the first has arrived each group of steps takes one along.
      expect(atMs.length).toBeLessThanOrEqual(device.nowMs / Math.max(everyMs, stepMs) + 3);
      expect(atMs.length).toBeGreaterThanOrEqual(5);
    },
  );

  it.each([4, 23, 40, 60, 120, 199, 249, 400, 555, 700, 999, 2500])(
    'cost a lost device at most 1 s or one step, where a step takes %i ms',
    async (stepMs) => {
      const gaps = Array.from({ length: 24 }, (_, i) => ((i * 1234.5) % 4000) + stepMs * ((i * 0.37) % 1));
      const losses = await trainWithLosses(stepMs, gaps, new CheckpointPace(LARGE_BYTES));
      expect(losses).toHaveLength(24);
      for (const { repeatedSteps, repeatedMs } of losses) {
        expect(repeatedMs).toBeLessThanOrEqual(Math.max(1000, stepMs));
        if (stepMs >= 23) expect(repeatedSteps).toBeLessThanOrEqual(25);
      }
    },
  );
});

/** What a write of a checkpoint takes here. */
const WRITE_MS = 20;

interface Stored {
  atMs: number;
  next: number;
}

/** Every checkpoint that a run stores, and when; timers go with the device's time. */
async function storedBy(
  device: SimulatedDevice,
  changes: Partial<Experiment>,
  checkpointPace = new CheckpointPace(),
): Promise<Stored[]> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  try {
    device.onPassing = (untilMs) => vi.advanceTimersByTimeAsync(untilMs - device.nowMs);
    const begunMs = performance.now();
    const stored: Stored[] = [];
    const storage = memoryStorage();
    const setMany: RunStorage['setMany'] = async (pairs) => {
      await storage.setMany(pairs);
      const run = pairs.find(([key]) => key.startsWith('run/'))![1] as SavedRun;
      stored.push({ atMs: performance.now() - begunMs + WRITE_MS, next: run.checkpoint.next });
    };
    const archive = new RunArchive({ ...storage, setMany }, new RunLocks(memoryLocks()));
    archive.begin();
    const experiment = { ...small, ...changes };
    const now = () => device.nowMs;
    const setUp = { experiment, environment, dataset, emit: () => {}, archive, now, checkpointPace };
    const run = await Run.create([() => device.engine(0)], setUp);
    await run.advance(Number.POSITIVE_INFINITY, () => false);
    return stored;
  } finally {
    vi.useRealTimers();
  }
}

/** The most of the device's time that is lost with a tab, at any moment of the run: what costs most is to go right before a write ends. */
function mostLostMs(device: SimulatedDevice, stored: readonly Stored[]): number {
  const reachedMs = ({ next }: Stored): number => device.doneAtMs[next - 1]!;
  const costs = stored.map(({ atMs }, i) => atMs - (i === 0 ? 0 : reachedMs(stored[i - 1]!)));
  return Math.max(...costs, device.nowMs - reachedMs(stored.at(-1)!));
}

describe('a tab that goes away', () => {
  it.each([1, 7, 20, 60, 120, 199, 249, 400, 599, 899, 901, 999, 1001, 1500, 2500])(
    'costs at most 1.5 s, or one step and the write where that takes longer, where a step takes %i ms',
    async (stepMs) => {
      const device = new SimulatedDevice(() => stepMs);
      // At least four seconds, and eight steps.
      const stored = await storedBy(device, { steps: Math.ceil(Math.max(8, 4000 / stepMs)) });
      expect(device.nowMs).toBeGreaterThanOrEqual(4000);
      expect(stored.length).toBeGreaterThanOrEqual(4);
      const mostMs = mostLostMs(device, stored);
      expect(mostMs).toBeLessThanOrEqual(Math.max(1500, stepMs + WRITE_MS));
    },
  );

  /** Steps and probes, in milliseconds. */
  const PROBES = [
    [4, 60],
    [40, 600],
    [40, 1900],
    [100, 1100],
    [200, 2500],
    [700, 2500],
  ];
  it.each(PROBES.flatMap(([stepMs, probeMs]) => [0, LARGE_BYTES].map((bytes) => [stepMs!, probeMs!, bytes])))(
    'costs at most 2 s, or the probe and the write where that takes longer, where steps take %i ms and probes %i ms, with checkpoints of %i bytes',
    async (stepMs, probeMs, bytes) => {
      const probeEvery = 13;
      const device = new SimulatedDevice((step) => (step % probeEvery === 0 ? probeMs : stepMs));
      const steps = Math.ceil(Math.max(40, 4000 / stepMs));
      const stored = await storedBy(device, { probeEvery, steps }, new CheckpointPace(bytes));
      const mostMs = mostLostMs(device, stored);
      expect(mostMs).toBeLessThanOrEqual(Math.max(2000, probeMs + WRITE_MS));
    },
  );

  it.each([4, 40, 199, 400, 555, 700, 999, 1500])(
    'costs at most 2 s with large checkpoints, where a step takes %i ms',
    async (stepMs) => {
      expect(storeEveryMs(LARGE_BYTES, 'inFile')).toBe(STORE_EVERY_MS);
      const device = new SimulatedDevice(() => stepMs);
      const steps = Math.ceil(Math.max(8, 6000 / stepMs));
      const stored = await storedBy(device, { steps }, new CheckpointPace(LARGE_BYTES));
      expect(stored.length).toBeGreaterThanOrEqual(4);
      expect(mostLostMs(device, stored)).toBeLessThanOrEqual(2000);
    },
  );
});

describe('a long run', () => {
  it('keeps no object of what it has told', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const told: WeakRef<object>[] = [];
    const emit = (event: LabEvent): void => {
      if (event.type === 'measured') for (const each of event.measured) told.push(new WeakRef(each));
    };
    const archive = new RunArchive(memoryStorage(), new RunLocks(memoryLocks()));
    archive.begin();
    const experiment = { ...small, steps: 1000, probeEvery: 10, testEvery: 20 };
    const run = await Run.create([createFloat64Engine], { experiment, environment, dataset, emit, archive });
    await run.advance(400, () => false);
    await new Promise((resolve) => setTimeout(resolve));
    collectGarbage();
    expect(told.length).toBeGreaterThan(3 * 40);
    expect(told.filter((each) => each.deref() !== undefined)).toHaveLength(0);
    run.dispose();
  });
});
