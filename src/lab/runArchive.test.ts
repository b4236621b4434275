import * as fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createReferenceEngine } from '../engine/reference/engine.ts';
import { startCpu } from '../gpu/tensorflow.ts';
import { addMeasured, emptyRecord, type Measured } from '../record/build.ts';
import { readRecord } from '../record/json.ts';
import type { Environment } from '../record/record.ts';
import { adjoiningVectors, HeldCheckpoint, type MemberState } from './checkpoint.ts';
import type { CheckpointFiles } from './checkpointFiles.ts';
import { STORE_EVERY_MS, storeEveryMs } from './keptRun.ts';
import { RunArchive } from './runArchive.ts';
import { RunLocks } from './runLocks.ts';
import type { RunStorage } from './runStorage.ts';
import type { SavedRun } from './savedRun.ts';
import { type CheckpointInFile, takeFromFile } from './storedCheckpoint.ts';
import { openSession, smallExperiment } from './testSession.ts';
import { failingStorage, memoryFiles, memoryLocks, memoryStorage } from './testStorage.ts';

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

describe('a run without a lock goes on without being kept, and says so once', () => {
  const throwing = new RunLocks();
  throwing.claim = () => {
    throw errorOf('SecurityError');
  };
  const denying = {
    request: () => Promise.reject(errorOf('SecurityError')),
  } as unknown as LockManager;
  it.each([
    ['that is denied', new RunLocks(denying), 'failed'],
    ['whose means throw', throwing, 'denied'],
  ])('%s', async (_, locks, reason) => {
    const storage = memoryStorage();
    const { session, events, record } = openSession(undefined, new RunArchive(storage, locks));
    await session.configure(smallExperiment());
    expect(await session.interrupted()).toBeNull();
    for (let i = 0; i < 3; i++) expect(await session.step(2)).toBe('paused');
    expect(await session.run()).toBe('finished');
    expect(record().variants.map(({ status }) => status)).toEqual(['finished', 'finished']);
    expect(events.filter(({ type }) => type === 'unkept')).toMatchObject([{ reason }]);
    expect(storage.values.size).toBe(0);
  });
});

/** Writes take so long; how many were under way at most, and what of them is held in memory, is counted. */
function slowStorage(writeMs: () => number) {
  const storage = memoryStorage();
  const counts = { underWay: 0, most: 0, writes: 0 };
  const setMany: RunStorage['setMany'] = async (pairs) => {
    counts.most = Math.max(counts.most, ++counts.underWay);
    await new Promise((resolve) => setTimeout(resolve, writeMs()));
    await storage.setMany(pairs);
    counts.underWay--;
    counts.writes++;
  };
  return { storage: { ...storage, setMany }, values: storage.values, counts };
}

const timing = (step: number): Measured => ({ kind: 'timing', step, elapsedMs: step });
const environment: Environment = {
  backend: 'cpu',
  adapter: 'a processor',
  software: true,
  app: 'test',
  startedAt: '2026-01-01',
};

/** Saves a checkpoint every 100 ms, keeps the last one, and counts at most how many are held. */
function trains(archive: RunArchive, members: MemberState[] = []) {
  const held = { now: 0, most: 0 };
  let latest: HeldCheckpoint | null = null;
  let next = 0;
  const advance = async (ms: number): Promise<void> => {
    for (let end = next + ms / 100; next < end; ) {
      const step = next++;
      archive.add([timing(step)]);
      held.most = Math.max(held.most, ++held.now);
      const checkpoint = new HeldCheckpoint({ next: step + 1, members }, () => held.now--);
      latest?.letGo();
      latest = checkpoint;
      archive.save(smallExperiment(), environment, 100 * step, checkpoint);
      await vi.advanceTimersByTimeAsync(100);
    }
  };
  return { advance, held, reached: () => next };
}

/** The run that is stored, and the steps of its pieces. */
function storedIn(values: Map<string, unknown>): { next: number; steps: number[] } {
  const [key, run] = [...values].find(([name]) => name.startsWith('run/')) as [string, SavedRun];
  const pieces = Array.from({ length: run.pieces }, (_, i) => values.get(`piece/${key.slice(4)}/${i}`));
  const steps = (pieces as { step: number }[][]).flatMap((piece) => piece.map(({ step }) => step));
  return { next: run.checkpoint.next, steps };
}

