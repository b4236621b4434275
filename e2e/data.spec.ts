/** Images that are missing, cut or damaged: a message with a retry button, nothing half-loaded, and the retry works. */
import { expect, type Page } from '@playwright/test';
import { announcement, button, expectNothingStarted, notice, openLab, recordOf, test } from './lab.ts';

const LINK = '#v=1&net=vgg:4-M&variants=batch&batch=8&steps=4&every=2&train=4000&test=100&ics=2&fine=';
const SHARD = '**/data/fashion-mnist/train-01.shard';

test.use({ expectedErrors: [/Failed to load resource/] });

async function start(page: Page): Promise<void> {
  await openLab(page, LINK);
  await button(page, 'Run').click();
}

/** The message says what was found; nothing was kept of the run. */
async function expectProblem(page: Page, kind: string, message: string | RegExp): Promise<void> {
  await expect(notice(page, kind)).toContainText(message);
  await expect(notice(page, kind)).toHaveAttribute('role', 'alert');
  await expect(announcement(page)).toHaveText('Stopped at step 0 by a problem.');
  await expectNothingMeasured(page);
}

async function expectNothingMeasured(page: Page): Promise<void> {
  expect(await page.evaluate(() => window.normscape.record())).toBeNull();
  await expect(page.getByText('The bands appear here as the networks train.').first()).toBeVisible();
}

/** What was wrong has gone: “Try again” loads what is missing, trains and takes the message away. */
async function expectRetryWorks(page: Page, kind: string): Promise<void> {
  await page.unrouteAll();
  await notice(page, kind).getByRole('button', { name: 'Try again' }).click();
  await expect(announcement(page)).toHaveText('Finished at step 4.', { timeout: 300_000 });
  await expect(notice(page, kind)).toBeHidden();
  expect((await recordOf(page)).variants[0]!.status).toBe('finished');
}

test('a missing shard', async ({ page }) => {
  await page.route(SHARD, (route) => route.fulfill({ status: 404 }));
  await start(page);
  await expectProblem(
    page,
    'data-missing',
    'train-01.shard is not on the server: it answered with status 404.',
  );
  await page.setViewportSize({ width: 390, height: 844 });
  const retry = await notice(page, 'data-missing').getByRole('button', { name: 'Try again' }).boundingBox();
  expect(retry!.width, 'the words are legible on a phone').toBeGreaterThan(60);
  await expectRetryWorks(page, 'data-missing');
});

test('a missing shard, where the server answers with its page', async ({ page }) => {
  await page.route(SHARD, (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }));
  await start(page);
  await expectProblem(page, 'data-missing', 'it answered with a web page');
});

test('a shard that is cut', async ({ page }) => {
  await page.route(SHARD, async (route) => {
    const body = await (await route.fetch()).body();
    await route.fulfill({ body: body.subarray(0, 1000) });
  });
  await start(page);
  await expectProblem(
    page,
    'data-corrupt',
    /train-01\.shard is cut: 1,000 bytes came, [\d,]+ were expected\./,
  );
  await expectRetryWorks(page, 'data-corrupt');
});

test('a shard with one wrong byte, which is fetched once more before it is given up', async ({ page }) => {
  let requests = 0;
  await page.route(SHARD, async (route) => {
    requests++;
    const body = await (await route.fetch()).body();
    body[body.length >> 1]! ^= 1;
    await route.fulfill({ body });
  });
  await start(page);
  await expectProblem(page, 'data-corrupt', 'train-01.shard is corrupted: its sha256 sum begins with');
  expect(requests).toBe(2);
  await expectRetryWorks(page, 'data-corrupt');
});

test('a shard that is damaged once does not stop the run', async ({ page }) => {
  let isFirst = true;
  await page.route(SHARD, async (route) => {
    if (!isFirst) return route.continue();
    isFirst = false;
    return route.fulfill({ body: 'no shard' });
  });
  await start(page);
  await expect(announcement(page)).toHaveText('Finished at step 4.', { timeout: 300_000 });
  await expect(page.locator('.notice')).toHaveCount(0);
});

test('a server that does not answer', async ({ page }) => {
  await page.route('**/manifest.json', (route) => route.abort('connectionrefused'));
  await start(page);
  await expectProblem(page, 'data-network', 'manifest.json could not be loaded: 4 attempts failed');
  await expectRetryWorks(page, 'data-network');
});

test('images are loaded with a progress bar, and a reset stops loading', async ({ page }) => {
  let deliver = (): void => {};
  const held = new Promise<void>((resolve) => {
    deliver = resolve;
  });
  await page.route(SHARD, async (route) => {
    await held;
    await route.continue().catch(() => undefined);
  });
  await start(page);
  await expect(page.getByText('Loading images')).toBeVisible();
  await expect(page.getByText(/^[\d.]+ [kM]B of [\d.]+ [kM]B$/)).toBeVisible();
  await expect(button(page, 'Preparing')).toBeDisabled();
  await button(page, 'Reset').click();
  await expectNothingStarted(page);
  deliver();
});

test('only the shards that an experiment needs are loaded, and they are kept', async ({ page }) => {
  const loaded: string[] = [];
  page.on('request', (request) => {
    const shard = /[a-z0-9-]+\.shard$/.exec(request.url());
    if (shard) loaded.push(shard[0]);
  });
  await start(page);
  await expect(announcement(page)).toHaveText('Finished at step 4.', { timeout: 300_000 });
  expect(loaded.sort()).toEqual(['test-00.shard', 'train-00.shard', 'train-01.shard']);
  await button(page, 'Run again').click();
  await expect(button(page, 'Pause')).toBeHidden();
  await expect(announcement(page)).toHaveText('Finished at step 4.');
  expect(loaded).toHaveLength(3);
});
