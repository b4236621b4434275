import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { packTar, type TarEntry } from 'modern-tar';
import { describe, expect, it } from 'vitest';
import { DATASETS } from '../../experiment/datasets.ts';
import { defaultExperiment } from '../../experiment/settings.ts';
import { loadDataset } from '../dataset.ts';
import { readManifest } from '../manifest.ts';
import { DataError } from '../problem.ts';
import { type Bytes, DataCache } from '../shards.ts';
import { importCifar10Archive } from './cifar10Archive.ts';
import type { Cifar10Sums } from './cifar10Writer.ts';

const BATCHES = [1, 3, 4].map((n) => `data_batch_${n}.bin`);
/** The order of the real archive is not that of the names. */
const NAMES = [...BATCHES, 'test_batch.bin', 'data_batch_5.bin', 'data_batch_2.bin'];
const SORTED = [...NAMES].sort((a, b) => (a < b ? -1 : 1));
const FOLDER = 'cifar-10-batches-bin/';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Record r of file f: label r mod 10; red counts rows, green columns, blue is the file's number. */
function records(file: number, count: number): Bytes {
  const all = new Uint8Array(count * 3073);
  for (let r = 0; r < count; r++) {
    all[r * 3073] = r % 10;
    for (let pixel = 0; pixel < 1024; pixel++) {
      all[r * 3073 + 1 + pixel] = pixel >> 5;
      all[r * 3073 + 1025 + pixel] = pixel & 31;
    }
    all.fill(10 * file + (r % 7), r * 3073 + 2049, (r + 1) * 3073);
  }
  return all;
}

const file = (name: string, body: Bytes | string, more = {}): TarEntry => ({
  header: { name, size: body.length, type: 'file', ...more },
  body,
});

/** An archive in the exact format, with the sums that it should have. */
async function archive(count: number, change: (entries: TarEntry[]) => TarEntry[] = (entries) => entries) {
  const bodies = NAMES.map((name) => records(SORTED.indexOf(name), count));
  const entries = [
    { header: { name: FOLDER, size: 0, type: 'directory' as const } },
    ...NAMES.map((name, i) => file(FOLDER + name, bodies[i]!)),
    file(`${FOLDER}readme.html`, '<html>'),
  ];
  const bytes = new Uint8Array(gzipSync(await packTar(change(entries)), { level: 1 }));
  const sums: Cifar10Sums = {
    archiveBytes: bytes.length,
    archiveSha256: sha256(bytes),
    recordsPerFile: count,
    files: Object.fromEntries(SORTED.map((name) => [name, sha256(bodies[NAMES.indexOf(name)]!)])),
  };
  return { bytes, sums };
}

function memoryStore() {
  const files = new Map<string, Bytes>();
  const store = {
    write: async (name: string, bytes: Bytes) => void files.set(name, bytes),
    remove: async (name: string) => void files.delete(name),
  };
  return { files, store };
}

async function refusal(bytes: Bytes, sums: Cifar10Sums): Promise<string> {
  const { files, store } = memoryStore();
  const source = { stream: new Blob([bytes]).stream(), bytes: bytes.length };
  const error = await importCifar10Archive(source, { store, sums }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DataError);
  expect(files.size).toBe(0);
  const { kind, message, hint } = (error as DataError).problem;
  expect(kind).toBe('data-corrupt');
  expect(hint).toContain('Nothing of it was kept');
  return message;
}

