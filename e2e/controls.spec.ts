/** Every kind of control, by mouse and by keyboard: the experiment, the sentence and the link follow it. */
import { expect, type Page } from '@playwright/test';
import {
  allSettings,
  button,
  configure,
  ENDLESS,
  experimentOf,
  field,
  mainButton,
  panel,
  recordOf,
  runToEnd,
  sharedPage,
  test,
  word,
} from './lab.ts';

const lab = sharedPage();

async function openSettings(page: Page): Promise<void> {
  await button(page, 'All settings').click();
  await expect(allSettings(page)).toBeVisible();
}

async function closeSettings(page: Page): Promise<void> {
  await button(page, 'Fewer settings').click();
  await expect(allSettings(page)).toHaveCount(0);
}

test('the time, by a short measurement of the device before anything has run', async () => {
  const page = lab();
  const cost = page.locator('.cost');
  await button(page, 'Measure this device').click();
  await expect(cost).toContainText(
    /^About .+ here, by a short measurement of this device · .+FLOP · .+ of GPU memory/,
  );
  expect(await page.evaluate(() => window.normscape.record())).toBeNull();
});

test.describe('by mouse', () => {
  test('a number in the sentence', async () => {
    const page = lab();
    await word(page, 'Learning rate η').click();
    await field(panel(page, 'Learning rate η'), 'Learning rate η').fill('0.05');
    // Leaving the field takes the value, and a press outside closes the panel.
    await page.getByRole('heading', { level: 1 }).click();
    await expect(panel(page, 'Learning rate η')).toBeHidden();
    await expect(word(page, 'Learning rate η')).toHaveText('0.05');
    expect((await experimentOf(page)).learningRate).toBe(0.05);
    expect(page.url()).toContain('&lr=0.05');
  });

  test('the network, from the ready ones and as text', async () => {
    const page = lab();
    await word(page, 'Network').click();
    await panel(page, 'Network')
      .getByRole('radio', { name: /^VGG-16/ })
      .check();
    await expect(word(page, 'Network')).toHaveText('16-layer VGG');
    await field(panel(page, 'Network'), 'Network').fill('vgg:4-M/16');
    await page.keyboard.press('Enter');
    await expect(word(page, 'Network')).toHaveText('3-layer VGG');
    await expect(panel(page, 'Network')).toContainText('3-layer VGG, 12,8');
    expect((await experimentOf(page)).network).toBe('vgg:4-M/16');
    expect(page.url()).toContain('net=vgg:4-M/16');
  });

  test('a deep linear network brings its data set along', async () => {
    const page = lab();
    await word(page, 'Network').click();
    await panel(page, 'Network')
      .getByRole('radio', { name: /^Deep linear/ })
      .check();
    await expect(word(page, 'Data set')).toHaveText('Gaussian vectors');
    expect(await experimentOf(page)).toMatchObject({ network: 'dln:25x10', dataset: 'gaussian' });
  });

  test('which networks train side by side', async () => {
    const page = lab();
    await word(page, 'Networks').first().click();
    const boxes = panel(page, 'Networks');
    await boxes.getByRole('checkbox', { name: /^Noisy BatchNorm/ }).uncheck();
    await boxes.getByRole('checkbox', { name: /^ℓ₂ norm/ }).check();
    expect((await experimentOf(page)).variants).toEqual(['none', 'batch', 'l2']);
    await expect(word(page, 'Networks')).toHaveText(['Standard', 'BatchNorm', 'ℓ₂ norm']);
    expect(page.url()).toContain('variants=none,batch,l2');
  });

  test('the last network cannot be taken away', async () => {
    const page = lab();
    await button(page, 'Add network').click();
    const boxes = panel(page, 'Networks');
    for (const name of [/^BatchNorm/, /^Noisy BatchNorm/])
      await boxes.getByRole('checkbox', { name }).uncheck();
    await expect(boxes.getByRole('checkbox', { name: /^Standard/ })).toBeDisabled();
    await page.keyboard.press('Escape');
  });

  test('the data set and how much of it is used', async () => {
    const page = lab();
    await word(page, 'Data set').click();
    const data = panel(page, 'Data set');
    await field(data, 'Training examples').fill('4,000');
    await page.keyboard.press('Enter');
    expect((await experimentOf(page)).trainExamples).toBe(4000);
    await data.getByRole('radio', { name: /^CIFAR-10/ }).check();
    await expect(word(page, 'Data set')).toHaveText('CIFAR-10');
    expect(page.url()).toContain('data=cifar-10');
  });

  test('any setting among all settings', async () => {
    const page = lab();
    await openSettings(page);
    await field(allSettings(page), 'Momentum').fill('0.9');
    await field(allSettings(page), 'Probe steps').fill('0.5, 2, 1');
    await field(allSettings(page), 'Batch size').fill('full');
    await field(allSettings(page), 'Layers for covariate shift').fill('');
    await page.keyboard.press('Tab');
    await allSettings(page)
      .getByRole('combobox', { name: /^Data set/ })
      .selectOption('CIFAR-10');
    expect(await experimentOf(page)).toMatchObject({
      dataset: 'cifar-10',
      momentum: 0.9,
      probeSteps: [0.5, 1, 2],
      batchSize: 'full',
      icsLayers: [],
    });
    for (const part of ['data=cifar-10', 'momentum=0.9', 'batch=full', 'probe=0.5,1,2', 'ics='])
      expect(page.url()).toContain(part);
    await closeSettings(page);
  });
});

