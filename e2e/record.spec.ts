/** The recorder, as scripts call it: a recording that is killed goes on; the record and the figures are written. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { recordFromJson } from '../src/record/json.ts';
import { MICRO } from './lab.ts';

const LINK = MICRO.replace('steps=30', 'steps=400').replace('every=5', 'every=50');

let folder: string;
test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'normscape-recorder-'));
});
test.afterEach(() => rmSync(folder, { recursive: true }));

interface Recorder {
  child: ChildProcess;
  /** What it has written so far. */
  said: () => string;
  exit: Promise<number | null>;
}

/** In a process group of its own, so that a kill takes its browser along. */
function record(...args: string[]): Recorder {
  const child = spawn('npx', ['tsx', 'scripts/record.ts', ...args], { detached: true });
  let text = '';
  const take = (chunk: Buffer): void => {
    text += chunk;
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  return { child, said: () => text, exit: new Promise((resolve) => child.on('close', resolve)) };
}

test('a recording that is killed goes on, and writes the record and the figures', async () => {
  const out = join(folder, 'run.json');
  const first = record(LINK, '--out', out);
  await expect.poll(first.said, { timeout: 240_000 }).toMatch(/\d\/400 steps/);
  await expect.poll(first.said, { timeout: 180_000 }).toMatch(/[1-9]\d*\/400 steps/);
  process.kill(-first.child.pid!, 'SIGKILL');
  await first.exit;
  expect(existsSync(out)).toBe(false);

  const png = join(folder, 'figures');
  const second = record(LINK, '--out', out, '--png', png);
  expect(await second.exit, second.said()).toBe(0);
  expect(second.said()).toMatch(/goes on at step [1-9]/);
  const reading = recordFromJson(readFileSync(out, 'utf8'));
  expect(reading.ok && reading.record.variants.map(({ status }) => status)).toEqual(
    expect.arrayContaining(['finished']),
  );
  const pictures = readdirSync(png);
  expect(pictures.length).toBeGreaterThan(5);
  for (const name of pictures) expect(readFileSync(join(png, name)).subarray(1, 4).toString()).toBe('PNG');
});

test('wrong arguments are an exit code of 2 and a message', async () => {
  const file = join(folder, 'other.json');
  writeFileSync(file, '{"format":"something"}');
  const asked = [['landscape'], ['no-such-preset', '--out', 'x'], [file, '--out', 'x']];
  await Promise.all(
    asked.map(async (args) => {
      const { exit, said } = record(...args);
      expect(await exit).toBe(2);
      expect(said()).toContain('npm run record --');
    }),
  );
});
