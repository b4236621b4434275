import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cifar10Archive, sha256 } from '../../src/data/import/testArchives.ts';
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

it('is a command, which says what was wrong and how it is called, and fails then', () => {
  const wrong = join(folder, 'wrong.tar.gz');
  writeFileSync(wrong, 'wrong');
  const data = (...args: string[]) =>
    spawnSync('node_modules/.bin/tsx', ['scripts/data.ts', ...args], { encoding: 'utf8' });
  const refused = data('cifar10', wrong);
  expect(refused.status).toBe(1);
  expect(refused.stderr).toMatch(/it has 5 bytes, not 170,052,171\.\nNothing of it was kept\./);
  expect(data('cifar').stderr).toContain('Usage: npm run data -- fashion-mnist | cifar10');
}, 60_000);

const small = await cifar10Archive(30);

it('writes shards with their sums from a file, in place of what was there', async () => {
  const target = join(folder, 'cifar-10');
  mkdirSync(target);
  writeFileSync(join(target, 'old.shard'), '');
  const archive = join(folder, 'cifar-10-binary.tar.gz');
  writeFileSync(archive, small.bytes);
  const manifest = await buildCifar10(target, archive, small.sums);
  const shards = [...manifest.train, ...manifest.test];
  expect(readdirSync(target).sort()).toEqual(['manifest.json', ...shards.map(({ file }) => file)].sort());
  for (const shard of shards) expect(sha256(readFileSync(join(target, shard.file)))).toBe(shard.sha256);
  expect(JSON.parse(readFileSync(join(target, 'manifest.json'), 'utf8'))).toEqual(manifest);
  expect(readdirSync(folder).sort()).toEqual(['cifar-10', 'cifar-10-binary.tar.gz']);
});

async function served<T>(answer: RequestListener, use: (address: string) => Promise<T>): Promise<T> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/cifar-10-binary.tar.gz`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('from an address', () => {
  it.each<[string, RequestListener]>([
    ['that says how long the archive is', (_, response) => response.end(small.bytes)],
    [
      'that does not, and redirects first',
      ({ url }, response) => {
        if (url === '/there') return void response.write(small.bytes, () => response.end());
        response.writeHead(302, { location: '/there' }).end();
      },
    ],
  ])('%s', async (_, answer) => {
    const target = join(folder, 'cifar-10');
    const manifest = await served(answer, (address) => buildCifar10(target, address, small.sums));
    expect(readdirSync(target)).toHaveLength(manifest.train.length + manifest.test.length + 1);
  });

  it.each<[string, RequestListener, RegExp]>([
    ['a refusal', (_, response) => response.writeHead(403).end(), /answered with status 403/],
    ['another file', (_, response) => response.end('<html>'), /it has 6 bytes, not/],
    [
      'half of the file',
      (_, response) => {
        response.writeHead(200, { 'content-length': small.bytes.length });
        response.write(small.bytes.subarray(0, 5_000), () => response.destroy());
      },
      /could not be unpacked/,
    ],
  ])('nothing is written after %s', async (_, answer, message) => {
    const target = join(folder, 'cifar-10');
    const building = served(answer, (address) => buildCifar10(target, address, small.sums));
    await expect(building).rejects.toThrow(message);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('that does not answer', async () => {
    const address = await served(
      () => {},
      async (url) => url,
    );
    await expect(buildCifar10(join(folder, 'cifar-10'), address, small.sums)).rejects.toThrow(
      /could not be fetched: connect ECONNREFUSED/,
    );
  });
});
