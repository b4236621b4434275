/** What may go wrong beside the device: a worker that fails, files that mean harm, and two pages that train at once. */
import { expect, type Page } from '@playwright/test';
import type { RunRecord } from '../src/record/record.ts';
import {
  announcement,
  configure,
  figure,
  mainButton,
  notice,
  openLab,
  recordOf,
  runToEnd,
  stepsDone,
  test,
} from './lab.ts';

const FEW = '#v=1&net=vgg:4-M-4&variants=none,batch&batch=8&steps=6&every=2&train=2000&test=0&ics=2&fine=';

/** Gives the worker that trains ways to fail, once: as a whole, or where the loop of its run records a step. */
const CAN_FAIL = `
  const fail = () => { throw new Error('Broken for the test.'); };
  const { beginComputePass } = GPUCommandEncoder.prototype;
  globalThis.failAtAll = () => setTimeout(fail);
  globalThis.failInRun = () => {
    GPUCommandEncoder.prototype.beginComputePass = () => {
      GPUCommandEncoder.prototype.beginComputePass = beginComputePass;
      fail();
    };
  };`;

test.describe('an exception in the worker during a run', () => {
  test.use({ expectedErrors: [/Broken for the test/] });

  for (const [how, fault] of [
    ['that nothing catches', 'failAtAll'],
    ['in the loop of the run', 'failInRun'],
  ] as const)
    test(`${how}: what, where and what next, a report to copy, the record kept, the next run works`, async ({
      page,
      context,
    }) => {
      await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      await page.route(/\/labWorker[^/]*\.js$/, async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: `${CAN_FAIL}\n${await response.text()}` });
      });
      await openLab(page, FEW.replace('steps=6', 'steps=100000'));
      await mainButton(page).click();
      await expect.poll(() => stepsDone(page)).toBeGreaterThan(10);
      const worker = page.workers().find((each) => each.url().includes('labWorker'))!;
      await worker.evaluate((name) => {
        (globalThis as unknown as Record<string, () => void>)[name]!();
      }, fault);

      const words = notice(page, 'internal');
      await expect(words).toContainText('Broken for the test.');
      await expect(words).toContainText('curves so far are kept');
      await expect(announcement(page)).toHaveText(/^Stopped at step \d+ by a problem\.$/);
      for (const { train } of (await recordOf(page)).variants) {
        expect(train.step.length).toBeGreaterThan(10);
        expect(train.step).toEqual(train.step.map((_, step) => step));
      }
      await expect(figure(page, 'Loss along the gradient').locator('path.band').first()).toBeAttached();
      await words.getByRole('button', { name: 'Copy report' }).click();
      await expect(announcement(page)).toHaveText('The report was copied.');
      const report = await page.evaluate(() => navigator.clipboard.readText());
      expect(report).toMatch(/^problem: internal\nmessage: .*Broken for the test\./);
      expect(report).toMatch(/^run: failed at step \d+ of 100000$/m);
      expect(report).toMatch(/^device: webgpu, .+/m);

      await configure(page, FEW);
      const { variants } = await runToEnd(page);
      expect(variants.map(({ status, train }) => [status, train.step.length])).toEqual([
        ['finished', 7],
        ['finished', 7],
      ]);
      await expect(words).toBeHidden();
    });
});

const MARKUP = '<img src="./evil.png" onerror="globalThis.evil = true"><script src="./evil.js"></script>';

async function drop(page: Page, name: string, text: string): Promise<void> {
  const transfer = await page.evaluateHandle(
    ([file, content]) => {
      const data = new DataTransfer();
      data.items.add(new File([content!], file!, { type: 'application/json' }));
      return data;
    },
    [name, text],
  );
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
}

/** A run that says `MARKUP` wherever it may say anything. */
function marked({ environment, variants, ...rest }: RunRecord): string {
  return JSON.stringify({
    ...rest,
    environment: { ...environment, adapter: MARKUP, app: MARKUP, startedAt: MARKUP },
    variants: variants.map((variant) => ({ ...variant, id: MARKUP })),
  });
}

const nested = (open: string, close: string, depth: number): string =>
  open.repeat(depth) + (open.includes('{') ? '1' : '') + close.repeat(depth);

test('files that mean harm are refused in words: no markup, no request, no exception', async ({ page }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await openLab(page, FEW);
  const record = await runToEnd(page);
  const text = JSON.stringify(record);
  const files: [what: string, content: string][] = [
    ['markup', MARKUP],
    ['markup in a format', JSON.stringify({ ...record, format: MARKUP })],
    [
      'keys of prototypes',
      '{"__proto__":{"evil":true},"constructor":{"prototype":{"evil":true}},"format":"x"}',
    ],
    [
      'a prototype in place of variants',
      text.replace(/"variants":\[\{/, '"variants":[{"__proto__":[],"id":7},{'),
    ],
    ['nested lists', nested('[', ']', 200_000)],
    ['nested objects', nested('{"a":', '}', 200_000)],
    ['nested numbers', text.replace(/"loss":\[/, `"loss":[${nested('[', ']', 50_000)},`)],
  ];
  for (const [what, content] of files) {
    const name = `${what} <img src=./evil.png>.json`;
    await drop(page, name, content);
    await expect(notice(page, 'import'), what).toContainText(`“${name}” was not imported.`);
    expect(await recordOf(page), 'the run on the page stays').toEqual(record);
  }
  // This one is a run: its words are words.
  await drop(page, `${MARKUP}.json`, marked(record));
  await expect(page.locator('body')).toContainText('<img src="./evil.png"');
  await expect(page.locator('img[src*=evil], script[src*=evil]')).toHaveCount(0);
  const traces = await page.evaluate(() => ['evil' in globalThis, 'evil' in {}]);
  expect(traces).toEqual([false, false]);
  expect(asked.filter((url) => url.includes('evil'))).toEqual([]);
});

test('two pages of a browser that train at once: each ends its own run, with equal numbers', async ({
  context,
}) => {
  const pages = await Promise.all([0, 1].map(() => context.newPage()));
  const link = FEW.replace('steps=6', 'steps=60');
  for (const page of pages) await openLab(page, link);
  for (const page of pages) await mainButton(page).click();
  // One that trains is not interrupted: the other must not offer it.
  for (const page of pages) {
    await expect(announcement(page)).toHaveText('Finished at step 60.', { timeout: 300_000 });
    await expect(notice(page, 'interrupted')).toBeHidden();
  }
  const [one, two] = await Promise.all(pages.map(recordOf));
  expect(one!.environment.startedAt).not.toBe(two!.environment.startedAt);
  expect(one!.variants.map(({ status }) => status)).toEqual(['finished', 'finished']);
  expect(one!.variants).toEqual(two!.variants);
});
