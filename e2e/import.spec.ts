/**
 * Data sets that a visitor brings, in the browser's storage. The files are of the real ones' exact formats and lengths;
 * because their images are not the real ones, the page is served an import worker that expects their sums.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Locator, type Page } from '@playwright/test';
import { cifar10Archive, cifar10Sprite, tarFile } from '../src/data/import/testArchives.ts';
import { fashionFiles } from '../src/data/import/testIdx.ts';
import { announcement, button, openLab, panel, test, word } from './lab.ts';
import { expectSums } from './sums.ts';

const link = (data: string): string =>
  `#v=1&data=${data}&net=vgg:4-M&variants=batch&batch=8&steps=4&every=2&train=2000&test=100&ics=2&fine=`;
const SPRITES = 'https://storage.googleapis.com';
const IMPORT_MS = 90_000;

test.use({ expectedErrors: [/Failed to load resource/], expectedOrigins: [SPRITES] });

async function openDataSet(page: Page) {
  await word(page, 'Data set').click();
  return panel(page, 'Data set');
}

/** The classes’ names below their pictures, whose colours are those of the file. */
async function expectPictures(page: Page, labels: string[]): Promise<void> {
  const pictures = page.getByRole('region', { name: 'Training images, one of each class' });
  await expect(pictures.locator('figcaption')).toHaveText(labels);
  for (const label of labels)
    await expect(pictures.getByRole('img', { name: `Training image: ${label}` })).toBeVisible();
  // Row 5, column 9 of the archive's first images, of which red counts rows and green columns.
  const colours = await pictures.locator('canvas').evaluateAll((all) =>
    all.map((canvas) => {
      const { data } = (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(9, 5, 1, 1);
      return [...data];
    }),
  );
  expect(colours).toEqual(labels.map((_, i) => [5, 9, i % 7, 255]));
}

const CLASSES = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'];

async function expectTrains(page: Page): Promise<void> {
  await button(page, 'Run').click();
  await expect(announcement(page)).toHaveText('Finished at step 4.', { timeout: 120_000 });
}

const refusal = (page: Page): Locator => page.locator('.data-import').getByRole('alert');

const keptFiles = (page: Page): Promise<number> =>
  page.evaluate(async () => (await (await caches.open('normscape-data')).keys()).length);

/** Drops a file on the zone as a file manager does. */
async function drop(page: Page, name: string, text: string): Promise<void> {
  const transfer = await page.evaluateHandle(
    ([file, content]) => {
      const data = new DataTransfer();
      data.items.add(new File([content!], file!));
      return data;
    },
    [name, text],
  );
  await page.locator('.data-import').dispatchEvent('drop', { dataTransfer: transfer });
}

/** Drops files of the disk on the zone, by the browser itself. */
async function dropFiles(page: Page, files: string[]): Promise<void> {
  const zone = page.locator('.data-import');
  await zone.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await zone.boundingBox())!;
  const session = await page.context().newCDPSession(page);
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', {
      type,
      x: x + width / 2,
      y: y + height / 2,
      data: { items: [], files, dragOperationsMask: 1 },
    });
  await session.detach();
}

let folder: string;
test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'normscape-import-'));
});
test.afterEach(() => rmSync(folder, { recursive: true }));

