/** Kept runs: every run that ends is listed, compared on the figures, renamed, deleted with undo, taken out and in. */

import { readFile } from 'node:fs/promises';
import { expect } from '@playwright/test';
import { recordFromJson } from '../src/record/json.ts';
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

  const chooser = page.locator('input[type=file]');
  await chooser.setInputFiles({ name: 'copy.json', mimeType: 'application/json', buffer: Buffer.from(json) });
  await expect(rows).toHaveCount(2);
  await chooser.setInputFiles({
    name: 'bad.json',
    mimeType: 'application/json',
    buffer: Buffer.from('{"format":1}'),
  });
  await expect(notice(page, 'import')).toContainText('“bad.json” was not imported.');
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
  await expect(figure(page, 'Loss landscape').locator('figcaption')).toContainText(
    'Thin lines: “copy”, recorded on',
  );
  expect(await page.evaluate(() => window.normscape.record())).toBeNull();
});
