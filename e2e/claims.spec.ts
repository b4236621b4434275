/** The table of claims: before a run, after it, over several seeds, and on a phone. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Locator, type Page } from '@playwright/test';
import type { VariantRecord } from '../src/record/record.ts';
import { button, configure, MICRO, panel, runToEnd, sharedPage, TALL, test } from './lab.ts';

const lab = sharedPage({ viewport: TALL, reducedMotion: 'reduce' });
/** Probes enough for medians, at rates enough to compare. */
const DECIDABLE = `${MICRO.replace('every=5', 'every=3').replace('test=100', 'test=0')}&flat=5`;

const claims = (page: Page): Locator => page.getByRole('complementary', { name: 'What the paper claims' });
const row = (page: Page, statement: string): Locator =>
  claims(page).getByRole('listitem').filter({ hasText: statement });
const verdict = (page: Page, statement: string): Locator => row(page, statement).locator('.verdict');

const median = (values: number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
};
const width = ({ landscape }: VariantRecord): number =>
  median(landscape.lossAt.map((row) => Math.max(...row) - Math.min(...row)));

test('nothing is decided before a run, and every row says what it needs', async () => {
  const page = lab();
  await expect(claims(page).getByText('Nothing has run yet')).toBeVisible();
  const rows = claims(page).getByRole('listitem');
  expect(await rows.count()).toBeGreaterThan(15);
  await expect(claims(page).locator('.verdict:is(.agrees, .disagrees)')).toHaveCount(0);
  await expect(row(page, 'wider range of learning rates')).toContainText('two learning rates or more');
});

test('verdicts are those of the record, one seed is indicative, and the theorems lead to their page', async () => {
  const page = lab();
  await configure(page, DECIDABLE);
  const { variants } = await runToEnd(page);
  const [standard, batch] = variants as [VariantRecord, VariantRecord];
  const start = ({ landscape }: VariantRecord): number => Math.max(...landscape.gradientDifferenceAt[0]!);
  await expect(verdict(page, 'At initialisation')).toHaveText(
    start(batch) > start(standard) ? 'Agrees' : 'Disagrees',
  );
  await expect(verdict(page, 'the loss varies less')).toHaveText(
    width(standard) > width(batch) ? 'Agrees' : 'Disagrees',
  );
  await expect(claims(page).getByText('One seed: indicative.').first()).toBeVisible();
  await expect(claims(page).getByText(/^\d+ agrees?, \d+ disagrees?, \d+ open$/)).toBeVisible();
  await row(page, 'the loss varies less').getByText('How').click();
  await expect(row(page, 'the loss varies less')).toContainText('largest − smallest loss');
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).include('#claims').analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  }
  await expect(row(page, 'In theory').getByRole('link', { name: 'theory page' })).toHaveAttribute(
    'href',
    /page=theory/,
  );
});

test('several seeds are paired, with intervals', async () => {
  const page = lab();
  await configure(page, `${DECIDABLE.replace('steps=30', 'steps=24')}&variants=none,batch&seeds=3`);
  await runToEnd(page);
  await expect(
    claims(page).getByText('3 seeds, paired, with 95% bootstrap intervals.').first(),
  ).toBeVisible();
  await expect(row(page, 'At initialisation')).toContainText(/95% interval .+ to .+ over 3 seeds/);
});

test('on a phone they come last, one tap away, within the screen', async () => {
  const page = lab();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole('link', { name: /^What the paper claims/ }).click();
  await expect(claims(page).getByRole('heading', { name: 'What the paper claims' })).toBeInViewport();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  for (const name of ['Lecture', 'Glossary']) {
    await button(page, 'More pages').click();
    await panel(page, 'More pages').getByRole('link', { name }).click();
    await expect(page).toHaveTitle(new RegExp(`^${name}`));
    await page.evaluate(() => history.back());
    await expect(page).toHaveTitle(/^Normscape/);
  }
  await page.setViewportSize(TALL);
});
