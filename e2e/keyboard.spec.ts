/** The whole lab without a mouse. */
import { expect, type Locator, type Page } from '@playwright/test';
import {
  announcement,
  button,
  configure,
  ENDLESS,
  experimentOf,
  field,
  figure,
  mainButton,
  panel,
  recordOf,
  sharedPage,
  stepsDone,
  test,
  word,
} from './lab.ts';

const lab = sharedPage();
const MOST_STOPS = 80;

/** Presses Tab until a control has the focus, and looks whether each stop on the way shows that it has it. */
async function tabTo(page: Page, control: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    await page.keyboard.press(key);
    const outline = await page.evaluate(() => {
      const active = document.activeElement!;
      const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(active);
      // Between its last control and its first the focus leaves the page.
      if (active === document.body) return 'outside';
      const isSeen = Number.parseFloat(outlineWidth) >= 1 && !/transparent|, 0\)|\/ 0\)/.test(outlineColor);
      return isSeen ? outlineStyle : 'none';
    });
    expect(outline, 'the focus is visible').not.toBe('none');
    if (await control.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`${control} was not reached with ${MOST_STOPS} presses of ${key}.`);
}

/** Chooses a learning rate and runs. */
async function setUpAndRun(page: Page): Promise<void> {
  await tabTo(page, word(page, 'Learning rate η'));
  await page.keyboard.press('Enter');
  await expect(field(panel(page, 'Learning rate η'), 'Learning rate η')).toBeFocused();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('0.05');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  expect((await experimentOf(page)).learningRate).toBe(0.05);
  await tabTo(page, mainButton(page));
  await page.keyboard.press('Enter');
  await expect(announcement(page)).toHaveText('Finished at step 30.', { timeout: 300_000 });
}

/** Crosshair, zoom and its reset, axis, table of values. */
async function readFigures(page: Page): Promise<void> {
  const cursor = page.getByRole('slider', { name: 'Time cursor' });
  await tabTo(page, cursor);
  await page.keyboard.press('Home');
  await expect(cursor).toHaveAttribute('aria-valuetext', 'Step 0');
  await page.keyboard.press('ArrowRight');
  await expect(cursor, 'one probe on').toHaveAttribute('aria-valuetext', 'Step 5');
  const zoom = page.getByRole('group', { name: 'Zoom' });
  await page.keyboard.press('+');
  await expect(zoom).toContainText(/Steps \d+ – \d+/);
  await page.keyboard.press('0');
  await expect(zoom).toBeHidden();
  await page.keyboard.press('+');
  await tabTo(page, button(page, 'Show all steps'));
  await page.keyboard.press('Enter');
  await expect(zoom).toBeHidden();

  const landscape = figure(page, 'Loss along the gradient');
  await tabTo(page, page.getByRole('group', { name: 'Axis' }).getByRole('button', { name: 'Linear' }));
  await page.keyboard.press('Space');
  await expect(landscape).toContainText('linear scale');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(landscape).toContainText('log scale');

  const takeAway = button(page, 'Take away: Loss along the gradient');
  await tabTo(page, takeAway);
  await page.keyboard.press('Enter');
  await expect(button(page, 'Table')).toBeVisible();
  await tabTo(page, button(page, 'Table'));
  await page.keyboard.press('Enter');
  await expect(page.locator('.values tbody tr').first()).toContainText('Standard');
  await page.keyboard.press('Escape');
  await expect(takeAway).toBeFocused();
}