describe('an archive of CIFAR-10', () => {
  it('becomes shards that the page trains on, in the order of the batches, normalised by channel', async () => {
    const { bytes, sums } = await archive(10_000);
    const { files, store } = memoryStore();
    const reports: number[] = [];
    const source = { stream: new Blob([bytes]).stream(), bytes: bytes.length };
    await importCifar10Archive(source, { store, sums, onProgress: ({ done }) => reports.push(done) });
    expect(reports.at(-1)).toBe(bytes.length);
    const manifest = readManifest(new TextDecoder().decode(files.get('manifest.json')), DATASETS['cifar-10']);
    expect(manifest.mean[0]).toBeCloseTo(15.5 / 255, 12);
    const baseUrl = 'https://lab.test/data/';
    const loading = await loadDataset(
      { ...defaultExperiment(), dataset: 'cifar-10', trainExamples: 20_001, testExamples: 3 },
      {
        baseUrl,
        cache: new DataCache(),
        fetch: async (url) => new Response(files.get(url.slice(`${baseUrl}cifar-10/`.length))!),
      },
    );
    if (!loading.ok) throw new Error(loading.problem.message);
    const [x, y] = [new Float32Array(3 * 3072), new Int32Array(3)];
    loading.dataset.train.fill([3, 10_004, 20_000], x, y);
    expect([...y]).toEqual([3, 4, 0]);
    // Row 5, column 9 of the second image, whose file is the second.
    const pixel = 3072 + 3 * (5 * 32 + 9);
    [5, 9, 10 + (4 % 7)].forEach((byte, c) => {
      expect(x[pixel + c]).toBeCloseTo((byte / 255 - manifest.mean[c]!) / manifest.std[c]!, 5);
    });
    loading.dataset.test.fill([0], x.subarray(0, 3072), y.subarray(0, 1));
    expect(x[2]).toBeCloseTo((50 / 255 - manifest.mean[2]!) / manifest.std[2]!, 5);
  });

  it('is refused where a byte is wrong, at its end missing, or where it is another file', async () => {
    const { bytes, sums } = await archive(4);
    const other = { ...sums, files: { ...sums.files, 'data_batch_3.bin': 'a'.repeat(64) } };
    expect(await refusal(bytes, other)).toMatch(/data_batch_3\.bin is corrupted: its sha256/);
    expect(await refusal(bytes, { ...sums, archiveSha256: 'b'.repeat(64) })).toMatch(/archive is corrupted/);
    const cut = bytes.slice(0, bytes.length >> 1);
    expect(await refusal(cut, sums)).toMatch(/This is not cifar-10-binary.tar.gz: it has/);
    expect(await refusal(cut, { ...sums, archiveBytes: cut.length })).toMatch(/could not be unpacked|cut/);
    const text = new TextEncoder().encode('no archive at all');
    expect(await refusal(text, { ...sums, archiveBytes: text.length })).toMatch(/could not be unpacked/);
  });

  it.each<[string, (entries: TarEntry[]) => TarEntry[], RegExp]>([
    [
      'holds paths outside its folder',
      (all) => [file('../../evil', 'x'), ...all],
      /holds "\.\.\/\.\.\/evil"/,
    ],
    [
      'holds a path through its folder',
      (all) => [file(`${FOLDER}../x.bin`, 'x'), ...all],
      /which CIFAR-10 does not/,
    ],
    [
      'holds a link',
      (all) => [
        { header: { name: `${FOLDER}test_batch.bin`, size: 0, type: 'symlink', linkname: '/etc/passwd' } },
        ...all,
      ],
      /\(symlink\)/,
    ],
    ['holds a file twice', (all) => [all[1]!, ...all], /data_batch_1\.bin twice/],
    ['lacks a batch', (all) => all.filter(({ header }) => !header.name.includes('h_4')), /hold data_batch_4/],
    [
      'has a batch of another size',
      (all) => [file(`${FOLDER}test_batch.bin`, records(0, 3)), ...all],
      /test_batch\.bin has 9,219 bytes, not 12,292/,
    ],
    [
      'unpacks to far more than it should',
      (all) => [
        file(`${FOLDER}readme.html`, new Uint8Array(90_000)),
        ...all,
        ...Array(4).fill(all.at(-1)),
        file(`${FOLDER}readme.html`, new Uint8Array(90_000)),
      ],
      /unpacks to more than 86,044 bytes/,
    ],
  ])('is refused where it %s', async (_, change, message) => {
    const { bytes, sums } = await archive(4, change);
    expect(await refusal(bytes, sums)).toMatch(message);
  });
});
