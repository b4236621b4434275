/** Light and dark: the system's choice until the visitor makes another, which is remembered. */
import { expect, type Page } from '@playwright/test';
import { button, openLab, test } from './lab.ts';

/** Whether the page is lighter than its text. */
const isLight = (page: Page): Promise<boolean> =>
  page.evaluate(() => {
    const { backgroundColor, color } = getComputedStyle(document.documentElement);
    const brightness = (text: string): number =>
      text
        .match(/\d+/g)!
        .slice(0, 3)
        .reduce((sum, part) => sum + Number(part), 0);
    return brightness(backgroundColor) > brightness(color);
  });

test('the page follows the system', async ({ page }) => {
  await openLab(page);
  expect(await isLight(page)).toBe(true);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await isLight(page)).toBe(false);
  await expect(button(page, 'Light theme')).toBeVisible();
});

test('a choice is remembered, and can be given back to the system', async ({ page }) => {
  await openLab(page);
  await button(page, 'Dark theme').click();
  expect(await isLight(page)).toBe(false);
  await page.reload();
  expect(await isLight(page)).toBe(false);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.emulateMedia({ colorScheme: 'light' });
  expect(await isLight(page), 'the choice stands against the system').toBe(false);
  await button(page, 'Light theme').press('Enter');
  expect(await isLight(page)).toBe(true);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await isLight(page), 'the system decides again').toBe(false);
});
