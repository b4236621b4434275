import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DATASETS } from '../../experiment/datasets.ts';
import { readManifest } from '../manifest.ts';
import { DataError } from '../problem.ts';
import type { Bytes } from '../shards.ts';
import { committed } from '../testing.ts';
import { importIdxFiles } from './idxFiles.ts';
import type { IdxDatasetId } from './idxSums.ts';
import { memoryStore, sha256 } from './testArchives.ts';
import { fashionFiles, idx, idxFile } from './testIdx.ts';

const FASHION = fashionFiles();
const TRAIN_IMAGES = 'train-images-idx3-ubyte.gz';
const LABELS = 't10k-labels-idx1-ubyte';

function bring(dataset: IdxDatasetId, given: Map<string, Bytes>) {
  const { files, store } = memoryStore();
  const all = [...given].map(([name, bytes]) => idxFile(name, bytes));
  const reports: number[] = [];
  const onProgress = ({ done }: { done: number }): void => void reports.push(done);
  return { files, reports, done: importIdxFiles(dataset, all, { store, onProgress }) };
}

it('Fashion-MNIST’s own files, under any names, become the data set that the page serves', async () => {
  const renamed = new Map([...FASHION].reverse().map(([, bytes], i) => [`file ${i}`, bytes]));
  const { files, reports, done } = bring('fashion-mnist', renamed);
  await done;
  const [served, brought] = [
    new TextDecoder().decode(committed('fashion-mnist/manifest.json')),
    new TextDecoder().decode(files.get('manifest.json')),
  ].map((text) => readManifest(text, DATASETS['fashion-mnist']));
  const facts = ({ contentsSha256, examples }: { contentsSha256: string; examples: number }) => ({
    contentsSha256,
    examples,
  });
  expect(brought!.train.map(facts)).toEqual(served!.train.map(facts));
  expect(brought!.test.map(facts)).toEqual(served!.test.map(facts));
  expect(brought).toMatchObject({ mean: served!.mean, std: served!.std, classes: served!.classes });
  expect(reports.at(-1)).toBe([...FASHION.values()].reduce((sum, { length }) => sum + length, 0));
});

const labels = FASHION.get(LABELS)!;
const wrongLabel = labels.map((byte, i) => (i === 100 ? (byte + 1) % 10 : byte));

describe('refused, with nothing kept, where', () => {
  it.each<[string, Record<string, Bytes | null>, RegExp]>([
    ['a file is missing', { [LABELS]: null }, /t10k-labels-idx1-ubyte is missing/],
    ['a file comes twice', { again: labels }, /is the second file with the test labels/],
    ['a byte is wrong', { [LABELS]: wrongLabel }, /its sha256 sum begins with .* none of the four/],
    ['a file is cut', { [LABELS]: labels.slice(0, -1) }, /holds 9999 numbers; its header promises 10000/],
    ['a packed file is cut', { [TRAIN_IMAGES]: FASHION.get(TRAIN_IMAGES)!.slice(0, 9_000) }, /unpacked/],
    ['a file is not idx', { [LABELS]: new TextEncoder().encode('<html>') }, /is 6 bytes long|begins with/],
    [
      'a file has other dimensions',
      { [LABELS]: idx([2, 2, 2], new Uint8Array(8)) },
      /of the dimensions 2 x 2 x 2, is damaged or of another data set/,
    ],
    [
      'a few kilobytes unpack to megabytes',
      { [LABELS]: new Uint8Array(gzipSync(new Uint8Array(60_000_000))) },
      /holds more than 47,040,016 bytes/,
    ],
  ])('%s', async (_, change, message) => {
    // The changed ones first: the others need not be read then.
    const others = [...FASHION].filter(([name]) => !(name in change));
    const changed = Object.entries(change).filter((entry): entry is [string, Bytes] => entry[1] !== null);
    const given = new Map([...changed, ...others]);
    const { files, done } = bring('fashion-mnist', given);
    const error = await done.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DataError);
    expect((error as DataError).problem.hint).toContain('Nothing was kept');
    expect((error as DataError).message).toMatch(message);
    expect(files.size).toBe(0);
  });

  it('the files are those of the other data set', async () => {
    const { files, done } = bring('mnist', FASHION);
    await expect(done).rejects.toThrow(`${TRAIN_IMAGES} belongs to Fashion-MNIST, not to MNIST.`);
    expect(files.size).toBe(0);
  });
});

it('takes a data set’s files by their sums alone', async () => {
  const numbers = (count: number): Uint8Array => Uint8Array.from({ length: count }, (_, i) => i % 10);
  const given = new Map<string, Bytes>();
  const sums: Record<string, string> = {};
  for (const [split, count] of [
    ['train', 30],
    ['test', 10],
  ] as const) {
    for (const [part, bytes] of [
      [`${split} images`, idx([count, 28, 28], numbers(count * 784))],
      [`${split} labels`, idx([count], numbers(count))],
    ] as const) {
      given.set(part, bytes);
      sums[part] = sha256(bytes);
    }
  }
  const { files, store } = memoryStore();
  const all = [...given].map(([name, bytes]) => idxFile(name, bytes));
  const manifest = await importIdxFiles('mnist', all, { store, sums: sums as never });
  expect(JSON.parse(new TextDecoder().decode(files.get('manifest.json')))).toEqual(manifest);
  expect(manifest).toMatchObject({
    name: 'MNIST',
    shape: [28, 28, 1],
    train: [{ examples: 30 }],
    test: [{ examples: 10 }],
  });
  expect(manifest.mean[0]).toBeCloseTo(4.5 / 255, 6);
});
