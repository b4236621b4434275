/**
 * How much memory the import of an archive of CIFAR-10's length takes in the built page: `npm run import-memory`, after a
 * build, on Linux. Its images are noise of seven bits, so that it is packed about as little as photographs are.
 */
import { randomFillSync } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { preview } from 'vite';
import { expectSums } from '../e2e/sums.ts';
import { cifar10Archive } from '../src/data/import/testArchives.ts';
import { CHROMIUM_FLAGS, ensureChromium } from './chromium.ts';

const RECORD_BYTES = 3073;
const SAMPLE_EVERY_MS = 100;

function noise(_: number, count: number): Uint8Array<ArrayBuffer> {
  const all = randomFillSync(new Uint8Array(count * RECORD_BYTES)).map((byte) => byte & 127);
  for (let r = 0; r < count; r++) all[r * RECORD_BYTES] = r % 10;
  return all;
}

/** Proportional set size of all processes below this one, in bytes. */
function memoryBelow(): number {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    const status = textOf(`/proc/${name}/stat`);
    if (status) parents.set(Number(name), Number(status.slice(status.lastIndexOf(')') + 4).split(' ')[0]));
  }
  const isBelow = (id: number): boolean => {
    const parent = parents.get(id);
    return parent === process.pid || (parent !== undefined && parent > 1 && isBelow(parent));
  };
  return [...parents.keys()]
    .filter(isBelow)
    .map((id) => Number(/^Pss: +(\d+) kB/m.exec(textOf(`/proc/${id}/smaps_rollup`))?.[1] ?? 0) * 1024)
    .reduce((sum, bytes) => sum + bytes, 0);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
const folder = mkdtempSync(join(tmpdir(), 'normscape-memory-'));
const { bytes, sums } = await cifar10Archive(10_000, undefined, noise);
const archive = join(folder, 'cifar-10-binary.tar.gz');
writeFileSync(archive, bytes);
const server = await preview({ preview: { port: 0 } });
const browser = await chromium.launch({ executablePath: await ensureChromium(), args: CHROMIUM_FLAGS });
try {
  const page = await browser.newPage({ serviceWorkers: 'block' });
  await expectSums(page, sums);
  await page.goto(`${server.resolvedUrls!.local[0]!}#v=1&data=cifar-10`);
  await page.getByRole('button', { name: /^Data set: / }).click();
  const field = page.locator('.data-import input[type=file]');
  await field.waitFor();
  await page.waitForTimeout(5_000);
  const before = memoryBelow();
  let most = before;
  const sampling = setInterval(() => {
    most = Math.max(most, memoryBelow());
  }, SAMPLE_EVERY_MS);
  const startedAt = performance.now();
  await field.setInputFiles(archive);
  await page.getByText('kept in this browser, verified').waitFor({ timeout: 300_000 });
  clearInterval(sampling);
  console.log(`archive: ${bytes.length.toLocaleString('en-US')} bytes`);
  console.log(`all processes of the browser, before: ${megabytes(before)}`);
  console.log(`at most, during the import: ${megabytes(most)}, ${megabytes(most - before)} more`);
  console.log(`after: ${megabytes(memoryBelow())}`);
  console.log(`time: ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
} finally {
  await browser.close();
  await server.close();
  rmSync(folder, { recursive: true });
}
