import type { TarEntry } from 'modern-tar';
import { describe, expect, it } from 'vitest';
import { DATASETS } from '../../experiment/datasets.ts';
import { defaultExperiment } from '../../experiment/settings.ts';
import { loadDataset } from '../dataset.ts';
import { readManifest } from '../manifest.ts';
import { DataError } from '../problem.ts';
import { type Bytes, DataCache } from '../shards.ts';
import { importCifar10Archive } from './cifar10Archive.ts';
import type { Cifar10Sums } from './cifar10Writer.ts';
import { cifar10Archive, FOLDER, memoryStore, records, tarFile } from './testArchives.ts';

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
    const { bytes, sums } = await cifar10Archive(10_000);
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
    const { bytes, sums } = await cifar10Archive(4);
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
      (all) => [tarFile('../../evil', 'x'), ...all],
      /holds "\.\.\/\.\.\/evil"/,
    ],
    [
      'holds a path through its folder',
      (all) => [tarFile(`${FOLDER}../x.bin`, 'x'), ...all],
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
      (all) => [tarFile(`${FOLDER}test_batch.bin`, records(0, 3)), ...all],
      /test_batch\.bin has 9,219 bytes, not 12,292/,
    ],
    [
      'unpacks to far more than it should',
      (all) => [...Array(4).fill(tarFile(`${FOLDER}readme.html`, new Uint8Array(90_000))), ...all],
      /unpacks to more than 294,232 bytes/,
    ],
  ])('is refused where it %s', async (_, change, message) => {
    const { bytes, sums } = await cifar10Archive(4, change);
    expect(await refusal(bytes, sums)).toMatch(message);
  });
});
