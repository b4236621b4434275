/** axe-core finds nothing serious or critical, in light and in dark, in every state of the page. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import {
  allSettings,
  button,
  configure,
  field,
  MICRO,
  mainButton,
  notice,
  panel,
  runToEnd,
  sharedPage,
  TALL,
  test,
  word,
} from './lab.ts';

const lab = sharedPage({ viewport: TALL, reducedMotion: 'reduce' });

/** What axe finds that keeps people from using the page, or a part of it, in both themes. */
async function expectAccessible(page: Page, part = 'html'): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).include(part).analyze();
    const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    const found = grave.map(
      ({ id, help, nodes }) => `${id}: ${help}\n${nodes.map(({ html }) => `  ${html}`).join('\n')}`,
    );
    expect(found, colorScheme).toEqual([]);
  }
}

test('empty', async () => {
  await expectAccessible(lab());
});

test('finished, with the definitions open', async () => {
  const page = lab();
  await runToEnd(page);
  for (const asked of await page.getByText('About this measurement').all()) await asked.click();
  await expectAccessible(page);
});

test('finished, with values being read', async () => {
  const page = lab();
  await runToEnd(page);
  await page.keyboard.press('ArrowLeft');
  await expect(page.locator('.cursor').first()).toBeVisible();
  await expectAccessible(page);
});

test('settings open, one of them wrong, and a run refused', async () => {
  const page = lab();
  await button(page, 'All settings').click();
  await field(allSettings(page), 'Momentum').fill('7');
  await mainButton(page).click();
  await expect(notice(page, 'refusal')).toBeVisible();
  await expectAccessible(page);
  await button(page, 'Fewer settings').click();
});

test('a link’s notice', async () => {
  const page = lab();
  await configure(page, `${MICRO}&lr=900`);
  await expect(notice(page, 'link')).toBeVisible();
  await expectAccessible(page);
});

for (const name of ['Network', 'Networks', 'Data set', 'Learning rate η'])
  test(`the panel “${name}” open`, async () => {
    const page = lab();
    await word(page, name).first().click();
    await expect(panel(page, name)).toBeVisible();
    await expectAccessible(page, `[id="${await panel(page, name).getAttribute('id')}"]`);
  });

test('the theory', async () => {
  const page = lab();
  await page.getByRole('link', { name: 'Theory', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Theorem 4.1, unit by unit');
  for (const tab of await page.getByRole('tab').all()) {
    await tab.click();
    await expect(page.locator('main math').first()).toBeVisible();
    await expectAccessible(page, 'main');
  }
  await page.getByRole('link', { name: 'Lab', exact: true }).click();
});

test('a stop of the tour', async () => {
  const page = lab();
  await button(page, 'Tour').click();
  await expect(page.locator('.driver-popover')).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
});

test('the list of keys', async () => {
  const page = lab();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await expectAccessible(page, 'dialog');
  await page.keyboard.press('Escape');
});

for (const [name, fragment, heading] of [
  ['glossary', '#page=glossary.internal-covariate-shift', 'What the words mean'],
  ['bench', '#bench', 'How fast is it here?'],
  ['lecture', '#page=lecture.9', 'In how many units does the printed bound hold?'],
] as const)
  test(`the page “${name}”`, async () => {
    const page = lab();
    await page.evaluate((hash) => {
      location.hash = hash;
    }, fragment);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(heading);
    await expectAccessible(page);
    await page.evaluate(() => {
      location.hash = '#v=1';
    });
  });
