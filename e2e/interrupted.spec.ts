/** A tab or a browser that ends in the middle of a run: the next visit offers to continue, keep or discard it. */
import { type BrowserContext, chromium, expect, type LaunchOptions, type Page } from '@playwright/test';
import type { RunRecord } from '../src/record/record.ts';
import { announcement, errorsOf, mainButton, notice, openLab, recordOf, stepsDone, test } from './lab.ts';

const LONG =
  '#v=1&net=vgg:4-M-4&variants=none,batch&batch=8&steps=400&every=20&train=2000&test=100&testevery=100&ics=2&fine=';
/** Long enough that the steps of two seconds are few of them. */
const LONGER = LONG.replace('steps=400', 'steps=600').replace('every=20', 'every=100');
/** 2.1 million parameters, and as many of momentum, in a network that computes little. */
const LARGE =
  '#v=1&net=vgg:4/512&variants=batch&batch=8&steps=240&every=1000&train=1000&test=0&ics=&fine=&probe=1&momentum=0.9';
/** At most so much training is lost with a browser. */
const LOST_MS = 2000;

/** Whether a checkpoint of the run has been stored. */
const isStored = (page: Page): Promise<boolean> =>
  page.evaluate(async () => {
    const opened = indexedDB.open('normscape-runs-under-way');
    await new Promise((resolve) => opened.addEventListener('success', resolve));
    try {
      const keys = opened.result.transaction('runs').objectStore('runs').getAllKeys();
      await new Promise((resolve) => keys.addEventListener('success', resolve));
      return keys.result.some((key) => String(key).startsWith('run/'));
    } catch {
      return false;
    } finally {
      opened.result.close();
    }
  });

/** Runs that have a file of checkpoints. */
const filesIn = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle('runs-under-way', { create: true });
    return Array.fromAsync(folder.keys());
  });

/** Ends a tab: people close it, or the process that draws it dies. */
const ENDS = {
  closed: (page: Page) => page.close(),
  crashed: async (page: Page) => {
    const crashed = page.waitForEvent('crash');
    // This address ends the process of the page that is asked for it; nothing answers.
    void page.goto('chrome://crash').catch(() => {});
    await crashed;
  },
};

/** Runs until something is stored, ends the tab and gives the steps that it had told of. */
async function endInTheMiddle(page: Page, how: keyof typeof ENDS): Promise<number> {
  await openLab(page, LONG);
  await mainButton(page).click();
  await expect.poll(() => stepsDone(page), { timeout: 300_000 }).toBeGreaterThan(1);
  await expect.poll(() => isStored(page), { intervals: [200] }).toBe(true);
  const steps = await stepsDone(page);
  await ENDS[how](page);
  return steps;
}

async function openAgain(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await openLab(page, '');
  await expect(notice(page, 'interrupted')).toContainText(/A run was interrupted at step \d+ of 400\./);
  return page;
}

for (const how of ['closed', 'crashed'] as const)
  test(`the tab ${how}, then continued: the run ends as an undisturbed one`, async ({ page, context }) => {
    const steps = await endInTheMiddle(page, how);
    expect(steps).toBeLessThan(400);
    const later = await openAgain(context);
    await expect(notice(later, 'interrupted')).toContainText('ends exactly as it would have');
    await notice(later, 'interrupted').getByRole('button', { name: 'Continue' }).click();
    await expect(announcement(later)).toHaveText('Finished at step 400.', { timeout: 300_000 });
    const continued = await recordOf(later);
    expect(continued.variants.map(({ train }) => train.step.length)).toEqual([401, 401]);
    await expect(notice(later, 'interrupted')).toBeHidden();
    const undisturbed = await later.evaluate(() => window.normscape.run());
    expect(undisturbed.environment.startedAt).not.toBe(continued.environment.startedAt);
    expect(continued.variants).toEqual(undisturbed.variants);
  });

