/** For tests: a storage and files in memory, a storage that fails, and locks as browsers have them. */
import type { CheckpointFiles } from './checkpointFiles.ts';
import type { RunStorage } from './runStorage.ts';

export function memoryStorage(
  values = new Map<string, unknown>(),
): RunStorage & { values: Map<string, unknown> } {
  return {
    values,
    get: async (key) => structuredClone(values.get(key)),
    keys: async () => [...values.keys()],
    setMany: async (pairs) => {
      for (const [key, value] of pairs) values.set(key, structuredClone(value));
    },
    delMany: async (keys) => {
      for (const key of keys) values.delete(key);
    },
  };
}

/** Files that one tab at a time may have open, and that keep what was written when it goes. */
export function memoryFiles(
  contents = new Map<string, Uint8Array<ArrayBuffer>>(),
): CheckpointFiles & { contents: Map<string, Uint8Array<ArrayBuffer>>; opened: Set<string> } {
  const opened = new Set<string>();
  const refuseOpened = (id: string): void => {
    if (opened.has(id)) throw new DOMException('It is open.', 'NoModificationAllowedError');
  };
  return {
    contents,
    opened,
    open: async (id) => {
      refuseOpened(id);
      opened.add(id);
      contents.set(id, contents.get(id) ?? new Uint8Array());
      const write = (bytes: Uint8Array, at: number): void => {
        const before = contents.get(id)!;
        const after = new Uint8Array(Math.max(before.length, at + bytes.length));
        after.set(before);
        after.set(bytes, at);
        contents.set(id, after);
      };
      return { write, close: () => opened.delete(id) };
    },
    read: async (id, at, bytes) => {
      const file = contents.get(id);
      if (!file) throw new DOMException('It is not there.', 'NotFoundError');
      return file.slice(at, at + bytes).buffer;
    },
    remove: async (id) => {
      refuseOpened(id);
      if (!contents.delete(id)) throw new DOMException('It is not there.', 'NotFoundError');
    },
    ids: async () => [...contents.keys()],
  };
}

/** Every call does what `fail` does. */
export function failingStorage(fail: () => Promise<never>): RunStorage {
  return { get: fail, keys: fail, setMany: fail, delMany: fail };
}

interface Waiting {
  mode: LockMode;
  take: () => void;
}

/** Exclusive and shared locks in the order in which they are asked for, within one thread. */
export function memoryLocks(): LockManager {
  const held = new Map<string, LockMode[]>();
  const queues = new Map<string, Waiting[]>();
  const isFree = (name: string, mode: LockMode): boolean =>
    (held.get(name) ?? []).every((other) => mode === 'shared' && other === 'shared');
  const serve = (name: string): void => {
    const queue = queues.get(name) ?? [];
    while (queue[0] && isFree(name, queue[0].mode)) queue.shift()!.take();
  };
  const request = (
    name: string,
    options: LockOptions,
    work: (lock: Lock | null) => unknown,
  ): Promise<unknown> => {
    const mode = options.mode ?? 'exclusive';
    if (options.ifAvailable && (!isFree(name, mode) || (queues.get(name) ?? []).length > 0))
      return Promise.resolve(work(null));
    return new Promise((resolve, reject) => {
      const entry: Waiting = {
        mode,
        take: () => {
          held.set(name, [...(held.get(name) ?? []), mode]);
          Promise.resolve(work({ name, mode }))
            .then(resolve, reject)
            .finally(() => {
              const modes = held.get(name)!;
              modes.splice(modes.indexOf(mode), 1);
              serve(name);
            });
        },
      };
      options.signal?.addEventListener('abort', () => {
        const queue = queues.get(name) ?? [];
        if (queue.includes(entry)) queue.splice(queue.indexOf(entry), 1);
        reject(options.signal!.reason);
      });
      queues.set(name, [...(queues.get(name) ?? []), entry]);
      serve(name);
    });
  };
  return { request, query: async () => ({ held: [], pending: [] }) } as unknown as LockManager;
}
