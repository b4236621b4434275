/** Where runs under way are kept: IndexedDB, or whatever else keeps values by their keys. */
import { createStore, delMany, get, keys, setMany } from 'idb-keyval';

const DATABASE = 'normscape-runs-under-way';

/** Every method may reject: storage may be denied, full, or hold another version's data. */
export interface RunStorage {
  get(key: string): Promise<unknown>;
  keys(): Promise<unknown[]>;
  /** All of them, or none. */
  setMany(pairs: [key: string, value: unknown][]): Promise<void>;
  delMany(keys: string[]): Promise<void>;
}

/** IndexedDB; where a browser denies it, every call rejects. */
export function indexedDbStorage(): RunStorage {
  const opened = createStore(DATABASE, 'runs');
  return {
    get: async (key) => get<unknown>(key, opened),
    keys: async () => keys(opened),
    setMany: async (pairs) => setMany(pairs, opened),
    delMany: async (names) => delMany(names, opened),
  };
}

/** Why something could not be stored, told by the name of the browser's error. */
export function storageFailure(error: unknown): { reason: 'full' | 'denied' | 'failed'; message: string } {
  const { name, message } = error instanceof Error ? error : { name: '', message: String(error) };
  if (name === 'QuotaExceededError') return { reason: 'full', message };
  const isDenied = ['SecurityError', 'InvalidStateError', 'NotAllowedError', 'ReferenceError'].includes(name);
  return { reason: isDenied ? 'denied' : 'failed', message };
}
