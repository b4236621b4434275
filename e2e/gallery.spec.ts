import { expect, type Page } from '@playwright/test';
import { button, notice, TALL, test, visit } from './lab.ts';

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
  await visit(page);
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

/** Which figures of the saved picture are drawn: those further down are drawn once they come near the screen. */
const drawnIn = (page: Page, place: string): Promise<boolean[]> =>
  page
    .locator(`${place} figure`)
    .evaluateAll((figures) => figures.map((figure) => figure.querySelector('.recharts-surface') !== null));

/** What a visitor reads, and the bands of the first figure, in the saved picture or in the page that takes its place. */
const seenIn = (page: Page, place: string, drawn: boolean[]): Promise<{ text: string; bands: string[] }> =>
  page.locator(place).evaluate((found, isDrawn) => {
    const copy = found.cloneNode(true) as HTMLElement;
    // On a slow machine the page is shorter for a moment, and a figure that the picture leaves empty comes near the screen.
    for (const [i, figure] of copy.querySelectorAll('figure').entries()) if (!isDrawn[i]) figure.remove();
    for (const unseen of copy.querySelectorAll('[popover], [aria-live], dialog, title, desc'))
      unseen.remove();
    const landscape = copy.querySelector('[id$=loss-along-the-gradient]')!;
    const bands = [...landscape.querySelectorAll('path.band')].map((path) => path.getAttribute('d')!);
    return { text: copy.textContent, bands };
  }, drawn);

for (const [layout, width, height] of [
  ['wide', 1440, 1080],
  ['phone', 390, 844],
] as const)
  test(`before the program runs, the page shows what the program will draw: ${layout}`, async ({
    page,
    browser,
    baseURL,
  }) => {
    const still = await browser.newPage({
      baseURL: baseURL!,
      javaScriptEnabled: false,
      viewport: { width, height },
    });
    await still.goto('./');
    await expect(still.locator(`#first-${layout} .run`)).toContainText(/Recorded on .+, \d+ \w+ \d{4}, v\d/);
    await expect(still.locator(`#first-${layout} path.band`).first()).toBeInViewport();
    await still.close();

    // The device is not looked for, so that both are of a page that has not found one yet.
    await page.route(/labWorker/, () => {});
    await page.addInitScript(() => {
      addEventListener('DOMContentLoaded', () => {
        const pictures = document.querySelectorAll('#first-picture > div');
        Object.assign(window, { pictures: [...pictures].map(({ outerHTML }) => outerHTML) });
      });
    });
    await page.setViewportSize({ width, height });
    await visit(page);
    await expect(page.locator('#root .claims').first()).toContainText('Agrees');
    await page.evaluate(() => {
      const saved = document.createElement('template');
      saved.innerHTML = (window as unknown as { pictures: string[] }).pictures.join('');
      const place = Object.assign(document.createElement('div'), { hidden: true });
      place.append(saved.content);
      document.body.append(place);
    });
    const drawn = await drawnIn(page, `#first-${layout}`);
    const saved = await seenIn(page, `#first-${layout}`, drawn);
    expect(saved.bands.length).toBeGreaterThan(0);
    await expect
      .poll(() => seenIn(page, '#root', drawn), { message: 'as saved by `npm run save-picture`' })
      .toEqual(saved);
  });

test('a link does not show the picture of another experiment', async ({ page }) => {
  await page.addInitScript(() => {
    const pictures: string[] = [];
    Object.assign(window, { pictures });
    const watch = (): void => {
      if (document.getElementById('first-picture')?.checkVisibility()) pictures.push(location.href);
      requestAnimationFrame(watch);
    };
    requestAnimationFrame(watch);
  });
  await page.goto('./#page=theory');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Theorem');
  await expect(page.locator('#first-picture')).toHaveCount(0);
  expect(await page.evaluate(() => (window as unknown as { pictures: string[] }).pictures)).toEqual([]);
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
      await visit(page);
      await expect(notice(page, 'gallery')).toContainText('The recorded runs did not load.');
      await expect(page.locator('.run')).not.toContainText('Recorded on');
      await page.evaluate(() => window.normscape.ready);
      await expect(button(page, 'Run')).toBeEnabled();
    });
});
