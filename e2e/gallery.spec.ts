import { expect, type Page } from '@playwright/test';
import { button, notice, TALL, test } from './lab.ts';

test.use({ viewport: TALL });

/** What asked for a recorded run's file: a `link` of the page, or its program's `fetch`. */
const initiatorOf = (page: Page, file: string): Promise<string | undefined> =>
  page.evaluate((name) => {
    const loaded = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
    return loaded.find((entry) => entry.name.endsWith(`/runs/${name}`))?.initiatorType;
  }, file);

test('the first visit finds the default experiment’s recorded run, and nothing runs', async ({ page }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.goto('./');
  await expect(page.locator('.run')).toContainText(/Recorded on .+, \d+ \w+ \d{4}, v\d/);
  const loss = page.locator('figure', { hasText: 'Training loss' });
  await expect(loss.locator('path').first()).toBeAttached();
  await expect(page.locator('.claims').first()).toContainText('Agrees');
  expect(await page.evaluate(() => window.normscape.record())).toBeNull();
  // Asked for by the page itself, before its program, and not again by the program.
  for (const file of ['index.json', 'landscape.json']) {
    expect(asked.filter((path) => path === `/runs/${file}`)).toHaveLength(1);
    expect(await initiatorOf(page, file)).toBe('link');
  }

  await page.evaluate(async () => {
    await window.normscape.ready;
    await window.normscape.step(1);
  });
  await expect(page.locator('.recorded').first()).toBeAttached();
  await expect(page.locator('figcaption').first()).toContainText('Thin lines: recorded on');
});

test.describe('a page served without recorded runs says so, and works as well', () => {
  test.use({ expectedErrors: [/404/] });
  const ANSWERS = {
    'not there': { path: '**/runs/index.json', answer: { status: 404 } },
    damaged: { path: '**/runs/landscape.json', answer: { body: '{"format":"normscape-run"' } },
  };
  for (const [name, { path, answer }] of Object.entries(ANSWERS))
    test(name, async ({ page }) => {
      await page.route(path, (route) => route.fulfill(answer));
      await page.goto('./');
      await expect(notice(page, 'gallery')).toContainText('The recorded runs did not load.');
      await expect(page.locator('.run')).not.toContainText('Recorded on');
      await page.evaluate(() => window.normscape.ready);
      await expect(button(page, 'Run')).toBeEnabled();
    });
});
