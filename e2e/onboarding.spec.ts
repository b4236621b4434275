/** What helps a first visitor: the words of the paper. */
import { expect } from '@playwright/test';
import { notice, sharedPage, test } from './lab.ts';

const lab = sharedPage({ reducedMotion: 'reduce' });

test('a link opens the glossary at a term, and the term leads to its figure', async () => {
  const page = lab();
  await page.goto('./#page=glossary.gradient-predictiveness');
  const term = page.getByRole('article', { name: 'Gradient predictiveness' });
  await expect(term).toBeFocused();
  await expect(term.locator('math')).toBeVisible();
  await page
    .getByRole('navigation', { name: 'Terms' })
    .getByRole('link', { name: 'Noisy BatchNorm' })
    .click();
  await expect(page.getByRole('article', { name: 'Noisy BatchNorm' })).toBeFocused();
  expect(page.url()).toContain('noisy-batchnorm');
  await page.goBack();
  await expect(term).toBeFocused();
  await term.getByRole('link', { name: 'Gradient predictiveness' }).click();
  await expect(page.getByRole('figure', { name: 'Gradient predictiveness' })).toBeFocused();
});

test('every term leads to something that is there, and a term that is not is named', async () => {
  const page = lab();
  await page.goto('./#page=glossary.nonsense');
  await expect(notice(page, 'link')).toContainText('The glossary has no term “nonsense”.');
  const places = new Set(await page.locator('.term p.sub a').allTextContents());
  expect(places.size).toBeGreaterThan(5);
  for (const place of places) {
    await page.locator('.term p.sub').getByRole('link', { name: place, exact: true }).first().click();
    const shown =
      place === 'Theory' ? page.getByRole('tab').first() : page.locator('main [tabindex="-1"]:focus');
    await expect(shown, place).toBeVisible();
    await page.goBack();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('What the words mean');
  }
});
