/** The recorder, as scripts call it: a recording that is killed goes on; the record and the figures are written. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { recordGallery } from '../scripts/gallery/gallery.ts';
import { fromFragment, toFragment } from '../src/experiment/permalink.ts';
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

/** A script in a process group of its own, so that a kill takes its browser along. */
function start(script: string, ...args: string[]): Recorder {
  const child = spawn('npx', ['tsx', `scripts/${script}`, ...args], { detached: true });
  let text = '';
  const take = (chunk: Buffer): void => {
    text += chunk;
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  return { child, said: () => text, exit: new Promise((resolve) => child.on('close', resolve)) };
}

const record = (...args: string[]): Recorder => start('record.ts', ...args);

test('a recording of two seeds that is killed goes on, and writes the record and the figures', async () => {
  const out = join(folder, 'run.json');
  const first = record(LINK, '--seeds', '2', '--out', out);
  await expect.poll(first.said, { timeout: 240_000 }).toMatch(/\d\/400 steps/);
  await expect.poll(first.said, { timeout: 180_000 }).toMatch(/[1-9]\d*\/400 steps/);
  process.kill(-first.child.pid!, 'SIGKILL');
  await first.exit;
  expect(existsSync(out)).toBe(false);

  const png = join(folder, 'figures');
  const second = record(LINK, '--seeds', '2', '--out', out, '--png', png);
  expect(await second.exit, second.said()).toBe(0);
  expect(second.said()).toMatch(/goes on at step [1-9]/);
  const reading = recordFromJson(readFileSync(out, 'utf8'));
  const asked = fromFragment(LINK).experiment;
  expect(reading.ok && reading.record.variants.map(({ id, seed, status }) => [id, seed, status])).toEqual(
    [asked.seed, asked.seed + 1].flatMap((seed) => asked.variants.map((id) => [id, seed, 'finished'])),
  );
  const pictures = readdirSync(png);
  expect(pictures.length).toBeGreaterThan(5);
  for (const name of pictures) expect(readFileSync(join(png, name)).subarray(1, 4).toString()).toBe('PNG');
});

test('wrong arguments are an exit code of 2 and a message', async () => {
  const file = join(folder, 'other.json');
  writeFileSync(file, '{"format":"something"}');
  const seeds = (value: string): string[] => ['landscape', '--out', 'x', '--seeds', value];
  const asked = [
    [['landscape'], 'One experiment and --out are needed.'],
    [['no-such-preset', '--out', 'x'], '“no-such-preset” is neither a link'],
    [[file, '--out', 'x'], `${file}: `],
    [seeds('two'), '--seeds is “two”; it must be a whole number from 1 to 10.'],
    [seeds('0'), '--seeds is “0”'],
    [seeds('1000'), '--seeds is “1000”'],
  ] as const;
  for (const [args, message] of asked) {
    const { exit, said } = record(...args);
    expect(await exit).toBe(2);
    expect(said()).toContain(message);
    expect(said()).toContain('npm run record --');
  }
  const gallery = start('gallery.ts', 'landscape', 'no-such-run');
  expect(await gallery.exit).toBe(2);
  expect(gallery.said()).toContain('Not in the gallery: no-such-run. It holds speed, ');
});

test('a gallery is recorded run by run into a folder that lists them', async () => {
  const { experiment } = fromFragment(MICRO.replace('steps=30', 'steps=6'));
  const runs = new Map([
    ['first', experiment],
    ['second', { ...experiment, learningRate: 0.02 }],
  ]);
  await recordGallery(runs, folder, ['second']);
  const index = (): unknown => JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8'));
  const listed = (name: string) => ({ file: `${name}.json`, link: toFragment(runs.get(name)!) });
  expect(index()).toEqual({ version: 1, runs: [listed('second')] });
  const second = readFileSync(join(folder, 'second.json'), 'utf8');
  await recordGallery(runs, folder, []);
  expect(index()).toEqual({ version: 1, runs: [listed('first'), listed('second')] });
  // What was there has not been recorded again.
  expect(readFileSync(join(folder, 'second.json'), 'utf8')).toBe(second);
  const reading = recordFromJson(readFileSync(join(folder, 'first.json'), 'utf8'));
  expect(reading.ok && reading.record.variants.every(({ status }) => status === 'finished')).toBe(true);
});
