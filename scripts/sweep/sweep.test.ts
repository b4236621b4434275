import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fromFragment } from '../../src/experiment/permalink.ts';
import { readMergedSweep, sweepPoints } from '../../src/record/sweep.ts';
import { shardOf } from './runs.ts';
import { SMALL_BASE } from './testSweep.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SWEEP = {
  base: SMALL_BASE,
  grid: { learningRate: [0.001, 0.002], variants: [['none'], ['batch']], seed: [1, 2] },
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'normscape-sweep-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const runsIn = (out: string): string[] =>
  existsSync(out) ? readdirSync(out).filter((name) => /^run-.*\.json$/.test(name)) : [];

/** When each run was written, by its file. */
const writtenAt = (out: string): Record<string, number> =>
  Object.fromEntries(runsIn(out).map((name) => [name, statSync(join(out, name)).mtimeMs]));

/** Sweeps until the first run is there, and is killed then. */
async function killedAfterFirstRun(file: string, out: string): Promise<void> {
  // In one process: killed, a launcher would leave the sweep itself behind.
  const sweep = ['--import', 'tsx', 'scripts/sweep.ts', file, '--engine', 'float64', '--out', out];
  const child = spawn(process.execPath, sweep, { cwd: ROOT, stdio: 'ignore' });
  const closed = once(child, 'close');
  while (runsIn(out).length === 0 && child.exitCode === null)
    await new Promise((resolve) => setTimeout(resolve, 2));
  child.kill('SIGKILL');
  expect(await closed).toEqual([null, 'SIGKILL']);
}

/** Runs a command in a shell; gives its exit code. */
function shell(command: string, timeoutMs?: number): Promise<number | null> {
  const child = spawn('bash', ['-c', command], {
    cwd: ROOT,
    stdio: 'ignore',
    timeout: timeoutMs,
    detached: false,
  });
  return new Promise((resolve) => child.on('close', resolve));
}

describe('the points of a sweep', () => {
  it('are every combination, each once, and shards share them out', () => {
    const points = sweepPoints(SWEEP);
    expect(new Set(points.map(({ fragment }) => fragment)).size).toBe(8);
    const shards = ['0/3', '1/3', '2/3'].map((shard) => shardOf(points, shard));
    expect(shards.map(({ length }) => length)).toEqual([3, 3, 2]);
    expect(new Set(shards.flat()).size).toBe(8);
    expect(fromFragment(points[5]!.fragment).experiment).toEqual(points[5]!.experiment);
  });

  it.each([
    [{ grid: { learningRat: [1] } }, 'learningRat'],
    [{ grid: { learningRate: [] } }, 'grid.learningRate'],
    [{ grid: { learningRate: [-1] } }, 'Run 0 of the sweep cannot be run as asked'],
    [{ grid: { seed: Array(1_000).fill(1), steps: Array(1_000).fill(9) } }, 'has 1000000 runs'],
  ])('are refused with the reason: %j', (raw, words) => {
    expect(() => sweepPoints(raw)).toThrow(words);
  });

  it.each(['3/3', '1', 'a/b', '0/0'])('are not shared out as %s', (shard) => {
    expect(() => shardOf([], shard)).toThrow('is no shard');
  });
});

it('is spread by xargs -P, goes on after a kill, makes nothing twice, and merges', async () => {
  const file = join(folder, 'sweep.json');
  const out = join(folder, 'runs');
  writeFileSync(file, JSON.stringify(SWEEP));
  const sweep = `node_modules/.bin/tsx scripts/sweep.ts ${file} --engine float64 --out ${out} --shard`;
  await killedAfterFirstRun(file, out);
  const before = writtenAt(out);
  expect(runsIn(out).length).toBeGreaterThan(0);
  expect(runsIn(out).length).toBeLessThan(8);
  expect(await shell(`seq 0 1 | xargs -P 2 -I{} ${sweep} {}/2`)).toBe(0);
  const all = writtenAt(out);
  expect(Object.keys(all)).toHaveLength(8);
  expect(all).toMatchObject(before);
  expect(await shell(`${sweep} 0/1`)).toBe(0);
  expect(writtenAt(out)).toEqual(all);
  expect(await shell(`node_modules/.bin/tsx scripts/sweep.ts --merge ${out}`)).toBe(0);
  const merged = readMergedSweep(JSON.parse(readFileSync(join(out, 'merged.json'), 'utf8')))!;
  expect(merged.runs).toHaveLength(8);
  const points = sweepPoints(SWEEP).map(({ fragment }) => fragment);
  expect(merged.runs.map(({ fragment }) => fragment).sort()).toEqual(points.sort());
  for (const { status, trainLoss, band, beta } of merged.runs) {
    expect(status).toBe('finished');
    expect(Math.min(trainLoss!, band!, beta!)).toBeGreaterThan(0);
  }
}, 600_000);
