/** What helps a first visitor: the words of the paper, and the tour. */
import { expect, type Page } from '@playwright/test';
import { STOPS } from '../src/ui/tour/stops.ts';
import { button, notice, sharedPage, test, visit } from './lab.ts';

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

const stop = (page: Page) => page.locator('.driver-popover');

test('a first visit is offered the tour, which the keyboard takes from stop to stop and ends', async () => {
  const page = lab();
  // A link has been opened before: it was not interrupted, and nothing was offered over it.
  await expect(button(page, 'Take the tour, under a minute')).toBeHidden();
  await page.goto('about:blank');
  await visit(page);
  await button(page, 'Take the tour, under a minute').press('Enter');
  const titles: string[] = [];
  for (const { title } of STOPS) {
    await expect(stop(page)).toContainText(title);
    await expect(button(page, title === STOPS.at(-1)!.title ? 'Done' : 'Next')).toBeFocused();
    titles.push(title);
    await page.keyboard.press('ArrowRight');
  }
  expect(titles.length).toBe(STOPS.length);
  await expect(stop(page)).toBeHidden();
  expect(await page.evaluate(() => window.normscape.record())).toBeNull();
  await expect(page.locator('.cursor')).toHaveCount(0);

  await page.reload();
  await expect(page.locator('#first-picture')).toHaveCount(0);
  await expect(button(page, 'Take the tour, under a minute')).toBeHidden();
  await button(page, 'Tour').click();
  await expect(stop(page)).toContainText(STOPS[0]!.title);
  await page.keyboard.press('Escape');
  await expect(stop(page)).toBeHidden();
});
