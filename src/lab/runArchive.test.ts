import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createReferenceEngine } from '../engine/reference/engine.ts';
import { startCpu } from '../gpu/tensorflow.ts';
import { readRecord } from '../record/json.ts';
import { RunArchive } from './runArchive.ts';
import { RunLocks } from './runLocks.ts';
import type { RunStorage } from './runStorage.ts';
import { openSession, smallExperiment } from './testSession.ts';
import { failingStorage, memoryLocks, memoryStorage } from './testStorage.ts';

const errorOf = (name: string) => new DOMException(`${name} for the test`, name);
const rejecting = (name: string): RunStorage => failingStorage(() => Promise.reject(errorOf(name)));

/** Full after so many writes. */
function small(writes: number): RunStorage {
  const storage = memoryStorage();
  let left = writes;
  return {
    ...storage,
    setMany: (pairs) => (left-- > 0 ? storage.setMany(pairs) : Promise.reject(errorOf('QuotaExceededError'))),
  };
}

async function recordWith(storage: RunStorage) {
  const { session, events, record } = openSession(
    undefined,
    new RunArchive(storage, new RunLocks(memoryLocks())),
  );
  await session.configure(smallExperiment());
  expect(await session.interrupted()).toBeNull();
  for (let i = 0; i < 3; i++) expect(await session.step(2)).toBe('paused');
  expect(await session.run()).toBe('finished');
  return {
    variants: record().variants,
    told: events.flatMap((one) => (one.type === 'unkept' ? [one.reason] : [])),
  };
}

describe('a run goes on without storage, and says so once', () => {
  it.each([
    ['denied', rejecting('SecurityError'), ['denied']],
    ['denied in a private window', rejecting('InvalidStateError'), ['denied']],
    ['of a newer version, without our table', rejecting('NotFoundError'), ['failed']],
    ['full from the start', small(0), ['full']],
    ['full later', small(2), ['full']],
    ['that never answers', failingStorage(() => new Promise(() => {})), ['failed']],
  ] as const)('storage %s', async (_, storage, told) => {
    const expected = await recordWith(memoryStorage());
    expect(expected.told).toEqual([]);
    const found = await recordWith(storage);
    expect(found.variants).toEqual(expected.variants);
    expect(found.told).toEqual(told);
  });
});

/** A storage that holds a run interrupted after ten steps. */
async function interruptedStorage() {
  await startCpu();
  const storage = memoryStorage();
  const { session } = openSession(
    createReferenceEngine,
    new RunArchive(storage, new RunLocks(memoryLocks())),
  );
  await session.configure(smallExperiment({ momentum: 0.5 }));
  await session.step(10);
  const values = new Map([...storage.values].map(([key, value]) => [key, structuredClone(value)]));
  return {
    values,
    open: () =>
      openSession(createReferenceEngine, new RunArchive(memoryStorage(values), new RunLocks(memoryLocks()))),
  };
}

type Stored = Record<string, unknown>;
const storedRun = (values: Map<string, unknown>): [string, Stored] =>
  [...values].find(([key]) => key.startsWith('run/')) as [string, Stored];

