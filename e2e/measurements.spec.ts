/** Measurements that are off at first: one press each turns them on, and after a run every figure of theirs is filled. */
import { readFile } from 'node:fs/promises';
import { expect, type Page } from '@playwright/test';
import { button, experimentOf, figure, openLab, runToEnd, TALL, test } from './lab.ts';

const MICRO_MEASURED = '#v=1&net=vgg:4-M-8-M-8&batch=8&steps=20&every=5&train=1000&test=0&ics=2';
const MARKS = 'path[stroke^="var(--series"], path[fill^="var(--heat"]';

/** Titles and at least so many marks in a network's colour or a map's grey. */
const FIGURES: readonly [title: string, marks: number][] = [
  ['Gradient difference by step size', 3 * 5],
  ['Loss along random directions', 3],
  ['Gradient along random directions', 3],
  ['Layer 1, activations', 3 * 5],
  ['Layer 3, activations', 3 * 5],
  ['Layer 1, mean', 3],
  ['Layer 3, variance', 3],
  ['Gradient norm at step 0', 3],
  ['Weight norm', 6],
  ['Effective learning rate', 6],
  ['Layer 1, weight norm', 3],
  ['Layer 1, effective learning rate', 3],
  ['Sharpness, ours', 3],
  ['Loss around the end point, ours', 3],
  ['Loss on a plane, ours', 3 * 6],
];

async function expectFilled(page: Page): Promise<void> {
  for (const [title, marks] of FIGURES) {
    const one = figure(page, title).first();
    await one.scrollIntoViewIfNeeded();
    await expect.poll(() => one.locator(MARKS).count(), title).toBeGreaterThanOrEqual(marks);
    await expect(one.locator('.reading'), title).toHaveText(/\d.*\.$/);
    await expect(one.locator('header .sub'), title).toHaveText(/./);
  }
}

/** Takes a figure away; resolves with its header and rows, which its table in the page also holds. */
async function takeAway(page: Page, title: string): Promise<string[][]> {
  await button(page, `Take away: ${title}`).first().click();
  const saved = async (format: string): Promise<string> => {
    const downloading = page.waitForEvent('download');
    await button(page, format).click();
    return readFile(await (await downloading).path(), 'latin1');
  };
  const svg = await saved('SVG');
  expect(svg, title).toMatch(/<(path|rect)[^>]*(fill|stroke)="/);
  expect(svg, title).not.toContain('var(--');
  expect((await saved('PNG')).slice(1, 4), title).toBe('PNG');
  const lines = (await saved('CSV')).trim().split('\r\n').slice(2);
  await button(page, 'Table').click();
  const rows = page.locator('.values tbody tr');
  await expect(rows, title).toHaveCount(Math.min(400, lines.length - 1));
  await page.keyboard.press('Escape');
  return lines.map((line) => line.split(','));
}

test('one press each turns measurements on, and the next run fills their figures', async ({ page }) => {
  await page.setViewportSize(TALL);
  await openLab(page, MICRO_MEASURED);
  for (const section of ['distances', 'layer-norms'])
    await page
      .locator(`#${section}`)
      .getByRole('button', { name: /^Show the figures/ })
      .click();
  for (const name of [
    'Probe a random direction',
    'Record activations',
    'Measure sharpness',
    'Measure flatness',
  ])
    await button(page, name).click();
  expect(await experimentOf(page)).toMatchObject({
    randomDirections: 1,
    activationLayers: [1, 2, 3],
    sharpnessIterations: 15,
    flatnessPoints: 13,
  });
  await expect(figure(page, 'Sharpness, ours')).toContainText('The curves appear here');

  const record = await runToEnd(page);
  await expectFilled(page);

  const { sharpness, flatness, activations } = record.variants[1]!;
  expect(sharpness.step).toEqual([0, 5, 10, 15, 20]);
  expect(activations.layers[0]!.mean).toHaveLength(5);
  expect(flatness!.plane).toHaveLength(13);
  await expect(figure(page, 'Sharpness, ours')).toContainText('2 / η = 20');

  const [curveHead, ...curve] = await takeAway(page, 'Sharpness, ours');
  expect(curveHead!.slice(-5)).toEqual(['network', 'seed', 'step', 'value', 'label']);
  const ofBatch = curve.filter((row) => row.at(-5) === 'batch');
  expect(new Set(ofBatch.map((row) => row.at(-1)))).toEqual(new Set(['BatchNorm']));
  expect(ofBatch.slice(0, 5).map((row) => Number(row.at(-2)))).toEqual(sharpness.eigenvalue);
  const [ridgeHead, ...ridges] = await takeAway(page, 'Layer 1, activations');
  expect(ridgeHead).toEqual(['network', 'seed', 'step', 'from', 'to', 'share', 'label']);
  const atStart = ridges.filter(([network, , step]) => network === 'batch' && step === '0');
  expect(atStart.reduce((sum, row) => sum + Number(row[5]), 0)).toBeCloseTo(1, 4);
  const [, ...plane] = await takeAway(page, 'Loss on a plane, ours');
  const losses = plane.filter(([network]) => network === 'batch').map(([, , , loss]) => Number(loss));
  expect(losses).toEqual(flatness!.plane.flat());
});

test('a plot that is not over time is read where the pointer is', async ({ page }) => {
  await page.setViewportSize(TALL);
  await openLab(page, MICRO_MEASURED);
  await page
    .locator('#layer-norms')
    .getByRole('button', { name: /^Show the figures/ })
    .click();
  const record = await runToEnd(page);
  const norms = figure(page, 'Gradient norm at step 0');
  await norms.scrollIntoViewIfNeeded();
  const box = (await norms.locator('.pointer-area').boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await expect(norms.locator('.read-out caption')).toHaveText('layer 2');
  const gradient = record.variants[0]!.norms.layers[1]!.gradient[0]!;
  await expect(norms.locator('.read-out td').first()).toHaveText(gradient.toPrecision(3));
});
