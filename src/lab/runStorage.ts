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