test('kept, its curves are there and nothing is offered again', async ({ page, context }) => {
  await endInTheMiddle(page, 'closed');
  const later = await openAgain(context);
  await notice(later, 'interrupted').getByRole('button', { name: 'Keep' }).click();
  await expect(announcement(later)).toHaveText(/^Finished at step \d+\.$/);
  const { experiment, variants } = await recordOf(later);
  expect(experiment.steps).toBe(400);
  for (const { status, train } of variants) {
    expect(status).toBe('stopped');
    expect(train.step).toEqual(train.step.map((_, step) => step));
  }
  await expect(mainButton(later)).toHaveText('Run again');
  await later.reload();
  await later.evaluate(() => window.normscape.ready);
  await expect.poll(() => isStored(later)).toBe(false);
  await expect.poll(() => filesIn(later)).toEqual([]);
  await expect(notice(later, 'interrupted')).toBeHidden();
});

/** A browser that keeps what its pages store in a folder, as one that people use. */
function launchOn(profile: string, options: LaunchOptions, baseURL: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile, { ...options, baseURL, serviceWorkers: 'block' });
}

/** Ends the browser and all of its processes at once: none of them hears of it. */
async function kill(context: BrowserContext): Promise<void> {
  const session = await context.browser()!.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const { id } = processInfo.find(({ type }) => type === 'browser')!;
  const closed = context.waitForEvent('close');
  process.kill(-id, 'SIGKILL');
  await closed;
}

/** The most steps that any stretch of the run had in so long a time. */
function mostSteps({ timing: { step, atMs } }: RunRecord, ms: number): number {
  const countFrom = (from: number): number =>
    step.findLast((_, i) => atMs[i]! - atMs[from]! <= ms)! - step[from]!;
  return Math.max(...step.map((_, from) => countFrom(from)));
}

const KILLED = [
  { name: 'a small network', link: LONGER, steps: 600, killedAfter: 300 },
  { name: 'checkpoints of 17 MB', link: LARGE, steps: 240, killedAfter: 120 },
];

for (const { name, link, steps, killedAfter } of KILLED)
  test(`after the browser was killed, the run goes on and ends as an undisturbed one: ${name}`, async ({
    launchOptions,
    baseURL,
  }, testInfo) => {
    const profile = testInfo.outputPath('profile');
    const killed = await launchOn(profile, launchOptions, baseURL!);
    const page = killed.pages()[0]!;
    await openLab(page, link);
    await mainButton(page).click();
    await expect
      .poll(() => stepsDone(page), { intervals: [50], timeout: 300_000 })
      .toBeGreaterThan(killedAfter);
    const before = await recordOf(page);
    expect(await filesIn(page)).toHaveLength(1);
    await kill(killed);

    const context = await launchOn(profile, launchOptions, baseURL!);
    const errors = errorsOf(context);
    const later = context.pages()[0]!;
    await openLab(later, '');
    await expect(notice(later, 'interrupted')).toContainText(/A run was interrupted at step \d+ of/);
    const told = await notice(later, 'interrupted').textContent();
    const goesOnAt = Number(/at step (\d+) of/.exec(told!)![1]);
    expect(before.timing.step.at(-1)! - goesOnAt).toBeLessThanOrEqual(mostSteps(before, LOST_MS));
    await notice(later, 'interrupted').getByRole('button', { name: 'Continue' }).click();
    await expect(announcement(later)).toHaveText(`Finished at step ${steps}.`, { timeout: 300_000 });
    const continued = await recordOf(later);
    expect(continued.environment.startedAt).toBe(before.environment.startedAt);
    await expect.poll(() => filesIn(later)).toEqual([]);
    const undisturbed = await later.evaluate(() => window.normscape.run());
    expect(undisturbed.environment.startedAt).not.toBe(continued.environment.startedAt);
    expect(continued.variants).toEqual(undisturbed.variants);
    expect(errors).toEqual([]);
    await context.close();
  });
