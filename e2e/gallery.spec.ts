import { expect } from '@playwright/test';
import { TALL, test } from './lab.ts';

test.use({ viewport: TALL });

test('the first visit finds the default experiment’s recorded run, and nothing runs', async ({ page }) => {
  await page.goto('./');
  await expect(page.locator('.run')).toContainText('Recorded on');
  const loss = page.locator('figure', { hasText: 'Training loss' });
  await expect(loss.locator('path').first()).toBeAttached();
  await expect(page.locator('.claims').first()).toContainText('Agrees');
  expect(await page.evaluate(() => window.normscape.record())).toBeNull();

  await page.evaluate(async () => {
    await window.normscape.ready;
    await window.normscape.step(1);
  });
  await expect(page.locator('.recorded').first()).toBeAttached();
  await expect(page.locator('figcaption').first()).toContainText('Thin lines: recorded on');
});

test('a page served without its gallery works as well', async ({ page }) => {
  await page.route('**/runs/index.json', (route) => route.fulfill({ status: 200, body: 'no index' }));
  await page.goto('./');
  await page.evaluate(() => window.normscape.ready);
  await expect(page.locator('.run')).not.toContainText('Recorded on');
});
