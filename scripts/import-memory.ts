/**
 * How much memory the imports of an archive and of a sprite of CIFAR-10's length take in the built page: `npm run import-memory`, after a
 * build, on Linux. Their images are noise of seven bits, so that they are packed about as little as photographs are.
 */
import { randomFillSync } from 'node:crypto';
import {
  createReadStream,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { chromium, type Page } from 'playwright';
import type { Plugin } from 'vite';
import { expectSums } from '../e2e/sums.ts';
import type { Cifar10Sums } from '../src/data/import/cifar10Writer.ts';
import { cifar10Archive, cifar10Sprite } from '../src/data/import/testArchives.ts';
import { SPRITE_FOLDER } from '../src/worker/importMessages.ts';
import { CHROMIUM_FLAGS, ensureChromium } from './chromium.ts';
import { previewBuild } from './previewBuild.ts';

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

/** Where the sprite is asked for in place of Google's servers: a file of the page's own, read as it is sent. */
const SPRITE_PATH = '/sprite/';
const folder = mkdtempSync(join(tmpdir(), 'normscape-memory-'));
const serveSprite: Plugin = {
  name: 'sprite',
  configurePreviewServer({ middlewares }) {
    middlewares.use(SPRITE_PATH, (request, response) => {
      const path = join(folder, basename(request.url!));
      response.writeHead(200, { 'content-length': statSync(path).size });
      createReadStream(path).pipe(response);
    });
  },
};

/** Opens the page, starts an import, and tells what the browser's processes then take. */
async function measure(
  what: string,
  sums: Partial<Cifar10Sums>,
  start: (page: Page) => Promise<void>,
): Promise<void> {
  // A profile on disk, as visitors have: without one, what the page keeps stays in memory as well.
  const profile = mkdtempSync(join(tmpdir(), 'normscape-profile-'));
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: await ensureChromium(),
    args: CHROMIUM_FLAGS,
    serviceWorkers: 'block',
  });
  try {
    const page = await browser.newPage();
    await expectSums(page, sums, [[SPRITE_FOLDER, new URL(SPRITE_PATH, address).href]]);
    await page.goto(`${address}#v=1&data=cifar-10`);
    await page.getByRole('button', { name: /^Data set: / }).click();
    await page.locator('.data-import input[type=file]').waitFor();
    await page.waitForTimeout(5_000);
    const before = memoryBelow();
    let most = before;
    const sampling = setInterval(() => {
      most = Math.max(most, memoryBelow());
    }, SAMPLE_EVERY_MS);
    const startedAt = performance.now();
    await start(page);
    await page.getByText('kept in this browser, verified').waitFor({ timeout: 300_000 });
    clearInterval(sampling);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
    console.log(`${what}: all processes of the browser took ${megabytes(before)} before, at most`);
    console.log(`  ${megabytes(most)} during the import, ${megabytes(most - before)} more; ${seconds} s`);
  } finally {
    await browser.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

const server = await previewBuild({ plugins: [serveSprite] });
const address = server.resolvedUrls!.local[0]!;
try {
  const archive = await cifar10Archive(10_000, undefined, noise);
  const path = join(folder, 'cifar-10-binary.tar.gz');
  writeFileSync(path, archive.bytes);
  await measure(`archive of ${megabytes(archive.bytes.length)}`, archive.sums, (page) =>
    page.locator('.data-import input[type=file]').setInputFiles(path),
  );
  const { images, labels, sums } = cifar10Sprite(10_000, noise);
  writeFileSync(join(folder, 'cifar10_images.png'), images);
  writeFileSync(join(folder, 'cifar10_labels_uint8'), labels);
  await measure(`sprite of ${megabytes(images.length)}`, { files: sums.files }, (page) =>
    page.getByRole('button', { name: /^Fetch it from / }).click(),
  );
} finally {
  await server.close();
  rmSync(folder, { recursive: true });
}
