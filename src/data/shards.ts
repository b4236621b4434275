/** Loads shards: fetched, checked, decompressed, checked again, and only then kept. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { collect, download, type Transport } from './download.ts';
import { imageSize, type Manifest, type Shard } from './manifest.ts';
import { DataError } from './problem.ts';

/** How many shards are fetched at the same time. */
const LANES = 4;

export type Bytes = Uint8Array<ArrayBuffer>;

/** Verified data, so that a retry or another experiment does not load it again. Make one, and keep it. */
export class DataCache {
  /** By URL. */
  readonly manifests = new Map<string, Manifest>();
  /** Decompressed, by the sha256 sum of their contents. */
  readonly shards = new Map<string, Bytes>();
}

/** Bytes of the files being loaded. */
export interface Progress {
  done: number;
  total: number;
}

interface Source {
  /** URL of the data set's folder, with a slash at its end. */
  folder: string;
  manifest: Manifest;
  cache: DataCache;
  transport: Transport;
}

/**
 * The contents of `shards`, in their order, in the layout that manifest.ts describes. Rejects with DataError, or with the
 * signal's reason, as soon as one of them fails; those verified by then stay in the cache.
 *
 * @param onProgress never goes back; not called when everything is in the cache
 */
export async function loadShards(
  shards: readonly Shard[],
  source: Source,
  onProgress: (progress: Progress) => void,
): Promise<Bytes[]> {
  const { cache, transport } = source;
  const wanted = shards.filter((shard) => !cache.shards.has(shard.contentsSha256));
  const stop = new AbortController();
  const signal = AbortSignal.any([transport.signal, stop.signal]);
  const report = progressOf(wanted, signal, onProgress);
  const queue = [...wanted];
  const lane = async (): Promise<void> => {
    for (let shard = queue.shift(); shard; shard = queue.shift()) {
      const contents = await loadShard(shard, { ...source, transport: { ...transport, signal } }, report);
      cache.shards.set(shard.contentsSha256, contents);
    }
  };
  try {
    await Promise.all(Array.from({ length: LANES }, lane));
  } catch (error) {
    stop.abort();
    throw error;
  }
  return shards.map((shard) => cache.shards.get(shard.contentsSha256)!);
}

type Report = (shard: Shard, received: number) => void;

function progressOf(
  wanted: readonly Shard[],
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
): Report {
  const total = wanted.reduce((sum, shard) => sum + shard.bytes, 0);
  const received = new Map<Shard, number>();
  let done = 0;
  return (shard, count) => {
    received.set(shard, Math.min(count, shard.bytes));
    const sum = [...received.values()].reduce((a, b) => a + b, 0);
    // A second attempt at a shard begins at 0; the bar waits for it.
    if (sum <= done || signal.aborted) return;
    done = sum;
    onProgress({ done, total });
  };
}

async function loadShard(shard: Shard, source: Source, report: Report): Promise<Bytes> {
  try {
    return await fetchShard(shard, source, 'default', report);
  } catch (error) {
    // The damaged copy may be in the browser's own cache: ask the server once more, past it.
    if (!(error instanceof DataError) || error.problem.kind !== 'data-corrupt') throw error;
    return fetchShard(shard, source, 'reload', report);
  }
}

async function fetchShard(shard: Shard, source: Source, cache: RequestCache, report: Report): Promise<Bytes> {
  const { folder, manifest, transport } = source;
  const compressed = await download(folder + shard.file, shard.bytes, transport, cache, (count) =>
    report(shard, count),
  );
  verify(shard.file, compressed, shard.bytes, shard.sha256);
  const size = shard.examples * (imageSize(manifest.shape) + 1);
  const contents = await decompress(shard.file, compressed, size);
  verify(`${shard.file}, decompressed,`, contents, size, shard.contentsSha256);
  transport.signal.throwIfAborted();
  return contents;
}

async function decompress(file: string, compressed: Bytes, size: number): Promise<Bytes> {
  try {
    return await collect(new Blob([compressed]).stream().pipeThrough(new DecompressionStream('gzip')), size);
  } catch (error) {
    throw corrupt(`${file} could not be decompressed: ${error instanceof Error ? error.message : error}.`);
  }
}

function verify(what: string, bytes: Bytes, length: number, sum: string): void {
  const count = (value: number): string => value.toLocaleString('en-US');
  if (bytes.length < length)
    throw corrupt(`${what} is cut: ${count(bytes.length)} bytes came, ${count(length)} were expected.`);
  if (bytes.length > length)
    throw corrupt(`${what} is not the file expected: it is longer than ${count(length)} bytes.`);
  const found = bytesToHex(sha256(bytes));
  if (found !== sum)
    throw corrupt(
      `${what} is corrupted: its sha256 sum begins with ${found.slice(0, 8)}, expected was ${sum.slice(0, 8)}.`,
    );
}

function corrupt(message: string): DataError {
  return new DataError(
    'data-corrupt',
    message,
    'Try again. If it stays so, the copy on the server is damaged: build and serve the page again.',
  );
}