describe('storage that is slow', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  function begin(writeMs: () => number, members: MemberState[] = [], files?: CheckpointFiles) {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
    const slow = slowStorage(writeMs);
    const archive = new RunArchive(slow.storage, new RunLocks(memoryLocks()), files);
    const unkept: unknown[] = [];
    archive.onUnkept = (error) => unkept.push(error);
    archive.begin();
    return { archive, unkept, ...slow, ...trains(archive, members) };
  }

  it('gets one write at a time and rests after each; one checkpoint waits, no piece is lost', async () => {
    const { archive, unkept, values, counts, advance, held, reached } = begin(() => 3000);
    await advance(12_300);
    // A write every 3.9 s, the first at once.
    expect(counts).toMatchObject({ most: 1, writes: 3 });
    // The one that is written, and the latest, which waits; the one before it until it is replaced.
    expect(held.most).toBeLessThanOrEqual(3);
    const { next, steps } = storedIn(values);
    expect(steps).toEqual(Array.from({ length: next }, (_, step) => step));
    expect(unkept).toEqual([]);
    const flushed = archive.flush();
    await vi.advanceTimersByTimeAsync(10_000);
    await flushed;
    const all = storedIn(values);
    expect(all.next).toBe(reached());
    expect(all.steps).toEqual(Array.from({ length: reached() }, (_, step) => step));
    expect(unkept).toEqual([]);
    expect(held.now).toBe(1);
  });

  it.each([
    ['the database', 'inDatabase', 2e6, 16e6 / 7e4 / 0.006, undefined],
    ['a file', 'inFile', 2e6, STORE_EVERY_MS, memoryFiles()],
    ['a file', 'inFile', 4e6, 32e6 / 4e6 / 0.006, memoryFiles()],
  ] as const)(
    'rests after a large checkpoint in %s, so that storing takes 0.6 % of the time; a pause stores all at once',
    async (_, where, size, restMs, files) => {
      const [theta, velocity] = adjoiningVectors([size, size]) as [
        Float32Array<ArrayBuffer>,
        Float32Array<ArrayBuffer>,
      ];
      const large = [{ theta, running: new Float32Array(0), velocity, active: true }];
      expect(storeEveryMs(8 * size, where)).toBeCloseTo(restMs, 6);
      const { archive, values, counts, advance, reached } = begin(() => 100, large, files);
      await advance(2.2 * (restMs + 100));
      expect(counts.writes).toBe(3);
      const flushed = archive.flush();
      await vi.advanceTimersByTimeAsync(1000);
      await flushed;
      const { next, steps } = storedIn(values);
      expect(next).toBe(reached());
      expect(steps).toEqual(Array.from({ length: next }, (_, step) => step));
    },
  );

  it('holds a pause up for 2 s at most, is not given up, and has all of the run a little later', async () => {
    const { archive, unkept, values, advance, reached } = begin(() => 3000);
    await advance(500);
    const begunMs = performance.now();
    let heldMs = Number.NaN;
    const flushed = archive.flush().then(() => {
      heldMs = performance.now() - begunMs;
    });
    await vi.advanceTimersByTimeAsync(20_000);
    await flushed;
    expect(heldMs).toBeLessThanOrEqual(2000);
    expect(unkept).toEqual([]);
    expect(storedIn(values).next).toBe(reached());
  });

  it('is waited for as long as it gets on: a write of 1.5 s under way, and that of what waits', async () => {
    const { archive, unkept, values, advance, reached } = begin(() => 1500);
    await advance(500);
    const flushed = archive.flush();
    await vi.advanceTimersByTimeAsync(2500);
    await flushed;
    expect(storedIn(values).next).toBe(reached());
    expect(unkept).toEqual([]);
  });

  it('that takes a write after it was given up, stores the numbers of then', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
    const storage = memoryStorage();
    const late: (() => Promise<void>)[] = [];
    const setMany: RunStorage['setMany'] = (pairs) => {
      late.push(() => storage.setMany(pairs));
      return new Promise(() => {});
    };
    const archive = new RunArchive({ ...storage, setMany }, new RunLocks(memoryLocks()));
    archive.begin();
    const free: Float32Array<ArrayBuffer>[] = [];
    const running = new Float32Array(0);
    let latest: HeldCheckpoint | null = null;
    for (let step = 0; step < 300; step++) {
      const theta = free.pop() ?? new Float32Array(3);
      theta.fill(step);
      const members = [{ theta, running, velocity: null, active: true }];
      latest?.letGo();
      latest = new HeldCheckpoint({ next: step, members }, () => free.push(theta));
      archive.save(smallExperiment(), environment, 0, latest);
      await vi.advanceTimersByTimeAsync(100);
    }
    for (const write of late) await write();
    const [, run] = [...storage.values].find(([name]) => name.startsWith('run/')) as [string, SavedRun];
    expect((run.checkpoint.members[0] as MemberState).theta).toEqual(
      new Float32Array(3).fill(run.checkpoint.next),
    );
  });

  it('is given up after 20 s without an answer', async () => {
    const { archive, unkept, advance } = begin(() => 1e9);
    await advance(19_000);
    expect(unkept).toEqual([]);
    await advance(2000);
    expect(unkept).toEqual([new Error('It does not answer.')]);
    await advance(50_000);
    expect(unkept).toHaveLength(1);
    archive.end();
  });
});

