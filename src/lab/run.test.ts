/** What a lost device costs, on a device whose time is counted in place of passing. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Dataset, loadDataset } from '../data/dataset.ts';
import { DataCache } from '../data/shards.ts';
import { createFloat64Engine } from '../engine/float64/engine.ts';
import { type Engine, EngineError } from '../engine/model.ts';
import type { LabEvent } from './lab.ts';
import { Run } from './run.ts';
import { RunArchive } from './runArchive.ts';
import { RunLocks } from './runLocks.ts';
import type { SavedRun } from './savedRun.ts';
import { smallExperiment } from './testSession.ts';
import { memoryLocks, memoryStorage } from './testStorage.ts';

const STEPS = 150;
const asked = smallExperiment({
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
  const loaded = await loadDataset(asked, { baseUrl: 'http://localhost/data/', cache: new DataCache() });
  if (!loaded.ok) throw new Error(loaded.problem.message);
  dataset = loaded.dataset;
});

/** The loop takes no time beside the device's: that passes once the loop has done all that it can without the device. */
async function threadIsIdle(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Takes `stepMs` for each step handed to it, one after another; whoever reads waits for that. Lost at `lostAtMs`. */
class SimulatedDevice {
  nowMs = 0;
  lostAtMs = Number.POSITIVE_INFINITY;
  /** When the device was done with each step, by the step. */
  readonly doneAtMs: number[] = [];
  private busyUntilMs = 0;
  private lives = 0;
  /** Settles when time may pass for whoever asked last. */
  private passing: Promise<void> = Promise.resolve();
  private readonly stepMs: number;

  constructor(stepMs: number) {
    this.stepMs = stepMs;
  }

  engine(first: number): Engine {
    const engine = createFloat64Engine();
    const life = ++this.lives;
    this.busyUntilMs = this.nowMs;
    let step = first;
    let recorded = 0;
    // Whatever waits for the device hands over what has been recorded for it.
    const flush = (): void => {
      for (; recorded > 0; recorded--) {
        this.busyUntilMs = Math.max(this.busyUntilMs, this.nowMs) + this.stepMs;
        this.doneAtMs[step++] = this.busyUntilMs;
      }
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
        flush();
        const taken = engine.snapshot(vectors);
        await this.done(life);
        return taken;
      },
    };
  }

  private async done(life: number): Promise<void> {
    const until = this.busyUntilMs;
    const passes = this.passing.then(threadIsIdle);
    this.passing = passes;
    await passes;
    // What was asked of a device that is gone never comes.
    if (life !== this.lives) throw lost;
    this.nowMs = Math.max(this.nowMs, Math.min(until, this.lostAtMs));
    if (until > this.lostAtMs) throw lost;
  }
}

interface Loss {
  repeatedSteps: number;
  repeatedMs: number;
}

/** Trains to the end, with the device lost so long after the run began, or went on, each time. */
async function trainWithLosses(stepMs: number, gapsMs: number[]): Promise<Loss[]> {
  const device = new SimulatedDevice(stepMs);
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
  const experiment = { ...asked, steps: 4 * STEPS };
  const setUp = { experiment, environment, dataset, emit, archive, now: () => device.nowMs };
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

describe('a tab that goes away', () => {
  it.each([1, 7, 20, 60, 120, 199, 249, 400])(
    'costs at most 2 s where a step takes %i ms',
    async (stepMs) => {
      const device = new SimulatedDevice(stepMs);
      const storage = memoryStorage();
      const archive = new RunArchive(storage, new RunLocks(memoryLocks()));
      archive.begin();
      const costsMs: number[] = [];
      const emit = (event: LabEvent): void => {
        if (event.type !== 'measured') return;
        const stored = [...storage.values].find(([key]) => key.startsWith('run/'));
        const { next } = (stored?.[1] as SavedRun | undefined)?.checkpoint ?? { next: 0 };
        costsMs.push(device.nowMs - (next === 0 ? 0 : device.doneAtMs[next - 1]!));
      };
      // At least eight seconds.
      const experiment = { ...asked, steps: Math.max(STEPS, 8000 / stepMs) };
      const setUp = { experiment, environment, dataset, emit, archive, now: () => device.nowMs };
      const run = await Run.create([() => device.engine(0)], setUp);
      await run.advance(Number.POSITIVE_INFINITY, () => false);
      expect(device.nowMs).toBeGreaterThan(7500);
      expect(Math.max(...costsMs)).toBeGreaterThanOrEqual(1000);
      expect(Math.max(...costsMs)).toBeLessThanOrEqual(2000);
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
    const experiment = { ...asked, steps: 1000, probeEvery: 10, testEvery: 20 };
    const run = await Run.create([createFloat64Engine], { experiment, environment, dataset, emit, archive });
    await run.advance(400, () => false);
    await new Promise((resolve) => setTimeout(resolve));
    collectGarbage();
    expect(told.length).toBeGreaterThan(3 * 40);
    expect(told.filter((each) => each.deref() !== undefined)).toHaveLength(0);
    run.dispose();
  });
});