/** The path of a new file: browsers read files faster than bytes that a test hands them. */
function fileOf(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** An archive with a path that leaves its folder, made as long as an honest one by a comment in gzip's header (RFC 1952). */
async function hostileArchive(length: number): Promise<Uint8Array> {
  const { bytes } = await cifar10Archive(4, (entries) => [tarFile('../../evil', 'x'), ...entries]);
  const [headerBytes, flags, hasComment] = [10, 3, 16];
  const header = Buffer.from(bytes.subarray(0, headerBytes));
  header[flags] = hasComment;
  const comment = Buffer.alloc(length - bytes.length, 'x');
  comment[comment.length - 1] = 0;
  return Buffer.concat([header, comment, bytes.subarray(headerBytes)]);
}

test('the archive of CIFAR-10: refused when wrong, else shown, trained on, kept and forgotten', async ({
  page,
}) => {
  const { bytes, sums } = await cifar10Archive(10_000);
  await expectSums(page, sums);
  await openLab(page, link('cifar-10'));
  const data = await openDataSet(page);
  await expect(data).toContainText('CIFAR-10 is not in this browser yet.');
  await drop(page, 'cifar-10-binary.tar.gz', 'no archive');
  await expect(refusal(page)).toContainText('This is not cifar-10-binary.tar.gz: it has 10 bytes');
  await data
    .locator('input[type=file]')
    .setInputFiles(fileOf('hostile.tar.gz', await hostileArchive(bytes.length)));
  await expect(refusal(page)).toContainText(
    'The archive holds "../../evil" (file), which CIFAR-10 does not.',
  );
  expect(await keptFiles(page)).toBe(0);

  await dropFiles(page, [fileOf('cifar-10-binary.tar.gz', bytes)]);
  await expect(data.getByRole('progressbar', { name: 'Importing CIFAR-10' })).toBeVisible();
  await expect(data).toContainText('kept in this browser, verified', { timeout: IMPORT_MS });
  await expectPictures(page, CLASSES);
  await page.keyboard.press('Escape');
  await expectTrains(page);

  await page.reload();
  const again = await openDataSet(page);
  await expect(again).toContainText('kept in this browser, verified');
  await expectPictures(page, CLASSES);
  await again.getByRole('button', { name: 'Forget CIFAR-10' }).click();
  await expect(again).toContainText('CIFAR-10 is not in this browser yet.');
  expect(await keptFiles(page)).toBe(0);
});

test('the sprite of CIFAR-10: nothing asked before it is pressed, verified as the archive is', async ({
  page,
}) => {
  const { images, labels, sums } = cifar10Sprite(10_000);
  await expectSums(page, { files: sums.files });
  const asked: string[] = [];
  await page.route(`${SPRITES}/**`, async (route) => {
    const name = route.request().url().split('/').at(-1)!;
    asked.push(name);
    const body = Buffer.from(name.endsWith('.png') ? images : labels);
    await route.fulfill({ body, headers: { 'access-control-allow-origin': '*' } });
  });
  await openLab(page, link('cifar-10'));
  const data = await openDataSet(page);
  await expect(data).toContainText('at most 185 MB');
  const fetchIt = data.getByRole('button', { name: 'Fetch it from storage.googleapis.com' });
  await expect(fetchIt).toBeVisible();
  expect(asked).toEqual([]);
  await fetchIt.click();
  await expect(data).toContainText('kept in this browser, verified', { timeout: IMPORT_MS });
  expect(asked).toEqual(['cifar10_labels_uint8', 'cifar10_images.png']);
  await expectPictures(page, CLASSES);
});

test('the idx files of Fashion-MNIST, where it is not served: MNIST refuses them, and networks train on them', async ({
  page,
}) => {
  await page.route('**/data/fashion-mnist/manifest.json', (route) => route.fulfill({ status: 404 }));
  const files = [...fashionFiles()].map(([name, bytes]) => fileOf(name, bytes));
  await openLab(page, link('mnist'));
  const data = await openDataSet(page);
  await expect(data).toContainText('MNIST is not in this browser yet.');
  await data.locator('input[type=file]').setInputFiles(files);
  await expect(refusal(page)).toContainText('belongs to Fashion-MNIST, not to MNIST', {
    timeout: IMPORT_MS,
  });
  await data.getByRole('radio', { name: /^Fashion-MNIST/ }).check();
  await dropFiles(page, files);
  await expect(data).toContainText('Fashion-MNIST is kept in this browser', { timeout: IMPORT_MS });
  await expect(page.locator('.example-images figcaption').first()).toHaveText('T-shirt/top');
  await page.keyboard.press('Escape');
  await expectTrains(page);
});