/** Into the lecture, an answer of the run revealed, full screen, the list of keys, and back. */
async function lecture(page: Page): Promise<void> {
  const title = page.getByRole('heading', { level: 1 });
  await tabTo(page, page.getByRole('link', { name: 'Lecture', exact: true }), 'Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByText('1 of 10')).toBeVisible();
  for (let shown = 2; shown <= 6; shown++) {
    await page.keyboard.press('ArrowRight');
    await expect(page.getByText(`${shown} of 10`)).toBeVisible();
  }
  await page.keyboard.press('ArrowLeft');
  await expect(title).toHaveText('How wide will BatchNorm’s band be?');
  await page.keyboard.press('3');
  await page.keyboard.press('Space');
  await expect(title).toHaveText(/^BatchNorm’s loss moves/);
  await expect(page.locator('.lecture-number strong')).toHaveText(/^[\d.,]+×$/);
  await expect(page.getByRole('figure')).toContainText('BatchNorm');
  await tabTo(page, button(page, 'Next page'));

  const isFull = () => page.evaluate(() => document.fullscreenElement !== null);
  await page.keyboard.press('F');
  await expect.poll(isFull).toBe(true);
  await page.keyboard.press('F');
  await expect.poll(isFull).toBe(false);
  const keys = page.getByRole('dialog', { name: 'Keys' });
  await page.keyboard.press('?');
  await expect(keys).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(keys).toBeHidden();
  // A browser that has just left the full screen may keep the key to itself.
  await expect(async () => {
    await page.keyboard.press('Escape');
    await expect(title).toHaveText(/^How does batch normalization/, { timeout: 10_000 });
  }).toPass();
}

async function share(page: Page): Promise<void> {
  await tabTo(page, button(page, 'Share'));
  await page.keyboard.press('Enter');
  const copy = page.getByRole('button', { name: 'Copy: Link to the set-up' });
  await expect(copy, 'the panel is loaded when it is opened').toBeVisible();
  const link = panel(page, 'Share').getByLabel('Link to the set-up', { exact: true });
  await expect(link).toHaveValue(/#v=1&net=vgg:4-M-8-M-8&lr=0\.05&/);
  await tabTo(page, copy);
  await page.keyboard.press('Enter');
  await expect(panel(page, 'Share').getByRole('status').first()).toHaveText(/^(Copied|Selected)/);
  await page.keyboard.press('Escape');
  await expect(panel(page, 'Share')).toBeHidden();
  await expect(button(page, 'Share')).toBeFocused();
}

test('a run, its figures, the lecture and a link, from the first Tab to the last', async () => {
  const page = lab();
  await setUpAndRun(page);
  await readFigures(page);
  await lecture(page);
  await share(page);
});

test('Space runs and pauses', async () => {
  const page = lab();
  await configure(page, ENDLESS);
  await page.keyboard.press('Space');
  await expect.poll(() => stepsDone(page)).toBeGreaterThan(3);
  await page.keyboard.press('Space');
  await expect(announcement(page)).toHaveText(/^Paused at step \d+\.$/);
  const reached = await stepsDone(page);
  await page.keyboard.press('Space');
  await expect.poll(() => stepsDone(page)).toBeGreaterThan(reached);
});

test('S takes one step', async () => {
  const page = lab();
  for (const [key, count] of [
    ['s', 1],
    ['S', 2],
  ] as const) {
    await page.keyboard.press(key);
    await expect(announcement(page)).toHaveText(`Paused at step ${count}.`);
  }
  expect((await recordOf(page)).variants.map(({ train }) => train.step)).toEqual([
    [0, 1],
    [0, 1],
    [0, 1],
  ]);
});

test('? lists the keys, and Escape closes the list', async () => {
  const page = lab();
  await page.keyboard.press('?');
  const keys = page.getByRole('dialog', { name: 'Keys' });
  await expect(keys).toBeVisible();
  for (const key of ['Space', 'S', '← →', 'Esc', '1 – 8', '?'])
    await expect(keys.getByText(key, { exact: true })).toBeVisible();
  await page.keyboard.press('s');
  await page.keyboard.press('Escape');
  await expect(keys).toBeHidden();
  expect(await page.evaluate(() => window.normscape.record()), 'keys rest under the list').toBeNull();
});

test('keys of the page rest while a text is typed', async () => {
  const page = lab();
  await word(page, 'Network').press('Enter');
  await field(panel(page, 'Network'), 'Network').focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('s ?12');
  await expect(field(panel(page, 'Network'), 'Network')).toHaveValue('s ?12');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeHidden();
  await page.keyboard.press('Escape');
  await expect(button(page, 'Run')).toBeEnabled();
  expect(await page.evaluate(() => window.normscape.record())).toBeNull();
});

test('Escape closes what is open, wherever the focus is, and nothing else', async () => {
  const page = lab();
  const cursorOf = () => page.getByRole('slider', { name: 'Time cursor' }).getAttribute('aria-valuetext');
  await word(page, 'Learning rate η').click();
  await expect(panel(page, 'Learning rate η')).toBeVisible();
  const before = await cursorOf();
  await word(page, 'Learning rate η').focus();
  await page.keyboard.press('Escape');
  await expect(panel(page, 'Learning rate η')).toBeHidden();
  expect(await cursorOf()).toBe(before);
});
