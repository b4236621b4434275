/** The page after its first visit: without a network, under a path of its own, and when a newer version is published. */
import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, expect, type Page } from '@playwright/test';
import { type PreviewServer, preview } from 'vite';
import { button, expectNothingStarted, MICRO, notice, runToEnd, TALL, test, visit } from './lab.ts';

const SHARD = 'data/fashion-mnist/train-00.shard';

let folder: string;
let server: PreviewServer;
let context: BrowserContext;
let page: Page;

test.beforeAll(async ({ browser }) => {
  folder = mkdtempSync(join(tmpdir(), 'normscape-offline-'));
  const built = join(folder, 'dist');
  cpSync('dist', built, { recursive: true });
  server = await preview({
    base: '/some/path/',
    build: { outDir: built },
    preview: { port: 0, strictPort: false },
  });
  context = await browser.newContext({
    baseURL: server.resolvedUrls!.local[0]!,
    serviceWorkers: 'allow',
    viewport: TALL,
  });
  page = await context.newPage();
});

test.afterAll(async () => {
  await context?.close();
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

const isKept = (path: string): Promise<boolean> =>
  page.evaluate(async (url) => Boolean(await caches.match(new URL(url, document.baseURI))), path);

test('after one visit the recorded run is drawn and networks train without a network', async () => {
  await visit(page);
  const manifest = await page.request.get('manifest.webmanifest');
  const { icons, display } = (await manifest.json()) as { icons: { src: string }[]; display: string };
  expect(display).toBe('standalone');
  for (const { src } of icons)
    expect((await page.request.get(src)).headers()['content-type']).toBe('image/png');
  await expect.poll(() => isKept('data/fashion-mnist/test-00.shard'), { timeout: 180_000 }).toBe(true);

  await context.setOffline(true);
  await visit(page, './?utm_source=elsewhere');
  await expect(page.locator('.run')).toContainText('Recorded on');
  await expectNothingStarted(page);
  await page.getByRole('link', { name: 'Theory', exact: true }).click();
  await expect(page.locator('main math').first()).toBeVisible();
  await page.goto(`./${MICRO}`);
  const { variants } = await runToEnd(page);
  expect(variants.map(({ status }) => status)).toEqual(['finished', 'finished', 'finished']);
  await context.setOffline(false);
});

test('a damaged copy of the data is replaced from the server', async () => {
  await page.evaluate(async (path) => {
    const cache = await caches.open('normscape-shards');
    await cache.put(new URL(path, document.baseURI), new Response('damaged'));
  }, SHARD);
  await page.reload();
  const { variants } = await runToEnd(page);
  expect(variants.map(({ status }) => status)).toEqual(['finished', 'finished', 'finished']);
  const length = await page.evaluate(async (path) => {
    const kept = await caches.match(new URL(path, document.baseURI));
    return (await kept!.arrayBuffer()).byteLength;
  }, SHARD);
  expect(length).toBeGreaterThan(100_000);
});

test('a newer version waits until it is asked for', async () => {
  appendFileSync(join(folder, 'dist', 'sw.js'), '\n// newer');
  await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())!.update());
  await expect(notice(page, 'newer-version')).toContainText('A newer version of this page is here.');
  const isStillOpen = page.evaluate(() => Object.assign(window, { isOld: true }).isOld);
  expect(await isStillOpen).toBe(true);
  await notice(page, 'newer-version').getByRole('button', { name: 'Reload' }).click();
  await expect.poll(() => page.evaluate(() => 'isOld' in window).catch(() => true)).toBe(false);
  await expect(button(page, 'Reset')).toBeVisible();
  await expect(notice(page, 'newer-version')).toBeHidden();
});