/** A storage that holds a run interrupted after ten steps. */
async function interruptedStorage(files?: CheckpointFiles) {
  await startCpu();
  const storage = memoryStorage();
  const { session } = openSession(
    createReferenceEngine,
    new RunArchive(storage, new RunLocks(memoryLocks()), files),
  );
  await session.configure(smallExperiment({ momentum: 0.5 }));
  await session.step(10);
  const values = new Map([...storage.values].map(([key, value]) => [key, structuredClone(value)]));
  return {
    values,
    open: () =>
      openSession(
        createReferenceEngine,
        new RunArchive(memoryStorage(values), new RunLocks(memoryLocks()), files),
      ),
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
      (run: Stored) => Object.assign(run, { version: 3, curvature: [] }),
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

  it('whose stored count of pieces is a billion is left alone, and deleted once it is abandoned', async () => {
    const { values, open } = await interruptedStorage();
    const [key, run] = storedRun(values);
    values.set('piece/other/0', []);
    run.pieces = 1e9;
    expect(await open().session.interrupted()).toBeNull();
    expect(values.has(key)).toBe(true);
    run.savedAt = 0;
    expect(await open().session.interrupted()).toBeNull();
    expect([...values.keys()]).toEqual(['piece/other/0']);
  });

  it('whose list says to be as long as a list can be is left alone', async () => {
    for (const change of [
      (run: Stored, endless: unknown[]) => Object.assign(run.checkpoint as Stored, { members: endless }),
      (run: Stored, endless: unknown[]) => Object.assign(run.experiment as Stored, { variants: endless }),
      (run: Stored, endless: unknown[]) => Object.assign(run.environment as Stored, { continuedOn: endless }),
    ]) {
      const { values, open } = await interruptedStorage();
      const endless: unknown[] = [];
      endless.length = 2 ** 32 - 1;
      change(storedRun(values)[1], endless);
      expect(await open().session.interrupted()).toBeNull();
    }
  });

  it.each<[string, (one: Stored) => unknown]>([
    ['a text in place of a number', (one) => ({ ...one, gradientNorm: 'NaN' })],
    ['a BigInt', (one) => ({ ...one, step: 2n })],
    [
      'a list that says to be endless',
      (one) => ({
        ...one,
        grid: { beta: 1, gradientDifferenceAt: [], lossAt: Object.assign([], { length: 2 ** 32 - 1 }) },
      }),
    ],
    ['a network that is none', (one) => ({ ...one, variant: 7 })],
    ['another kind', () => ({ kind: 'rumour' })],
    ['nothing', () => undefined],
  ])('with a measurement that is damaged, %s, is left alone and hides no other', async (_, damage) => {
    const { values, open } = await interruptedStorage();
    const [key, run] = storedRun(values);
    const id = String(run.id);
    for (const [name, value] of [...values]) values.set(name.replace(id, 'later'), structuredClone(value));
    Object.assign(values.get('run/later') as Stored, { id: 'later', savedAt: Date.now() + 1000 });
    const piece = values.get('piece/later/0') as Stored[];
    const at = piece.findIndex(({ kind }) => kind === 'landscape');
    expect(at).toBeGreaterThanOrEqual(0);
    piece[at] = damage(piece[at]!) as Stored;
    const { session } = open();
    expect(await session.interrupted()).toMatchObject({ id, step: 10 });
    await expect(session.resume('later')).rejects.toMatchObject({ problem: { kind: 'not-ready' } });
    await session.resume(id);
    expect(await session.run()).toBe('finished');
    expect([values.has('run/later'), values.has(key)]).toEqual([true, false]);
  });

  it('is there beside 500 others, mutated or anything: what is offered makes a record, nothing is thrown', async () => {
    const { values } = await interruptedStorage();
    const [key, run] = storedRun(values);
    const id = String(run.id);
    const piece = values.get(`piece/${id}/0`) as Stored[];
    const cyclic: Stored = { kind: 'train', variant: 0 };
    cyclic.self = cyclic;
    cyclic.step = [cyclic];
    const anything = fc.oneof(
      fc.anything({ withBigInt: true, withMap: true, withSet: true, withTypedArray: true, withDate: true }),
      fc.bigInt(),
      fc.constantFrom<unknown>(cyclic, [cyclic], 'NaN', Number.NaN, Number.POSITIVE_INFINITY, 1e9, -1),
    );
    const fields = [...Object.keys(run), 'checkpoint.members', 'checkpoint.next', 'experiment.variants'];
    const mutatedRun = fc.tuple(fc.constantFrom(...fields), anything).map(([name, value]) => {
      const [outer, inner] = name.split('.') as [string, string?];
      const changed = inner ? { ...(run[outer] as Stored), [inner]: value } : value;
      return { ...run, [outer]: changed };
    });
    const mutatedPiece = fc
      .tuple(fc.nat(piece.length - 1), fc.nat(20), anything)
      .map(([at, which, value]) => {
        const names = Object.keys(piece[at]!);
        return piece.with(at, { ...piece[at], [names[which % names.length]!]: value });
      });
    const contents = fc.record({
      stored: fc.oneof(anything, mutatedRun, fc.constant<unknown>(run)),
      said: fc.oneof(anything, mutatedPiece, fc.constant<unknown>(piece)),
    });
    let offered = 0;
    await fc.assert(
      fc.asyncProperty(contents, async ({ stored, said }) => {
        const later = { savedAt: Date.now() + 1000, id: 'later' };
        const isObject = typeof stored === 'object' && stored !== null && 'savedAt' in stored;
        const hostile = new Map<string, unknown>([
          ...values,
          ...[...values].map(([name, value]): [string, unknown] => [name.replace(id, 'later'), value]),
          ['run/later', isObject ? { ...stored, ...(stored.savedAt === run.savedAt && later) } : stored],
          ['piece/later/0', said],
          ['run/', cyclic],
        ]);
        const storage: RunStorage = { ...memoryStorage(hostile), get: async (name) => hostile.get(name) };
        const archive = new RunArchive(storage, new RunLocks(memoryLocks()));
        const found = await archive.interrupted();
        expect(found && [id, 'later'].includes(found.id)).toBe(true);
        const claimed = (await archive.claim(found!.id))!;
        const record = emptyRecord(claimed.experiment, claimed.environment);
        for (const one of structuredClone(claimed.measured)) addMeasured(record, one);
        const reading = readRecord(record);
        // As it was told, not only as it was read.
        expect(reading.ok && reading.record.variants).toEqual(record.variants);
        claimed.release();
        if (found!.id === 'later') offered++;
        expect(hostile.has(key)).toBe(true);
      }),
      { numRuns: 500, seed: 6 },
    );
    expect(offered).toBeGreaterThan(5);
  });

  it('is found though another cannot be read at all, or no lock can be asked for', async () => {
    const { values } = await interruptedStorage();
    const [key] = storedRun(values);
    const storage = memoryStorage(new Map([...values, ['run/broken', {}]]));
    const get: RunStorage['get'] = (name) =>
      name === 'run/broken' ? Promise.reject(errorOf('DataError')) : storage.get(name);
    const archive = new RunArchive({ ...storage, get }, new RunLocks(memoryLocks()));
    expect(await archive.interrupted()).toMatchObject({ id: key.slice(4) });
    const locks = { request: () => Promise.reject(errorOf('SecurityError')) } as unknown as LockManager;
    const lockless = new RunArchive(storage, new RunLocks(locks));
    expect(await lockless.interrupted()).toBeNull();
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
    values.set('run/newer', { ...structuredClone(run), id: 'newer', version: 3, savedAt: 0 });
    run.savedAt = Date.now() - 29 * day;
    expect(await open().session.interrupted()).toMatchObject({ step: 10 });
    run.savedAt = Date.now() - 31 * day;
    expect(await open().session.interrupted()).toBeNull();
    expect(values.has(key)).toBe(false);
    expect([...values.keys()]).toEqual(['run/newer']);
  });
});

