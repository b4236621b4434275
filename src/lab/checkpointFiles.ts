/** Numbers of checkpoints in the origin's private file system, which takes them a hundred times faster than IndexedDB does. */

const FOLDER = 'runs-under-way';

/** A run's file, open for this thread alone. */
export interface CheckpointFile {
  /** Throws where storage is full. */
  write(bytes: Uint8Array<ArrayBuffer>, at: number): void;
  close(): void;
}

/** Every method rejects where there is no such file system, or not for this thread. */
export interface CheckpointFiles {
  open(id: string): Promise<CheckpointFile>;
  /** Bytes of a run's file; fewer where it is shorter. */
  read(id: string, at: number, bytes: number): Promise<ArrayBuffer>;
  remove(id: string): Promise<void>;
  /** Runs that have a file. */
  ids(): Promise<string[]>;
}

/** As workers have it; TypeScript's types of pages leave it out. */
interface SyncAccessHandle {
  write(bytes: Uint8Array<ArrayBuffer>, options: { at: number }): number;
  close(): void;
}

type Opening = FileSystemFileHandle & { createSyncAccessHandle(): Promise<SyncAccessHandle> };

/** The browser's; private windows of some have none, and pages without a worker cannot write at once. */
export function privateFiles(): CheckpointFiles {
  const folder = async (): Promise<FileSystemDirectoryHandle> => {
    const root = await navigator.storage.getDirectory();
    return root.getDirectoryHandle(FOLDER, { create: true });
  };
  return {
    open: async (id) => {
      if (!canOpen()) throw new DOMException('Files cannot be written here at once.', 'NotSupportedError');
      const handle = await (await folder()).getFileHandle(id, { create: true });
      const access = await (handle as Opening).createSyncAccessHandle();
      return {
        write: (bytes, at) => {
          const written = access.write(bytes, { at });
          if (written < bytes.length)
            throw new DOMException(`${written} of ${bytes.length} bytes were stored.`, 'QuotaExceededError');
        },
        close: () => access.close(),
      };
    },
    read: async (id, at, bytes) => {
      const file = await (await (await folder()).getFileHandle(id)).getFile();
      return file.slice(at, at + bytes).arrayBuffer();
    },
    remove: async (id) => (await folder()).removeEntry(id),
    ids: async () => {
      const ids: string[] = [];
      for await (const id of (await folder()).keys()) ids.push(id);
      return ids;
    },
  };
}

/** Only workers have it; a file that was made in vain would stay. */
const canOpen = (): boolean => 'createSyncAccessHandle' in globalThis.FileSystemFileHandle.prototype;
