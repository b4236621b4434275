/** MNIST or Fashion-MNIST from its four idx files, known by their contents and not by their names. */
import { DATASETS } from '../../experiment/datasets.ts';
import { collect } from '../download.ts';
import { MANIFEST_FORMAT, MANIFEST_VERSION, type Manifest, type Shard } from '../manifest.ts';
import { DataError } from '../problem.ts';
import type { Bytes, Progress } from '../shards.ts';
import { ChannelStatistics } from './channelStatistics.ts';
import { type IdxContents, readIdx } from './idx.ts';
import {
  IDX_DATASETS,
  IDX_NAMES,
  IDX_PARTS,
  type IdxDatasetId,
  type IdxPart,
  type IdxSums,
} from './idxSums.ts';
import { type DataStore, SplitWriter, sha256 } from './splitWriter.ts';

const GZIP = [0x1f, 0x8b];
/** The training images with their header; no other file is longer. */
const MOST_BYTES = 16 + 60_000 * 28 * 28;

export interface IdxFile {
  name: string;
  /** Bytes of the file as it is, packed or not. */
  size: number;
  stream(): ReadableStream<Bytes>;
}

interface IdxOptions {
  store: DataStore;
  sums?: IdxSums;
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** Writes shards and, last, their manifest. Rejects with DataError; nothing is kept then. */
export async function importIdxFiles(
  dataset: IdxDatasetId,
  files: readonly IdxFile[],
  { store, sums = IDX_DATASETS[dataset].sums, onProgress = () => {} }: IdxOptions,
): Promise<Manifest> {
  const parts = await readParts(dataset, files, sums, onProgress);
  const written: string[] = [];
  const watched: DataStore = {
    write: async (file, bytes) => {
      written.push(file);
      await store.write(file, bytes);
    },
    remove: (file) => store.remove(file),
  };
  try {
    const manifest = await writeShards(dataset, parts, watched);
    await watched.write('manifest.json', new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`));
    return manifest;
  } catch (error) {
    for (const file of written) await store.remove(file);
    throw error;
  }
}

async function readParts(
  dataset: IdxDatasetId,
  files: readonly IdxFile[],
  sums: IdxSums,
  onProgress: (progress: Progress) => void,
): Promise<Map<IdxPart, IdxContents>> {
  const parts = new Map<IdxPart, IdxContents>();
  const total = files.reduce((sum, { size }) => sum + size, 0);
  let before = 0;
  for (const file of files) {
    const bytes = await unpacked(file, dataset, (done) => onProgress({ done: before + done, total }));
    before += file.size;
    const contents = readOrRefuse(file.name, bytes, dataset);
    const part = await partOf(file.name, bytes, contents, dataset, sums);
    if (parts.has(part)) throw refused(dataset, `${file.name} is the second file with the ${part}.`);
    parts.set(part, contents);
  }
  const missing = IDX_PARTS.filter((part) => !parts.has(part)).map((part) => IDX_NAMES[part]);
  if (missing.length > 0)
    throw refused(
      dataset,
      `Of its four files, ${missing.join(', ')} ${missing.length > 1 ? 'are' : 'is'} missing.`,
    );
  return parts;
}

/** The file's contents. A small file that unpacks to gigabytes is read no further than an honest one is long. */
async function unpacked(
  file: IdxFile,
  dataset: IdxDatasetId,
  onBytes: (done: number) => void,
): Promise<Bytes> {
  let done = 0;
  const watched = new TransformStream<Bytes, Bytes>({
    transform(chunk, controller) {
      done += chunk.length;
      onBytes(done);
      controller.enqueue(chunk);
    },
  });
  const start = await collect(file.stream(), 1).catch(() => new Uint8Array());
  const isPacked = GZIP.every((byte, i) => start[i] === byte);
  const stream = file.stream().pipeThrough(watched);
  const bytes = await collect(
    isPacked ? stream.pipeThrough(new DecompressionStream('gzip') as TransformStream<Bytes, Bytes>) : stream,
    MOST_BYTES,
  ).catch((error: unknown) => {
    throw refused(
      dataset,
      `${file.name} could not be unpacked: ${error instanceof Error ? error.message : String(error)}.`,
    );
  });
  if (bytes.length > MOST_BYTES)
    throw refused(
      dataset,
      `${file.name} holds more than ${MOST_BYTES.toLocaleString('en-US')} bytes, the longest of the four files.`,
    );
  return bytes;
}

function readOrRefuse(name: string, bytes: Bytes, dataset: IdxDatasetId): IdxContents {
  try {
    return readIdx(name, bytes, [3, 1]);
  } catch (error) {
    throw refused(dataset, (error as Error).message);
  }
}

async function partOf(
  name: string,
  bytes: Bytes,
  { dimensions }: IdxContents,
  dataset: IdxDatasetId,
  sums: IdxSums,
): Promise<IdxPart> {
  const sum = await sha256(bytes);
  const part = IDX_PARTS.find((each) => sums[each] === sum);
  if (part) return part;
  const other = Object.values(IDX_DATASETS).find((each) => Object.values(each.sums).includes(sum));
  if (other)
    throw refused(dataset, `${name} belongs to ${other.head.name}, not to ${DATASETS[dataset].label}.`);
  throw refused(
    dataset,
    `${name}, of the dimensions ${dimensions.join(' x ')}, is damaged or of another data set: its sha256 sum begins with ${sum.slice(0, 8)}, which is none of the four.`,
  );
}

async function writeShards(
  dataset: IdxDatasetId,
  parts: ReadonlyMap<IdxPart, IdxContents>,
  store: DataStore,
): Promise<Manifest> {
  const { shape } = DATASETS[dataset];
  const size = shape[0] * shape[1] * shape[2];
  const write = async (split: 'train' | 'test'): Promise<Shard[]> => {
    const writer = new SplitWriter(store, split, size);
    const images = parts.get(`${split} images`)!.numbers;
    for (const [i, label] of parts.get(`${split} labels`)!.numbers.entries())
      await writer.add(images.subarray(i * size, (i + 1) * size), label);
    await writer.flush();
    return writer.shards;
  };
  const statistics = new ChannelStatistics(shape[2]);
  statistics.add(parts.get('train images')!.numbers);
  return {
    format: MANIFEST_FORMAT,
    version: MANIFEST_VERSION,
    ...IDX_DATASETS[dataset].head,
    shape: [...shape] as [number, number, number],
    ...statistics.result(),
    train: await write('train'),
    test: await write('test'),
  };
}

function refused(dataset: IdxDatasetId, message: string): DataError {
  return new DataError(
    'data-corrupt',
    message,
    `Nothing was kept. Choose all four files of ${DATASETS[dataset].label} together, packed (.gz) or not.`,
  );
}