test.describe('by keyboard', () => {
  test('a number in the sentence; Escape gives up what was typed', async () => {
    const page = lab();
    const rate = field(panel(page, 'Learning rate η'), 'Learning rate η');
    await word(page, 'Learning rate η').press('Enter');
    await expect(rate).toBeFocused();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('0.02');
    await page.keyboard.press('Enter');
    await expect(word(page, 'Learning rate η')).toHaveText('0.02');
    await page.keyboard.type('5');
    await page.keyboard.press('Escape');
    await expect(rate).toBeHidden();
    await expect(word(page, 'Learning rate η')).toBeFocused();
    expect((await experimentOf(page)).learningRate).toBe(0.02);
    expect(page.url()).toContain('&lr=0.02');
  });

  test('the network, with arrow keys', async () => {
    const page = lab();
    await configure(page, '#v=1');
    await word(page, 'Network').press('Enter');
    await expect(panel(page, 'Network').getByRole('radio', { name: /^Small VGG/ })).toBeFocused();
    await page.keyboard.press('ArrowDown');
    await expect(word(page, 'Network')).toHaveText('16-layer VGG');
  });

  test('which networks train side by side, with Space', async () => {
    const page = lab();
    await word(page, 'Networks').first().press('Enter');
    const boxes = panel(page, 'Networks');
    await expect(boxes.getByRole('checkbox', { name: /^Standard/ })).toBeFocused();
    await page.keyboard.press('Space');
    expect((await experimentOf(page)).variants).toEqual(['batch', 'noisy-batch']);
    // The panel stays, although the word that opened it names another network now.
    await field(boxes, 'Networks').focus();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('batch batch@0.5');
    await page.keyboard.press('Enter');
    expect((await experimentOf(page)).variants).toEqual(['batch', 'batch@0.5']);
    await expect(word(page, 'Networks')).toHaveText(['BatchNorm', 'BatchNorm, learning rate 0.5']);
    await page.keyboard.press('Escape');
    await expect(word(page, 'Networks').first()).toBeFocused();
  });

  test('any setting among all settings', async () => {
    const page = lab();
    await button(page, 'All settings').press('Enter');
    await allSettings(page)
      .getByRole('combobox', { name: /^Data set/ })
      .press('ArrowDown');
    await field(allSettings(page), 'Weight decay').focus();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('1e-4');
    await page.keyboard.press('Tab');
    expect(await experimentOf(page)).toMatchObject({ dataset: 'mnist', weightDecay: 1e-4 });
    await button(page, 'Fewer settings').press('Space');
    await expect(allSettings(page)).toHaveCount(0);
  });
});

test('a panel outlives the word that opened it, and then gives the focus to another', async () => {
  const page = lab();
  await word(page, 'Networks').last().press('Enter');
  const boxes = panel(page, 'Networks');
  await boxes.getByRole('checkbox', { name: /^Noisy BatchNorm/ }).uncheck();
  await boxes.getByRole('checkbox', { name: /^BatchNorm/ }).uncheck();
  await expect(word(page, 'Networks')).toHaveText(['Standard']);
  await page.keyboard.press('Escape');
  await expect(boxes).toBeHidden();
  await expect(word(page, 'Networks')).toBeFocused();
});

test('a setting set back to its default leaves the link', async () => {
  const page = lab();
  await configure(page, '#v=1&momentum=0.5');
  await word(page, 'Learning rate η').click();
  await field(panel(page, 'Learning rate η'), 'Learning rate η').fill('0.5');
  await page.keyboard.press('Enter');
  expect(new URL(page.url()).hash).toBe('#v=1&lr=0.5&momentum=0.5');
  await configure(page, '#v=1&lr=0.5');
  await field(panel(page, 'Learning rate η'), 'Learning rate η').fill('0.1');
  await page.keyboard.press('Enter');
  expect(new URL(page.url()).hash).toBe('');
});

test('controls rest while networks train, and say why', async () => {
  const page = lab();
  await configure(page, ENDLESS);
  await mainButton(page).click();
  await expect(button(page, 'Pause')).toBeEnabled();
  await word(page, 'Learning rate η').click();
  await expect(field(panel(page, 'Learning rate η'), 'Learning rate η')).toBeDisabled();
  await expect(panel(page, 'Learning rate η')).toContainText('Pause or reset to change the experiment.');
});

test('a change after a run keeps its curves, says what differs and can be taken back', async () => {
  const page = lab();
  const { variants } = await runToEnd(page);
  await word(page, 'Seed').click();
  await field(panel(page, 'Seed'), 'Seed').fill('7');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  const note = page.getByText('Changed since the run shown below: Seed 1 → 7.');
  await expect(note).toBeVisible();
  await expect(button(page, 'Run')).toBeEnabled();
  expect((await recordOf(page)).variants).toEqual(variants);
  await button(page, 'Change back').click();
  await expect(note).toBeHidden();
  expect((await experimentOf(page)).seed).toBe(1);
});
