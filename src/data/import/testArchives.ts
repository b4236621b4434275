/** CIFAR-10 as tests make it: in the exact formats of the real files, with the sums that those should then have. */
import { createHash } from 'node:crypto';
import { deflateSync, gzipSync } from 'node:zlib';
import { packTar, type TarEntry } from 'modern-tar';
import type { Bytes } from '../shards.ts';
import type { Cifar10Sums } from './cifar10Writer.ts';
import type { DataStore } from './splitWriter.ts';

const BATCHES = [1, 3, 4].map((n) => `data_batch_${n}.bin`);
/** The order of the real archive is not that of the names. */
const NAMES = [...BATCHES, 'test_batch.bin', 'data_batch_5.bin', 'data_batch_2.bin'];
const SORTED = [...NAMES].sort((a, b) => (a < b ? -1 : 1));
export const FOLDER = 'cifar-10-batches-bin/';
const PIXELS = 1024;
const RECORD_BYTES = 1 + 3 * PIXELS;

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Record r of file f: label r mod 10; red counts rows, green columns, blue is the file's number. */
export function records(file: number, count: number): Bytes {
  const all = new Uint8Array(count * RECORD_BYTES);
  const ramps = Uint8Array.from({ length: 2 * PIXELS }, (_, i) => (i < PIXELS ? i >> 5 : i & 31));
  for (let r = 0; r < count; r++) {
    all[r * RECORD_BYTES] = r % 10;
    all.set(ramps, r * RECORD_BYTES + 1);
    all.fill(10 * file + (r % 7), r * RECORD_BYTES + 1 + 2 * PIXELS, (r + 1) * RECORD_BYTES);
  }
  return all;
}

export const tarFile = (name: string, body: Bytes | string, more = {}): TarEntry => ({
  header: { name, size: body.length, type: 'file', ...more },
  body,
});

function sumsOf(archive: Uint8Array, bodies: Map<string, Bytes>, recordsPerFile: number): Cifar10Sums {
  return {
    archiveBytes: archive.length,
    archiveSha256: sha256(archive),
    recordsPerFile,
    files: Object.fromEntries(SORTED.map((name) => [name, sha256(bodies.get(name)!)])),
  };
}

/** cifar-10-binary.tar.gz with `count` images a file, and its sums; `change` may do anything to its entries. */
export async function cifar10Archive(
  count: number,
  change: (entries: TarEntry[]) => TarEntry[] = (entries) => entries,
  bodyOf: (file: number, count: number) => Bytes = records,
): Promise<{ bytes: Bytes; sums: Cifar10Sums }> {
  const bodies = new Map(NAMES.map((name) => [name, bodyOf(SORTED.indexOf(name), count)]));
  const entries = [
    { header: { name: FOLDER, size: 0, type: 'directory' as const } },
    ...NAMES.map((name) => tarFile(FOLDER + name, bodies.get(name)!)),
    tarFile(`${FOLDER}readme.html`, '<html>'),
  ];
  const bytes = new Uint8Array(gzipSync(await packTar(change(entries)), { level: 1 }));
  return { bytes, sums: sumsOf(bytes, bodies, count) };
}

/** The sprite's two files with the same images in the same order, its rows filtered by all of PNG's filters in turn. */
export function cifar10Sprite(
  count: number,
  bodyOf: (file: number, count: number) => Bytes = records,
): { images: Bytes; labels: Bytes; sums: Cifar10Sums } {
  const bodies = new Map(SORTED.map((name, file) => [name, bodyOf(file, count)]));
  const labels = new Uint8Array(SORTED.length * count * 10);
  const rows = new Uint8Array(SORTED.length * count * (1 + 3 * PIXELS));
  let row = 0;
  for (const body of bodies.values())
    for (let start = 0; start < body.length; start += RECORD_BYTES, row++) {
      labels[row * 10 + body[start]!] = 1;
      const out = row * (1 + 3 * PIXELS) + 1;
      for (let i = 0; i < 3 * PIXELS; i++)
        rows[out + i] = body[start + 1 + (i % 3) * PIXELS + Math.trunc(i / 3)]!;
    }
  const images = png(PIXELS, row, filtered(rows, 3 * PIXELS));
  return { images, labels, sums: sumsOf(new Uint8Array(), bodies, count) };
}

/** Rows, each with a byte before it for its filter, which are filtered in place, from the last to the first. */
function filtered(rows: Bytes, length: number): Bytes {
  for (let start = rows.length - length - 1; start >= 0; start -= length + 1) {
    const filter = (start / (length + 1)) % 3;
    rows[start] = filter;
    const back = filter === 1 ? 3 : length + 1;
    if (filter === 0 || (filter === 2 && start === 0)) continue;
    for (let i = start + length; i > start; i--)
      if (filter === 2 || i - start > 3) rows[i]! -= rows[i - back]!;
  }
  return rows;
}

function png(width: number, height: number, rows: Bytes): Bytes {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const data = deflateSync(rows, { level: 1 });
  const middle = data.length >> 1;
  return new Uint8Array(
    Buffer.concat([
      Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
      chunk('IHDR', header),
      chunk('IDAT', data.subarray(0, middle)),
      chunk('IDAT', data.subarray(middle)),
      chunk('IEND', Buffer.alloc(0)),
    ]),
  );
}

/** Without its checksum, which is not read. */
function chunk(type: string, data: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return Buffer.concat([length, Buffer.from(type), data, Buffer.alloc(4)]);
}

export function memoryStore(): { files: Map<string, Bytes>; store: DataStore } {
  const files = new Map<string, Bytes>();
  return {
    files,
    store: {
      write: async (name, bytes) => void files.set(name, bytes),
      remove: async (name) => void files.delete(name),
    },
  };
}
