/** Kept runs: every run that ends is listed, compared on the figures, renamed, deleted with undo, taken out and in. */

import { readFile } from 'node:fs/promises';
import { expect, type Page } from '@playwright/test';
import { recordFromJson, recordToJson } from '../src/record/json.ts';
import type { RunRecord } from '../src/record/record.ts';
import { button, figure, MICRO, notice, openLab, runToEnd, TALL, test } from './lab.ts';

test('a finished run is kept, overlaid, renamed, deleted and brought back, exported and imported', async ({
  page,
}) => {
  await page.setViewportSize(TALL);
  await openLab(page, `${MICRO}&seed=3`);
  const record = await runToEnd(page);
  await page.getByRole('link', { name: 'Runs' }).click();
  const rows = page.locator('.run-table tbody tr');
  await expect(rows).toHaveCount(1);
  const name = page.getByLabel('Name of Untitled');
  await name.fill('First');
  await name.press('Enter');
  await page.reload();
  await expect(page.getByLabel('Name of First')).toHaveValue('First');

  await button(page, 'More: First').click();
  const downloading = page.waitForEvent('download');
  await button(page, 'Export as JSON').click();
  const json = await readFile(await (await downloading).path(), 'utf8');
  expect(recordFromJson(json)).toEqual({ ok: true, record });
  await page.keyboard.press('Escape');

  const chooser = page.locator('input[type=file]');
  const higher: RunRecord = structuredClone(record);
  for (const { train } of higher.variants) train.loss = train.loss.map((loss, i) => loss * (i + 1));
  const [copy, other] = [json, recordToJson(higher)].map((text) => Buffer.from(text));
  await chooser.setInputFiles({ name: 'copy.json', mimeType: 'application/json', buffer: copy! });
  await expect(rows).toHaveCount(2);
  await chooser.setInputFiles({
    name: 'bad.json',
    mimeType: 'application/json',
    buffer: Buffer.from('{"format":1}'),
  });
  await expect(notice(page, 'import')).toContainText('“bad.json” was not imported.');
  await expect(rows).toHaveCount(2);

  await chooser.setInputFiles({ name: 'other.json', mimeType: 'application/json', buffer: other! });
  await expect(rows).toHaveCount(3);
  const curves = (run: string): Promise<(string | null)[]> =>
    rows
      .filter({ has: page.getByLabel(`Name of ${run}`) })
      .locator('.thumbnail polyline')
      .evaluateAll((lines) => lines.map((line) => line.getAttribute('points')));
  const drawn = await curves('First');
  expect(drawn, 'a thumbnail has a curve of each network').toHaveLength(record.variants.length);
  for (const points of drawn) expect(points).toMatch(/^(\d+\.\d,\d+\.\d ?){2,}$/);
  expect(await curves('copy'), 'of the same run').toEqual(drawn);
  for (const [i, points] of (await curves('other')).entries())
    expect(points, 'of another run').not.toBe(drawn[i]);
  await button(page, 'More: other').click();
  await button(page, 'Delete').click();
  await expect(rows).toHaveCount(2);

  await button(page, 'More: copy').click();
  await button(page, 'Delete').click();
  await expect(rows).toHaveCount(1);
  await button(page, 'Undo').click();
  await expect(rows).toHaveCount(2);

  await button(page, 'Compare First').click();
  await button(page, 'Compare copy').click();
  await expect(page.locator('.differences caption')).toContainText('0 of');
  await button(page, 'Overlay on the figures').click();
  await expect(page.locator('.run')).toContainText('“First”, Recorded on');
  await expect(figure(page, 'Loss along the gradient').locator('figcaption')).toContainText(
    'Thin lines: “copy”, recorded on',
  );
  expect(await page.evaluate(() => window.normscape.record())).toBeNull();
});

