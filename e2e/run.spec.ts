/** Run, pause, step and reset, by mouse. */
import { expect, type Page } from '@playwright/test';
import {
  announcement,
  button,
  configure,
  ENDLESS,
  MICRO,
  mainButton,
  recordOf,
  runToEnd,
  sharedPage,
  stepsDone,
  TALL,
  test,
} from './lab.ts';

const STEPS = Array.from({ length: 31 }, (_, step) => step);
const lab = sharedPage({ viewport: TALL });

test('trains three networks to the end, and says so', async () => {
  const page = lab();
  const { variants, environment } = await runToEnd(page);
  expect(environment.backend).toBe('webgpu');
  expect(variants.map(({ id, status }) => [id, status])).toEqual([
    ['none', 'finished'],
    ['batch', 'finished'],
    ['noisy-batch', 'finished'],
  ]);
  for (const { train, test: tested, landscape, ics } of variants) {
    expect(train.step).toEqual(STEPS);
    expect(tested.step).toEqual([0, 10, 20, 30]);
    expect(landscape.step).toEqual([0, 5, 10, 15, 20, 25, 30]);
    expect(ics.layers.map(({ layer }) => layer)).toEqual([2, 3]);
    const values = [...train.loss, ...tested.accuracy, ...landscape.beta, ...landscape.lossAt.flat()];
    expect(values.every(Number.isFinite)).toBe(true);
  }
  await expect(button(page, 'Run again')).toBeEnabled();
  await expect(button(page, 'Step')).toBeDisabled();
  await expect(page.getByText(/^Finished in .+ on this device$/)).toBeVisible();
});

async function pauseAfter(page: Page, steps: number): Promise<void> {
  await expect.poll(() => stepsDone(page)).toBeGreaterThan(steps);
  await button(page, 'Pause').click();
  await expect(button(page, 'Go on')).toBeEnabled();
}

test('pause stops, and the run goes on where it stopped', async () => {
  const page = lab();
  await configure(page, ENDLESS);
  await mainButton(page).click();
  await pauseAfter(page, 10);
  const paused = await recordOf(page);
  const reached = await stepsDone(page);
  await expect(announcement(page)).toHaveText(`Paused at step ${reached}.`);
  // Work that was still under way would show within the next frames.
  await page.evaluate(async () => {
    for (let i = 0; i < 30; i++) await new Promise(requestAnimationFrame);
  });
  expect((await recordOf(page)).variants).toEqual(paused.variants);

  await button(page, 'Go on').click();
  await pauseAfter(page, reached + 10);
  for (const { train } of (await recordOf(page)).variants)
    expect(train.step).toEqual(train.step.map((_, i) => i));
});

test('a run that was paused measures what an unbroken run measures', async () => {
  const page = lab();
  const unbroken = await runToEnd(page);
  await button(page, 'Reset').click();
  await button(page, 'Step').click();
  await expect(announcement(page)).toHaveText('Paused at step 1.');
  expect((await runToEnd(page)).variants).toEqual(unbroken.variants);
});

test('step adds exactly one step to every network', async () => {
  const page = lab();
  for (const count of [1, 2, 3]) {
    await button(page, 'Step').click();
    await expect(announcement(page)).toHaveText(`Paused at step ${count}.`);
    const { variants } = await recordOf(page);
    expect(variants.map(({ train }) => train.step)).toEqual(variants.map(() => STEPS.slice(0, count)));
  }
});

test('reset empties the lab and its figures', async () => {
  const page = lab();
  await runToEnd(page);
  await expect(page.getByText('The curves appear here as the networks train.')).toHaveCount(0);
  await button(page, 'Reset').click();
  await expect(announcement(page)).toHaveText('Ready.');
  expect(await page.evaluate(() => window.normscape.record())).toBeNull();
  await expect(button(page, 'Run')).toBeEnabled();
  await expect(button(page, 'Reset')).toBeDisabled();
  await expect(page.getByText('The bands appear here as the networks train.')).toHaveCount(2);
});

test('reset stops a run under way', async () => {
  const page = lab();
  await configure(page, ENDLESS);
  await mainButton(page).click();
  await expect(button(page, 'Pause')).toBeVisible();
  await button(page, 'Reset').click();
  await expect(button(page, 'Run')).toBeEnabled();
  expect(await page.evaluate(() => window.normscape.record())).toBeNull();
});

test('a network that diverges is marked with its step in every figure, and the others finish', async () => {
  const page = lab();
  await configure(page, `${MICRO}&variants=none@10,batch,noisy-batch&momentum=0.99`);
  const { variants } = await runToEnd(page);
  const [diverged, ...others] = variants;
  expect(diverged!.status).toBe('diverged');
  expect(diverged!.train.step.at(-1)).toBe(diverged!.divergedAt);
  expect(Number.isFinite(diverged!.train.loss.at(-1))).toBe(false);
  for (const { status, divergedAt, train } of others) {
    expect([status, divergedAt]).toEqual(['finished', null]);
    expect(train.step).toEqual(STEPS);
  }
  for (const figure of await page.getByRole('figure').all())
    await expect(figure.getByText(`not finite at step ${diverged!.divergedAt}`).first()).toBeVisible();
});

test('the device, and that it computes on the processor, stays on screen', async () => {
  const page = lab();
  const { adapter, software } = await page.evaluate(() => window.normscape.ready);
  const chip = page.getByTestId('device');
  await expect(chip).toContainText('WebGPU');
  await expect(chip).toContainText(adapter);
  if (software) await expect(chip).toContainText('software adapter');
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.mouse.wheel(0, 2000);
  await expect(chip).toBeInViewport();
  await page.setViewportSize(TALL);
});

test('the same experiment on a page opened anew gives the same numbers, to the last bit', async () => {
  const page = lab();
  const first = await runToEnd(page);
  await page.reload();
  await page.evaluate(() => window.normscape.ready);
  const second = await runToEnd(page);
  expect(second.experiment).toEqual(first.experiment);
  expect(second.variants).toEqual(first.variants);
});
