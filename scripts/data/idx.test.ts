import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { readIdx } from './idx.ts';

const folder = mkdtempSync(join(tmpdir(), 'idx-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Two images of 1x3, after magic number and dimensions. */
const GOOD = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6];

function file(name: string, bytes: number[] | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, Uint8Array.from(bytes));
  return path;
}

describe('readIdx', () => {
  it('gives the numbers of a plain and of a compressed file', () => {
    expect([...readIdx(file('plain', GOOD), [2, 1, 3])]).toEqual([1, 2, 3, 4, 5, 6]);
    file('packed.gz', gzipSync(Uint8Array.from(GOOD)));
    expect([...readIdx(join(folder, 'packed'), [2, 1, 3])]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it.each([
    ['a missing file', null, 'Neither'],
    ['a file shorter than its header', GOOD.slice(0, 9), 'shorter than its header of 16'],
    ['labels in place of images', [0, 0, 8, 1, ...GOOD.slice(4)], 'begins with 0x00000801'],
    [
      'other dimensions',
      [...GOOD.slice(0, 4), 0, 0, 0, 1, 0, 0, 0, 2, ...GOOD.slice(12)],
      'has the dimensions 1 x 2 x 3; 2 x 1 x 3',
    ],
    ['a cut file', GOOD.slice(0, -1), 'holds 5 numbers; its header promises 6'],
  ])('refuses %s', (name, bytes, words) => {
    const path = bytes ? file(name, bytes) : join(folder, name);
    expect(() => readIdx(path, [2, 1, 3])).toThrow(words);
  });

  it('refuses a damaged archive', () => {
    file('damaged.gz', gzipSync(Uint8Array.from(GOOD)).subarray(0, 20));
    expect(() => readIdx(join(folder, 'damaged'), [2, 1, 3])).toThrow('could not be decompressed');
  });
});
