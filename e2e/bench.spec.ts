/** The bench page: loaded when it is opened, run on our own engine, stopped, and copied. */
import { expect, type Page } from '@playwright/test';
import { button, openLab, test } from './lab.ts';

/** Files of the page and its workers that were asked for so far. */
function scriptsOf(page: Page): string[] {
  const scripts: string[] = [];
  page.context().on('request', (request) => {
    if (request.url().endsWith('.js')) scripts.push(new URL(request.url()).pathname);
  });
  return scripts;
}

const choice = (page: Page, name: RegExp) => page.getByRole('checkbox', { name });

test('a link opens it, the peers stay away, and our own numbers come out', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const scripts = scriptsOf(page);
  await openLab(page, '#bench');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('How fast is it here?');
  await expect(page).toHaveURL(/#page=bench$/);
  await expect(page.getByText(/in all on this device, an estimate/)).toBeVisible();
  await choice(page, /^TensorFlow/).uncheck();

  await button(page, 'Run the bench').click();
  await expect(page.getByRole('progressbar')).toBeVisible();
  await expect(button(page, 'Run the bench')).toBeVisible({ timeout: 420_000 });
  const steps = page.getByRole('region', { name: 'One training step' });
  await expect(steps.getByRole('row', { name: /^Normscape/ })).toBeVisible();
  await expect(page.getByText(/^In the lab, with minibatches, lockstep/)).toBeVisible();
  expect(scripts.filter((path) => /tfjs|jaxjs/.test(path))).toEqual([]);

  await button(page, 'Copy as JSON').click();
  await expect(page.getByText('Copied as JSON.')).toBeVisible();
  const copied = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
  expect(copied.step.tfjs).toBeNull();
  for (const key of ['jsPerStepMs', 'probeCost', 'matmulPeakGflops', 'achievedGflops'])
    expect(copied[key], key).toBeGreaterThan(0);
  expect(copied.dispatchesPerStep).toBeGreaterThan(20);
  await button(page, 'Copy as Markdown').click();
  const markdown = await page.evaluate(() => navigator.clipboard.readText());
  expect(markdown).toContain('| kernels of our step');
});

test('it can be stopped, and says so', async ({ page }) => {
  await openLab(page, '#page=bench');
  await button(page, 'Run the bench').click();
  await button(page, 'Stop').click();
  await expect(page.locator('.notice[data-kind="bench-stopped"]')).toBeVisible({ timeout: 180_000 });
  await expect(button(page, 'Run the bench')).toBeFocused();
});

test('the first training of a large network says what it measures, and the page lists it', async ({
  page,
}) => {
  await openLab(page, '#v=1&net=vgg:16-M-32&variants=batch&batch=32&steps=1&every=1&train=100&test=0&ics=2');
  await button(page, 'Run').click();
  await expect(page.getByText('Measuring the fastest kernels for this GPU (once)')).toBeVisible();
  await expect(button(page, 'Run again')).toBeVisible({ timeout: 180_000 });
  await page.getByRole('link', { name: 'Bench' }).click();
  await page.getByRole('heading', { name: 'Which kernels does the lab use here?' }).click();
  await expect(page.getByRole('row', { name: /^convolution, 32 × 14×14, 16 → 32/ })).toBeVisible();
});
