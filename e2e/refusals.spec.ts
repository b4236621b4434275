/** What cannot run: a message at the control, nothing started, nothing lost. */
import { expect, type Page } from '@playwright/test';
import {
  allSettings,
  button,
  configure,
  expectNothingStarted,
  experimentOf,
  field,
  notice,
  panel,
  recordOf,
  runToEnd,
  sharedPage,
  TALL,
  test,
  word,
} from './lab.ts';

const lab = sharedPage({ viewport: TALL });

/** Types into a field of the sentence's panel, and leaves the panel open. */
async function enter(page: Page, setting: string, text: string): Promise<void> {
  await word(page, setting).first().click();
  await field(panel(page, setting), setting).fill(text);
  await page.keyboard.press('Enter');
}

/** The message stands at the field, the word is marked, and the button that runs refuses with the same words. */
async function expectRefusal(page: Page, setting: string, message: string): Promise<void> {
  const input = field(panel(page, setting), setting);
  await expect(input).toHaveAttribute('aria-invalid', 'true');
  await expect(panel(page, setting).getByRole('alert').filter({ hasText: message })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(word(page, setting).first()).toHaveAttribute('data-invalid');
  await button(page, 'Run').click();
  await expect(notice(page, 'refusal')).toContainText(message);
  await expect(notice(page, 'refusal')).toContainText('Nothing was started.');
  await expectNothingStarted(page);
}

test('a learning rate of 900', async () => {
  const page = lab();
  await enter(page, 'Learning rate η', '900');
  await expectRefusal(page, 'Learning rate η', 'Learning rate η must be at most 10; 900 was asked for.');
  expect((await experimentOf(page)).learningRate, 'the last usable value').toBe(0.1);
  await word(page, 'Learning rate η').click();
  await expect(field(panel(page, 'Learning rate η'), 'Learning rate η')).toHaveValue('900');
  await field(panel(page, 'Learning rate η'), 'Learning rate η').fill('0.2');
  await page.keyboard.press('Enter');
  await expect(notice(page, 'refusal')).toBeHidden();
  await expect(word(page, 'Learning rate η')).not.toHaveAttribute('data-invalid');
});

test('a text where a number belongs', async () => {
  const page = lab();
  await enter(page, 'Steps', 'many');
  await expectRefusal(page, 'Steps', 'Steps must be a number from 1 to 100,000; found “many”.');
});

test('a minibatch larger than the data', async () => {
  const page = lab();
  await enter(page, 'Batch size', '4096');
  await expectRefusal(page, 'Batch size', 'A minibatch of 4,096 is larger than the 2,000 training examples.');
});

test('a network that pools below 1x1', async () => {
  const page = lab();
  await enter(page, 'Network', 'vgg:4-M-4-M-4-M-4-M-4-M-4-M');
  await expectRefusal(page, 'Network', 'The network pools below 1x1: after 5 poolings');
});

test('a network that is none', async () => {
  const page = lab();
  await enter(page, 'Network', 'resnet');
  await expectRefusal(page, 'Network', 'The network “resnet” could not be read.');
});

test('the same network twice', async () => {
  const page = lab();
  await enter(page, 'Networks', 'none, batch, none');
  await expectRefusal(page, 'Networks', '“none” is asked for twice; once is enough.');
  expect((await experimentOf(page)).variants).toEqual(['none', 'batch', 'noisy-batch']);
});

test('the same network twice in other words', async () => {
  const page = lab();
  await enter(page, 'Networks', 'none, none@0.1');
  await expectRefusal(page, 'Networks', '“none@0.1” is the same network as another in the list. Remove one.');
});

test('more memory than the device has', async () => {
  const page = lab();
  await configure(page, '#v=1&net=vgg:512-512&batch=4096');
  await button(page, 'Run').click();
  await expect(notice(page, 'refusal')).toContainText(
    /This experiment needs about [\d.]+ GB; this device offers/,
  );
  await expect(notice(page, 'refusal')).toContainText(
    /Nothing was started\. Reduce the batch size: \d+ would fit\./,
  );
  await expectNothingStarted(page);
});

test('a layer that the network does not have, shown among all settings', async () => {
  const page = lab();
  await button(page, 'All settings').click();
  await field(allSettings(page), 'Layers for covariate shift').fill('3, 9');
  await page.keyboard.press('Enter');
  const message = 'Layer 9 was asked for, but the network has 4 layers.';
  await expect(allSettings(page).getByText(message)).toBeVisible();
  await button(page, 'Fewer settings').click();
  await button(page, 'Run').click();
  await expect(notice(page, 'refusal')).toContainText(message);
  await expectNothingStarted(page);
  await button(page, 'Show settings').click();
  await expect(field(allSettings(page), 'Layers for covariate shift')).toBeFocused();
  await button(page, 'Fewer settings').click();
});

test('a refusal after a run keeps its record and its curves', async () => {
  const page = lab();
  const before = await runToEnd(page);
  await enter(page, 'Learning rate η', '-1');
  await page.keyboard.press('Escape');
  await button(page, 'Run again').click();
  await expect(notice(page, 'refusal')).toContainText(
    'Learning rate η must be at least 1e-9; -1 was asked for.',
  );
  expect(await recordOf(page)).toEqual(before);
  await expect(page.getByText('The bands appear here as the networks train.')).toHaveCount(0);
});
