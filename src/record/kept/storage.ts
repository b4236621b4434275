/** Kept runs in IndexedDB: a summary and a record each. What goes wrong has a kind. */
import { createStore, delMany, getMany, keys, setMany } from 'idb-keyval';
import { readRecord } from '../json.ts';
import type { RunRecord } from '../record.ts';
import { type KeptRun, keptRunFrom } from './keptRun.ts';

const DATABASE = 'normscape-kept-runs';

export type KeepingProblem =
  | { kind: 'storage-full'; message: string }
  | { kind: 'storage-denied'; message: string }
  | { kind: 'storage-failed'; message: string }
  | { kind: 'unreadable'; message: string };

export type Kept<T> = { ok: true; value: T } | { ok: false; problem: KeepingProblem };

/** What is needed of a store of values by keys; every call may reject. */
export interface KeyValues {
  keys(): Promise<unknown[]>;
  getMany(names: string[]): Promise<unknown[]>;
  setMany(pairs: [string, unknown][]): Promise<void>;
  delMany(names: string[]): Promise<void>;
}

/** In this browser. Throws or rejects where it is denied. */
function browserKeyValues(): KeyValues {
  const opened = createStore(DATABASE, 'runs');
  return {
    keys: async () => keys(opened),
    getMany: async (names) => getMany<unknown>(names, opened),
    setMany: async (pairs) => setMany(pairs, opened),
    delMany: async (names) => delMany(names, opened),
  };
}

const summaryKey = (id: string): string => `summary/${id}`;
const recordKey = (id: string): string => `record/${id}`;

function problemOf(error: unknown): KeepingProblem {
  const { name, message } = error instanceof Error ? error : { name: '', message: String(error) };
  if (name === 'QuotaExceededError')
    return {
      kind: 'storage-full',
      message: 'The browser has no room for more runs. Export and delete some.',
    };
  if (['SecurityError', 'InvalidStateError', 'NotAllowedError', 'ReferenceError'].includes(name))
    return {
      kind: 'storage-denied',
      message: 'The browser does not let this page keep runs. Export those that must last.',
    };
  return { kind: 'storage-failed', message: `The browser could not keep or read runs: ${message}` };
}

async function attempt<T>(work: () => Promise<T>): Promise<Kept<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, problem: problemOf(error) };
  }
}

/** Over a store that is opened at the first call. */
export function keptRuns(open: () => KeyValues = browserKeyValues) {
  let opened: KeyValues | null = null;
  const values = (): KeyValues => {
    opened ??= open();
    return opened;
  };
  return {
    /** The latest first; what another version or program left is passed over and counted. */
    list: (): Promise<Kept<{ runs: KeptRun[]; unreadable: number }>> =>
      attempt(async () => {
        const names = (await values().keys()).filter(
          (key): key is string => typeof key === 'string' && key.startsWith('summary/'),
        );
        const read = (await values().getMany(names)).map(keptRunFrom);
        const runs = read.filter((run) => run !== null).sort((a, b) => b.keptAt - a.keptAt);
        return { runs, unreadable: names.length - runs.length };
      }),
    keep: (summary: KeptRun, record: RunRecord): Promise<Kept<void>> =>
      attempt(async () =>
        values().setMany([
          [summaryKey(summary.id), summary],
          [recordKey(summary.id), record],
        ]),
      ),
    change: (summary: KeptRun): Promise<Kept<void>> =>
      attempt(async () => values().setMany([[summaryKey(summary.id), summary]])),
    remove: (id: string): Promise<Kept<void>> =>
      attempt(async () => values().delMany([summaryKey(id), recordKey(id)])),
    record: async (id: string): Promise<Kept<RunRecord>> => {
      const found = await attempt(async () => values().getMany([recordKey(id)]));
      if (!found.ok) return found;
      const reading = readRecord(found.value[0]);
      return reading.ok
        ? { ok: true, value: reading.record }
        : { ok: false, problem: { kind: 'unreadable', message: reading.message } };
    },
  };
}
