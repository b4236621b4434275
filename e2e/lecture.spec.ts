/** The lecture, by its keys alone: pages, predictions, answers, full screen, the list of keys. */
import { expect } from '@playwright/test';
import { announcement, openLab, test } from './lab.ts';

test('three pages by the keyboard alone, on a run of this page', async ({ page }) => {
  await openLab(page);
  await page.keyboard.press('Space');
  await expect(announcement(page)).toHaveText('Finished at step 30.', { timeout: 300_000 });
  await page.evaluate(() => {
    location.hash = '#page=lecture.4';
  });
  const question = page.getByRole('heading', { level: 1 });
  const option = (name: RegExp) => page.getByRole('button', { name });
  const figure = page.getByRole('figure');

  await expect(question).toHaveText('Does BatchNorm reduce the shift?');
  await expect(figure).toContainText('Standard');
  await expect(figure).not.toContainText('BatchNorm');
  await page.keyboard.press('2');
  await expect(option(/^2 About the same/)).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('Space');
  await expect(question).toHaveText(/^BatchNorm’s shift is/);
  await expect(figure).toContainText('BatchNorm');
  await expect(page.getByText('your guess')).toBeVisible();
  await page.keyboard.press('1');
  await expect(option(/^2 About the same/), 'a guess stays what it was').toHaveAttribute(
    'aria-pressed',
    'true',
  );

  await page.keyboard.press('Space');
  await expect(question).toHaveText('How wide will BatchNorm’s band be?');
  await expect(page).toHaveURL(/page=lecture&view=5$/);
  await page.keyboard.press('r');
  await expect(question).toHaveText(/^BatchNorm’s loss moves/);
  await page.keyboard.press('r');
  await expect(question).toHaveText('How wide will BatchNorm’s band be?');

  await page.keyboard.press('ArrowLeft');
  await expect(question, 'what was shown stays shown').toHaveText(/^BatchNorm’s shift is/);
  await page.keyboard.press('End');
  await expect(page.getByText('10 of 10')).toBeVisible();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('r');
  await expect(page.getByText(/of 32 units, computed here in float64/)).toBeVisible();

  await page.keyboard.press('f');
  await expect.poll(() => page.evaluate(() => document.fullscreenElement !== null)).toBe(true);
  await page.keyboard.press('f');
  await expect.poll(() => page.evaluate(() => document.fullscreenElement !== null)).toBe(false);
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeHidden();
  // A browser that has just left the full screen may keep the key to itself.
  await expect(async () => {
    await page.keyboard.press('Escape');
    const title = page.getByRole('heading', { level: 1 });
    await expect(title).toHaveText(/^How does batch normalization/, { timeout: 10_000 });
  }).toPass();
});

test('a page without a run says how to get one; all of it is at least 24 px at 1080p', async ({
  browser,
  baseURL,
}) => {
  const context = await browser.newContext({ baseURL: baseURL!, viewport: { width: 1920, height: 1080 } });
  const page = await context.newPage();
  await page.goto('./#v=1&steps=301&page=lecture.2');
  await expect(page.getByText('The run on the page does not show this yet.')).toBeVisible();
  const smallest = await page.evaluate(() => {
    const words = [...document.querySelectorAll<HTMLElement>('.lecture *')].filter(
      (element) =>
        element.checkVisibility() &&
        [...element.childNodes].some(({ nodeType, textContent }) => nodeType === 3 && textContent?.trim()),
    );
    return Math.min(...words.map((element) => Number.parseFloat(getComputedStyle(element).fontSize)));
  });
  expect(smallest).toBeGreaterThanOrEqual(24);
  await context.close();
});

test('every page shows a recorded run where the visitor asked for nothing else', async ({ page }) => {
  await page.goto('./#page=lecture.1');
  for (const number of [2, 3, 8, 10]) {
    await page.evaluate((shown) => {
      location.hash = `#page=lecture.${shown}`;
    }, number);
    await expect(page.getByText(`${number} of 10`)).toBeVisible();
    await expect(page.getByText('The run on the page does not show this yet.')).toBeHidden();
    await expect(page.getByText(/Recorded on/)).toBeVisible();
  }
  // The theorem's page draws none.
  await page.evaluate(() => {
    location.hash = '#page=lecture.9';
  });
  await expect(page.getByText('Computed here, without a run')).toBeVisible();
});