test('a figure is taken away as SVG, PNG and CSV, a run as a report that opens again, a figure in a frame', async ({
  page,
}) => {
  await page.setViewportSize(TALL);
  await openLab(page, `${MICRO}&scale=linear`);
  const record = await runToEnd(page);
  const saved = async (press: string): Promise<string> => {
    const downloading = page.waitForEvent('download');
    await button(page, press).click();
    return readFile(await (await downloading).path(), 'utf8');
  };
  await button(page, 'Take away: Loss along the gradient').click();
  const svg = await saved('SVG');
  expect(svg).toContain('set-up #v=1&amp;net=vgg:4-M-8-M-8');
  expect(svg).not.toContain('var(--');
  const csv = await saved('CSV');
  const probes = record.variants.reduce((sum, { landscape }) => sum + landscape.step.length, 0);
  expect(csv.trim().split('\r\n')).toHaveLength(3 + probes);
  expect(csv).toMatch(/^noisy-batch,.*,Noisy BatchNorm\r$/m);
  const png = await saved('PNG');
  expect(png.slice(1, 4)).toBe('PNG');
  expect(png).toContain('set-up #v=1&net=vgg:4-M-8-M-8');
  await button(page, 'Table').click();
  await expect(page.locator('.values tbody tr')).toHaveCount(probes);
  await expect(page.locator('.values tbody tr').first()).toContainText('Standard');
  await expect(page.locator('.values')).not.toContainText('noisy-batch');
  const frame = await page.getByLabel('For another page', { exact: true }).inputValue();
  await page.keyboard.press('Escape');

  await button(page, 'Share').click();
  const report = await saved('Report with all figures');
  expect(report.match(/<figure>/g)!.length).toBeGreaterThan(6);
  await page.goto('about:blank');
  await openLab(page, '');
  const file = await page.evaluateHandle((html) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([html], 'report.html', { type: 'text/html' }));
    return transfer;
  }, report);
  await page.dispatchEvent('body', 'drop', { dataTransfer: file });
  await expect(page.locator('.run')).toContainText('“report”, Recorded on');
  await expect(button(page, 'Linear')).toHaveAttribute('aria-pressed', 'true');
  await expect(page.locator('.notice')).toHaveCount(0);

  await page.goto('about:blank');
  await page.goto(/src="([^"]+)"/.exec(frame)![1]!);
  await expect(page.locator('.figure')).toHaveCount(1);
  await expect(page.locator('header.top')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Run it here' })).toBeHidden();
  await expect(figure(page, 'Loss along the gradient').locator('path.band').first()).toBeAttached();
});

/** Whether the browser has stored the sweep that is shown: it is shown at once, and stored a moment later. */
const isSweepKept = (page: Page): Promise<boolean> =>
  page.evaluate(
    () =>
      new Promise<boolean>((resolve) => {
        const opening = indexedDB.open('normscape-sweep');
        opening.onsuccess = () => {
          const { result: database } = opening;
          const count = database.transaction('sweep').objectStore('sweep').count();
          count.onsuccess = () => {
            database.close();
            resolve(count.result > 0);
          };
        };
      }),
  );

test('a merged sweep is opened as heat maps and a table, kept, and each cell opens its set-up', async ({
  page,
}) => {
  const runs = [0.1, 0.5].flatMap((rate) =>
    ['none', 'batch'].map((variant) => ({
      fragment: `${MICRO}&variants=${variant}&lr=${rate}`,
      variant,
      learningRate: rate,
      seed: 1,
      status: variant === 'none' && rate === 0.5 ? 'diverged' : 'finished',
      testAccuracy: 0.5 + rate,
      trainLoss: 1,
      band: rate,
      beta: null,
    })),
  );
  const sweep = { format: 'normscape-sweep', version: 1, runs };
  await openLab(page, '#v=1&page=runs');
  await page.locator('input[type=file]').setInputFiles({
    name: 'merged.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify(sweep)),
  });
  await expect(page.getByRole('heading', { name: 'Sweep “merged.json”' })).toBeVisible();
  await expect.poll(() => isSweepKept(page)).toBe(true);
  await page.reload();
  const cell = page.getByRole('link', { name: 'Test accuracy, %, BatchNorm at 0.1: 60.0' });
  await expect(cell).toBeVisible();
  await expect(page.getByRole('link', { name: 'Standard at 0.5: no value, 1 of 1 diverged' })).toHaveCount(3);
  await page.getByText('All networks in a table').click();
  await button(page, 'Learning rate').click();
  await expect(page.locator('.sweep-table tbody tr').first()).toContainText('0.1');
  await cell.click();
  await expect(page.locator('.run')).toBeVisible();
  const { variants, learningRate } = await page.evaluate(() => window.normscape.experiment());
  expect({ variants, learningRate }).toEqual({ variants: ['batch'], learningRate: 0.1 });
});
