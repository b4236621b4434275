/** Data sets that were brought into this browser, in its Cache Storage, at the addresses where a server would have them. */
import type { Fetch } from './download.ts';
import type { DataStore } from './import/splitWriter.ts';

const CACHE_NAME = 'normscape-data';

/** Absent outside secure contexts. */
const storage = (): CacheStorage | null => (globalThis as { caches?: CacheStorage }).caches ?? null;

/** What was brought comes first, then the server. */
export const fetchKept: Fetch = async (url, init) => {
  const kept = await storage()
    ?.match(url, { cacheName: CACHE_NAME })
    .catch(() => undefined);
  return kept ?? fetch(url, init);
};

/** Whether the whole data set is in this browser: its manifest is written last. `folder` ends with a slash. */
export async function isKept(folder: string): Promise<boolean> {
  const found = await storage()
    ?.match(`${folder}manifest.json`, { cacheName: CACHE_NAME })
    .catch(() => undefined);
  return found !== undefined;
}

/** Takes a data set out of this browser. */
export async function forgetKept(folder: string): Promise<void> {
  const cache = await storage()?.open(CACHE_NAME);
  for (const request of (await cache?.keys()) ?? [])
    if (request.url.startsWith(folder)) await cache?.delete(request);
}

/** Where an import of the data set of `folder` goes. Rejects where this browser stores nothing. */
export async function keptStore(folder: string): Promise<DataStore> {
  const caches = storage();
  if (!caches) throw new Error('this browser gives the page no storage');
  const cache = await caches.open(CACHE_NAME);
  return {
    write: (file, bytes) => cache.put(folder + file, new Response(bytes)),
    remove: async (file) => void (await cache.delete(folder + file)),
  };
}
