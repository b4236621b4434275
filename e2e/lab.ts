/** What the end-to-end tests share: the lab opened on real WebGPU, its controls by their names, and its record. */
import {
  type BrowserContext,
  type BrowserContextOptions,
  test as base,
  expect,
  type Locator,
  type Page,
} from '@playwright/test';
import type { Experiment } from '../src/experiment/experiment.ts';
import type { RunRecord } from '../src/record/record.ts';
import type { ScriptedDevice } from '../src/store/scripting.ts';

/** Three networks small enough for a processor that plays the GPU. */
export const MICRO =
  '#v=1&net=vgg:4-M-8-M-8&batch=8&steps=30&every=5&train=2000&test=100&testevery=10&ics=2,3';
/** The same networks for longer than any test looks at them. */
export const ENDLESS = MICRO.replace('steps=30', 'steps=100000').replace('test=100', 'test=0');

/** A window so high that all figures are on screen, and are therefore drawn. */
export const TALL = { width: 1440, height: 3600 };

interface Fixtures {
  /** What the page may write to the console as an error; anything else fails the test. */
  expectedErrors: RegExp[];
  /** Other servers that the page may ask, which a test then plays. */
  expectedOrigins: string[];
  errorsOfPage: undefined;
  requestsElsewhere: undefined;
}

export const test = base.extend<Fixtures>({
  expectedErrors: [[], { option: true }],
  expectedOrigins: [[], { option: true }],
  errorsOfPage: [
    async ({ context, expectedErrors }, use) => {
      const errors = errorsOf(context);
      await use(undefined);
      const unexpected = errors.filter((error) => !expectedErrors.some((pattern) => pattern.test(error)));
      expect(unexpected, 'errors of the page').toEqual([]);
    },
    { auto: true },
  ],
  requestsElsewhere: [
    async ({ context, baseURL, expectedOrigins }, use) => {
      const elsewhere = requestsElsewhere(context, baseURL!);
      await use(undefined);
      const unexpected = elsewhere.filter((url) => !expectedOrigins.includes(new URL(url).origin));
      expect(unexpected, 'requests to other servers').toEqual([]);
    },
    { auto: true },
  ],
});

/** A list that grows with every uncaught error and every error in the console, broken rules of the page's security policy among them. */
export function errorsOf(context: BrowserContext): string[] {
  const errors: string[] = [];
  context.on('weberror', (error) => errors.push(error.error().message));
  context.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  return errors;
}

/** A list that grows with every request that does not go to the server of the page. */
function requestsElsewhere(context: BrowserContext, home: string): string[] {
  const elsewhere: string[] = [];
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (!['data:', 'blob:', 'about:'].includes(url.protocol) && url.origin !== new URL(home).origin)
      elsewhere.push(url.href);
  });
  return elsewhere;
}

/**
 * One page for all tests of a file, because the first run on a page compiles its kernels. Before each test the lab is
 * empty and asks for `MICRO` again; how the figures are shown stays as the test before left it.
 */
export function sharedPage(options: BrowserContextOptions = {}): () => Page {
  let page: Page;
  let errors: string[];
  let elsewhere: string[];
  test.beforeAll(async ({ browser, baseURL }) => {
    const context = await browser.newContext({ baseURL: baseURL!, ...options });
    errors = errorsOf(context);
    elsewhere = requestsElsewhere(context, baseURL!);
    page = await context.newPage();
    await openLab(page);
  });
  test.beforeEach(() => startOver(page));
  test.afterEach(() => {
    expect(errors.splice(0), 'errors of the page').toEqual([]);
    expect(elsewhere.splice(0), 'requests to other servers').toEqual([]);
  });
  test.afterAll(() => page?.context().close());
  return () => page;
}

async function startOver(page: Page): Promise<void> {
  await page.evaluate(async (fragment) => {
    await window.normscape.reset();
    window.normscape.configure(fragment);
    for (const open of document.querySelectorAll<HTMLElement>(':popover-open')) open.hidePopover();
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    scrollTo(0, 0);
  }, MICRO);
}

/** Opens the lab with a link's fragment. Fails where it does not train on WebGPU. */
export async function openLab(page: Page, fragment = MICRO): Promise<ScriptedDevice> {
  await page.goto(`./${fragment}`);
  const device = await page.evaluate(() => window.normscape.ready);
  expect(device.backend, 'the backend of every test but those of the fallbacks').toBe('webgpu');
  return device;
}

/** Opens the lab without a link, and waits until the saved picture has made way for it. */
export async function visit(page: Page, address = './'): Promise<void> {
  await page.goto(address);
  await expect(page.locator('#first-picture')).toHaveCount(0);
}

/** The one black button, whatever it says. */
export const mainButton = (page: Page): Locator =>
  page.getByRole('button', { name: /^(Run|Run it here|Preparing|Pause|Go on|Run again)$/ }).first();

export const button = (page: Page, name: string): Locator => page.getByRole('button', { name, exact: true });

/** What screen readers hear of the run. */
export const announcement = (page: Page): Locator => page.locator('p[aria-live=polite]');

/** Presses the button and waits for the end of the run. */
export async function runToEnd(page: Page, timeoutMs = 120_000): Promise<RunRecord> {
  await mainButton(page).click();
  await expect(announcement(page)).toHaveText(/^Finished at step \d+\.$/, { timeout: timeoutMs });
  return recordOf(page);
}

/** A copy of the record. Fails where nothing has run. */
export async function recordOf(page: Page): Promise<RunRecord> {
  const record = await page.evaluate(() => window.normscape.record());
  expect(record, 'the record of a run').not.toBeNull();
  return record!;
}

/** Steps that every network has taken so far. */
export const stepsDone = (page: Page): Promise<number> =>
  page.evaluate(() =>
    Math.min(...(window.normscape.record()?.variants.map(({ train }) => train.step.length) ?? [0])),
  );

/** Asks for what a link says, without opening the page anew. */
export async function configure(page: Page, fragment: string): Promise<void> {
  await page.evaluate((link) => void window.normscape.configure(link), fragment);
}

/** Nothing was started: the lab is as it was opened. */
export async function expectNothingStarted(page: Page): Promise<void> {
  expect(await page.evaluate(() => window.normscape.record())).toBeNull();
  // A recorded run of the experiment may be shown meanwhile.
  await expect(page.getByRole('button', { name: /^Run( it here)?$/ })).toBeEnabled();
  await expect(button(page, 'Reset')).toBeDisabled();
}

export const experimentOf = (page: Page): Promise<Experiment> =>
  page.evaluate(() => window.normscape.experiment());

/** The word of the sentence that opens a setting's panel; “Networks” has one a network. */
export const word = (page: Page, label: string): Locator =>
  page.getByRole('region', { name: 'Experiment' }).getByRole('button', { name: new RegExp(`^${label}: `) });

/** The panel that a word opens. */
export const panel = (page: Page, label: string): Locator =>
  page.getByRole('dialog', { name: label, exact: true });

/** A field of a setting inside a panel or among all settings. */
export const field = (place: Locator, label: string): Locator =>
  place.getByRole('textbox', { name: new RegExp(`^${label}`) });

export const allSettings = (page: Page): Locator => page.locator('.all-settings');

/** The notice of a kind: “link”, “fallback”, “refusal” or that of a problem. */
export const notice = (page: Page, kind: string): Locator => page.locator(`.notice[data-kind="${kind}"]`);

export const figure = (page: Page, title: string): Locator =>
  page.getByRole('figure', { name: title, exact: true });
