import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { buildCifar10 } from './cifar10.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'normscape-cifar-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('leaves a folder as it was where the archive is missing or wrong, and says what was found', async () => {
  const target = join(folder, 'cifar-10');
  mkdirSync(target);
  writeFileSync(join(target, 'kept'), '');
  const wrong = join(folder, 'wrong.tar.gz');
  writeFileSync(wrong, 'wrong');
  await expect(buildCifar10(target, join(folder, 'none.tar.gz'))).rejects.toThrow('does not exist');
  await expect(buildCifar10(target, wrong)).rejects.toThrow('it has 5 bytes, not 170,052,171');
  expect(readdirSync(target)).toEqual(['kept']);
  expect(readdirSync(folder).sort()).toEqual(['cifar-10', 'wrong.tar.gz']);
});
