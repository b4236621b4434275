import { gunzipSync } from 'node:zlib';
import type { TarEntry } from 'modern-tar';
import { describe, expect, it } from 'vitest';
import { DataError } from '../problem.ts';
import type { Bytes } from '../shards.ts';
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
  it('becomes shards in the order of the batches, normalised by channel', async () => {
    const { bytes, sums } = await cifar10Archive(2_000);
    const { files, store } = memoryStore();
    const reports: number[] = [];
    const source = { stream: new Blob([bytes]).stream(), bytes: bytes.length };
    const manifest = await importCifar10Archive(source, {
      store,
      sums,
      onProgress: ({ done }) => reports.push(done),
    });
    expect(reports.at(-1)).toBe(bytes.length);
    expect(JSON.parse(new TextDecoder().decode(files.get('manifest.json')))).toEqual(manifest);
    expect(manifest.train.map(({ examples }) => examples)).toEqual(Array(5).fill(2_000));
    expect(manifest.mean[0]).toBeCloseTo(15.5 / 255, 12);
    const contents = [...manifest.train, ...manifest.test].map(({ file }) => gunzipSync(files.get(file)!));
    for (const [file, shard] of contents.entries()) {
      expect(shard).toHaveLength(2_000 * 3_073);
      expect([...shard.subarray(2_000 * 3_072).subarray(3, 6)]).toEqual([3, 4, 5]);
      // Row 5, column 9 of the fifth image.
      const pixel = 4 * 3_072 + 3 * (5 * 32 + 9);
      expect([...shard.subarray(pixel, pixel + 3)]).toEqual([5, 9, 10 * file + 4]);
    }
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