describe('an interrupted run', () => {
  it('goes on to the end of an undisturbed one, and is then gone', async () => {
    const { values, open } = await interruptedStorage();
    const { session, record } = open();
    const found = (await session.interrupted())!;
    expect(found.step).toBe(10);
    await session.resume(found.id);
    expect(await session.run()).toBe('finished');
    const undisturbed = open();
    await undisturbed.session.configure(smallExperiment({ momentum: 0.5 }));
    await undisturbed.session.run();
    expect(record().variants).toEqual(undisturbed.record().variants);
    expect(await session.interrupted()).toBeNull();
    expect(values.size).toBe(0);
  });

  it('can be kept as it is, or discarded', async () => {
    const kept = await interruptedStorage();
    const { session, record } = kept.open();
    await session.keep((await session.interrupted())!.id);
    expect(record().variants.map(({ status, train }) => [status, train.step.length])).toEqual([
      ['stopped', 10],
      ['stopped', 10],
    ]);
    expect(await session.interrupted()).toBeNull();
    expect(kept.values.size).toBe(0);
    const discarded = await interruptedStorage();
    const other = discarded.open();
    await other.session.discard((await other.session.interrupted())!.id);
    expect(discarded.values.size).toBe(0);
  });

  it('of an older version gets the defaults of settings that came later', async () => {
    const { values, open } = await interruptedStorage();
    const { sharpnessIterations: _, ...older } = storedRun(values)[1].experiment as Stored;
    storedRun(values)[1].experiment = older;
    const { session } = open();
    const found = (await session.interrupted())!;
    expect(found.experiment).toEqual(smallExperiment({ momentum: 0.5 }));
    await session.resume(found.id);
    expect(await session.run()).toBe('finished');
  });

  it('of a newer version, or that does not fit its networks, is left alone', async () => {
    for (const change of [
      (run: Stored) => Object.assign(run, { version: 2, curvature: [] }),
      (run: Stored) => Object.assign(run, { experiment: smallExperiment({ network: 'dln:5x5' }) }),
      (run: Stored) => Object.assign(run.checkpoint as Stored, { next: 4000 }),
    ]) {
      const { values, open } = await interruptedStorage();
      const [key, run] = storedRun(values);
      change(run);
      const before = structuredClone(values.get(key));
      const { session } = open();
      expect(await session.interrupted()).toBeNull();
      await expect(session.resume(String(run.id))).rejects.toMatchObject({ problem: { kind: 'not-ready' } });
      await session.configure(smallExperiment());
      expect(await session.run()).toBe('finished');
      expect(values.get(key)).toEqual(before);
    }
  });

  it('500 contents of storage, mutated or anything, are offered or left alone, never thrown at', async () => {
    const { values } = await interruptedStorage();
    const [key, run] = storedRun(values);
    const field = fc.constantFrom(...Object.keys(run), 'checkpoint.members', 'checkpoint.next');
    const contents = fc.oneof(
      fc.anything(),
      fc.tuple(field, fc.anything()).map(([name, value]) => {
        const [outer, inner] = name.split('.') as [string, string?];
        return inner
          ? { ...run, [outer]: { ...(run[outer] as Stored), [inner]: value } }
          : { ...run, [outer]: value };
      }),
    );
    await fc.assert(
      fc.asyncProperty(contents, fc.anything(), async (stored, piece) => {
        const hostile = new Map<string, unknown>([
          [key, stored],
          [`piece/${String(run.id)}/0`, piece],
        ]);
        const storage: RunStorage = { ...memoryStorage(hostile), get: async (name) => hostile.get(name) };
        const archive = new RunArchive(storage, new RunLocks(memoryLocks()));
        const found = await archive.interrupted();
        if (found) (await archive.claim(found.id))?.release();
      }),
      { numRuns: 500, seed: 6 },
    );
  });
});

describe('an interrupted run on another device', () => {
  it('names that device, and the step from which it went on there', async () => {
    const { values, open } = await interruptedStorage();
    const begunOn = { backend: 'webgpu', adapter: 'a GPU', software: false };
    Object.assign(storedRun(values)[1].environment as Stored, begunOn);
    const { session, record } = open();
    await session.resume((await session.interrupted())!.id);
    await session.step(1);
    const continuedOn = [{ backend: 'cpu', adapter: 'float64', software: true, step: 10 }];
    expect(record().environment).toMatchObject({ ...begunOn, continuedOn });
    // Interrupted once more, it is told again, and goes on where it was without another word.
    const later = openSession(
      createReferenceEngine,
      new RunArchive(memoryStorage(structuredClone(values)), new RunLocks(memoryLocks())),
    );
    await later.session.resume((await later.session.interrupted())!.id);
    expect(await later.session.run()).toBe('finished');
    expect(later.record().environment).toMatchObject({ ...begunOn, continuedOn });
    expect(readRecord(structuredClone(later.record()))).toMatchObject({ ok: true });
  });
});

describe('runs that nobody comes back to', () => {
  it('are offered for 30 days and then deleted; another version’s stay', async () => {
    const { values, open } = await interruptedStorage();
    const [key, run] = storedRun(values);
    const day = 24 * 3600 * 1000;
    values.set('run/newer', { ...structuredClone(run), id: 'newer', version: 2, savedAt: 0 });
    run.savedAt = Date.now() - 29 * day;
    expect(await open().session.interrupted()).toMatchObject({ step: 10 });
    run.savedAt = Date.now() - 31 * day;
    expect(await open().session.interrupted()).toBeNull();
    expect(values.has(key)).toBe(false);
    expect([...values.keys()]).toEqual(['run/newer']);
  });
});