/** An interrupted run whose checkpoint lies in a file, as a tab leaves it that is gone. */
async function interruptedFiles() {
  const files = memoryFiles();
  const interrupted = await interruptedStorage(files);
  files.opened.clear();
  const [key, run] = storedRun(interrupted.values);
  return { ...interrupted, files, id: key.slice(4), run, stored: run.checkpoint as CheckpointInFile };
}

describe('an interrupted run whose checkpoint lies in a file', () => {
  it('goes on to the end of an undisturbed one, and takes its file with it', async () => {
    const { values, open, files, id, run, stored } = await interruptedFiles();
    expect(run.version).toBe(2);
    expect(stored.next).toBe(10);
    expect([...files.contents.keys()]).toEqual([id]);
    const { session, record } = open();
    await session.resume((await session.interrupted())!.id);
    expect(await session.run()).toBe('finished');
    const undisturbed = open();
    await undisturbed.session.configure(smallExperiment({ momentum: 0.5 }));
    await undisturbed.session.run();
    expect(record().variants).toEqual(undisturbed.record().variants);
    expect([values.size, files.contents.size, files.opened.size]).toEqual([0, 0, 0]);
  });

  it('stays whole while a later checkpoint is written, also after it has been gone on with', async () => {
    const { values, files, id } = await interruptedFiles();
    const storage = memoryStorage(values);
    const places: number[] = [];
    // The later one lies in the file already, and the database does not name it yet.
    const setMany: RunStorage['setMany'] = async (pairs) => {
      const stored = storedRun(values)[1].checkpoint as CheckpointInFile;
      const before = await takeFromFile(files, id, stored);
      expect(before).toMatchObject({ next: stored.next });
      places.push(stored.at);
      await storage.setMany(pairs);
    };
    for (let visit = 0; visit < 3; visit++) {
      const archive = new RunArchive({ ...storage, setMany }, new RunLocks(memoryLocks()), files);
      const { session } = openSession(createReferenceEngine, archive);
      expect(await session.interrupted()).toMatchObject({ id, step: 10 + visit });
      await session.resume(id);
      await session.step(1);
      files.opened.clear();
    }
    expect(places.length).toBeGreaterThanOrEqual(3);
    expect(new Set(places).size).toBe(2);
    expect(places.every((at, i) => at !== places[i + 1])).toBe(true);
  });

  it.each<[string, (contents: Map<string, Uint8Array<ArrayBuffer>>, id: string) => void]>([
    ['missing', (contents, id) => contents.delete(id)],
    ['empty', (contents, id) => contents.set(id, new Uint8Array())],
    ['cut off', (contents, id) => contents.set(id, contents.get(id)!.slice(0, -1))],
    ['zeros in one sector', (contents, id) => contents.get(id)!.fill(0, 512, 1024)],
    ['moved by a sector', (contents, id) => contents.get(id)!.copyWithin(0, 512)],
  ])('that is %s is left alone', async (_, damage) => {
    const { values, open, files, id, stored } = await interruptedFiles();
    // The first of two places, so that what is cut off is cut off it.
    const bytes = files.contents.get(id)!;
    files.contents.set(id, bytes.slice(stored.at, stored.at + bytes.length / (stored.at > 0 ? 2 : 1)));
    stored.at = 0;
    expect(await open().session.interrupted()).toMatchObject({ id });
    damage(files.contents, id);
    const { session } = open();
    expect(await session.interrupted()).toBeNull();
    await expect(session.resume(id)).rejects.toMatchObject({ problem: { kind: 'not-ready' } });
    await session.configure(smallExperiment());
    expect(await session.run()).toBe('finished');
    expect(values.has(`run/${id}`)).toBe(true);
  });

  it('that says to be anything else is left alone, or is the run that it was', async () => {
    const { values, files, id, run, stored } = await interruptedFiles();
    const fields = ['at', 'sum', 'members', 'next'] as const;
    const anything = fc.oneof(
      fc.anything({ withBigInt: true, withMap: true, withTypedArray: true }),
      fc.constantFrom<unknown>(-1, 0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY, [], [{}]),
      fc.constant<unknown>(stored.members.map((member) => ({ ...member, theta: 2 ** 40 }))),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...fields), anything, async (field, value) => {
        const hostile = new Map([
          ...values,
          [`run/${id}`, { ...run, checkpoint: { ...stored, [field]: value } }],
        ]);
        const storage: RunStorage = { ...memoryStorage(hostile), get: async (name) => hostile.get(name) };
        const archive = new RunArchive(storage, new RunLocks(memoryLocks()), files);
        const claimed = await archive.claim(id);
        if (claimed) {
          const lengths = claimed.checkpoint.members.map(({ theta }) => theta.length);
          expect(lengths).toEqual(stored.members.map(({ theta }) => theta));
          claimed.release();
        }
      }),
      { numRuns: 500, seed: 6 },
    );
  });

  it('leaves no file behind where the tab went before the run was stored, or after it was taken out', async () => {
    const { values, files, id } = await interruptedFiles();
    files.contents.set('gone', new Uint8Array(4));
    files.contents.set('begun', new Uint8Array(4));
    const locks = memoryLocks();
    // Another tab has begun a run and not stored it yet.
    const release = await new RunLocks(locks).claim('begun');
    const archive = new RunArchive(memoryStorage(values), new RunLocks(locks), files);
    expect(await archive.interrupted()).toMatchObject({ id });
    expect([...files.contents.keys()].sort()).toEqual(['begun', id].sort());
    release?.();
  });

  it('is stored in the database where files cannot be opened, or written', async () => {
    const writing: CheckpointFiles['open'] = async () => ({
      write: () => {
        throw errorOf('InvalidStateError');
      },
      close: () => {
        throw errorOf('InvalidStateError');
      },
    });
    for (const open of [() => Promise.reject(errorOf('NotAllowedError')), writing]) {
      const { values } = await interruptedStorage({ ...memoryFiles(), open });
      expect(storedRun(values)[1].version).toBe(1);
    }
  });

  it('gets its file a little later where another tab has it open at first', async () => {
    const files = memoryFiles();
    let left = 2;
    const open: CheckpointFiles['open'] = (id) =>
      left-- > 0 ? Promise.reject(errorOf('NoModificationAllowedError')) : files.open(id);
    const archive = new RunArchive(memoryStorage(), new RunLocks(memoryLocks()), { ...files, open });
    const { session } = openSession(undefined, archive);
    await session.configure(smallExperiment());
    for (let i = 0; i < 3; i++) await session.step(1);
    expect(files.contents.size).toBe(1);
  });

  it('leaves no file behind where the database fails', async () => {
    const files = memoryFiles();
    const archive = new RunArchive(rejecting('UnknownError'), new RunLocks(memoryLocks()), files);
    const { session, events } = openSession(undefined, archive);
    await session.configure(smallExperiment());
    await session.step(2);
    expect(await session.run()).toBe('finished');
    expect(events.filter(({ type }) => type === 'unkept')).toMatchObject([{ reason: 'failed' }]);
    expect([files.contents.size, files.opened.size]).toEqual([0, 0]);
  });

  it('goes on without storage, and says so once, where a file is full', async () => {
    const files = memoryFiles();
    const open: CheckpointFiles['open'] = async (id) => ({
      ...(await files.open(id)),
      write: () => {
        throw errorOf('QuotaExceededError');
      },
    });
    const archive = new RunArchive(memoryStorage(), new RunLocks(memoryLocks()), { ...files, open });
    const { session, events, record } = openSession(undefined, archive);
    await session.configure(smallExperiment());
    for (let i = 0; i < 3; i++) expect(await session.step(2)).toBe('paused');
    expect(await session.run()).toBe('finished');
    expect(record().variants.map(({ status }) => status)).toEqual(['finished', 'finished']);
    expect(events.filter(({ type }) => type === 'unkept')).toMatchObject([{ reason: 'full' }]);
    expect(files.contents.size).toBe(0);
  });
});
