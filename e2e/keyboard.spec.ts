/** The whole lab without a mouse. */
import { expect, type Locator, type Page } from '@playwright/test';
import {
  announcement,
  button,
  configure,
  ENDLESS,
  experimentOf,
  field,
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
async function tabTo(page: Page, control: Locator): Promise<void> {
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    await page.keyboard.press('Tab');
    const outline = await page.evaluate(() => {
      const active = document.activeElement;
      // Between its last control and its first the focus leaves the page.
      return active === document.body ? 'outside' : getComputedStyle(active!).outlineStyle;
    });
    expect(outline, 'the focus is visible').not.toBe('none');
    if (await control.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`${control} was not reached with ${MOST_STOPS} presses of Tab.`);
}

test('a run from the first Tab to the last reading', async () => {
  const page = lab();
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

  await tabTo(page, page.getByRole('slider', { name: 'Time cursor' }));
  await page.keyboard.press('Home');
  await expect(page.getByRole('slider', { name: 'Time cursor' })).toHaveAttribute('aria-valuetext', 'Step 0');

  await tabTo(page, page.getByRole('group', { name: 'Axis' }).getByRole('button', { name: 'Linear' }));
  await page.keyboard.press('Space');
  await expect(page.getByRole('figure', { name: 'Loss along the gradient' })).toContainText('linear scale');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('figure', { name: 'Loss along the gradient' })).toContainText('log scale');
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

test('the link to the set-up is copied, and the focus comes back', async () => {
  const page = lab();
  await tabTo(page, button(page, 'Share'));
  await page.keyboard.press('Enter');
  const copy = page.getByRole('button', { name: 'Copy: Link to the set-up' });
  await expect(copy, 'the panel is loaded when it is opened').toBeVisible();
  await tabTo(page, copy);
  await page.keyboard.press('Enter');
  await expect(panel(page, 'Share').getByRole('status').first()).toHaveText(/^(Copied|Selected)/);
  await page.keyboard.press('Escape');
  await expect(panel(page, 'Share')).toBeHidden();
  await expect(button(page, 'Share')).toBeFocused();
});
