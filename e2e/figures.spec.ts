/** What the figures draw of a finished run, and reading values off them. */
import { expect, type Locator, type Page } from '@playwright/test';
import type { RunRecord } from '../src/record/record.ts';
import { formatPercent, formatValue } from '../src/ui/format.ts';
import { button, figure, openLab, runToEnd, TALL, test } from './lab.ts';

const NETWORKS = ['none', 'batch', 'noisy-batch'];
const TITLES = [
  'Loss along the gradient',
  'Gradient predictiveness',
  'Effective β-smoothness',
  'Training accuracy',
  'Test accuracy',
  'Training loss',
  'Test loss',
  'Layer 2',
  'Layer 2',
  'Layer 3',
  'Layer 3',
];

let page: Page;
let record: RunRecord;

test.beforeAll(async ({ browser, baseURL }) => {
  page = await (await browser.newContext({ baseURL: baseURL!, viewport: TALL })).newPage();
  await openLab(page);
  record = await runToEnd(page);
});
test.afterAll(() => page?.context().close());
test.beforeEach(async () => {
  await page.mouse.move(0, 0);
  await page.keyboard.press('Escape');
  await expect(page.locator('.cursor')).toHaveCount(0);
});

/** Colours, by network, of what a figure draws that is at least as wide as a quarter of a panel. */
function networksDrawn(place: Locator): Promise<string[]> {
  return place.evaluate((element, ids) => {
    const probe = element.ownerDocument.createElement('i');
    element.append(probe);
    const colours = ids.map((id) => {
      probe.style.color = `var(--series-${id})`;
      return getComputedStyle(probe).color;
    });
    probe.remove();
    const drawn = [...element.querySelectorAll('path')].filter((path) => path.getBBox().width > 60);
    return ids.filter((_, i) => drawn.some((path) => getComputedStyle(path).stroke === colours[i]));
  }, NETWORKS);
}

test('every figure draws the curves of all three networks', async () => {
  const figures = page.getByRole('figure');
  await expect(figures.getByRole('heading', { level: 3 })).toHaveText(TITLES);
  for (const one of await figures.all()) await expect.poll(() => networksDrawn(one)).toEqual(NETWORKS);
});

test('every figure says in one sentence what it shows, and names its quantity and its unit', async () => {
  for (const one of await page.getByRole('figure').all()) {
    await expect(one.locator('.reading')).toHaveText(/\.$/);
    await expect(one.locator('header .sub')).toHaveText(/./);
    await expect(one.getByText(/ steps$/).last()).toBeVisible();
  }
});

test('each figure shows its definition, its place in the paper, what is ours and common mistakes', async () => {
  const figures = page.getByRole('figure');
  const sources = [
    'Fig. 4(a), §3.2',
    'Fig. 4(b), §3.2',
    'Fig. 4(c), §3.2',
    'Figs. 1(a, b) and 2',
    'Figs. 1(b) and 2',
    'Figs. 1(a, b) and 2',
    'Figs. 1(b) and 2',
    ...Array(4).fill('Definition 2.1'),
  ];
  await expect(figures).toHaveCount(sources.length);
  for (const [i, source] of sources.entries()) {
    const details = figures.nth(i).locator('details.how');
    await details.locator('summary').click();
    await expect(details).toContainText(`Santurkar et al. (2018), ${source}`);
    await expect(details.locator('math').first()).toBeVisible();
    await expect(details.getByRole('list')).toHaveCount(3);
    await expect(details.getByRole('link', { name: 'in the glossary' })).toHaveAttribute(
      'href',
      /page=glossary/,
    );
    await details.locator('summary').click();
  }
});

/** Moves the mouse to a share of a plot's width. */
async function hover(plot: Locator, share: number): Promise<void> {
  const box = (await plot.boundingBox())!;
  await page.mouse.move(box.x + share * box.width, box.y + box.height / 2);
}

const plots = (place: Locator): Locator => place.locator('.pointer-area');

/** The table beside the time cursor, as texts: name, value. */
async function readOut(place: Locator): Promise<string[][]> {
  const rows = await place.locator('.read-out tr').all();
  return Promise.all(rows.map((row) => row.locator('th, td').allInnerTexts()));
}

const named = (of: (i: number) => string): string[][] =>
  ['Standard', 'BatchNorm', 'Noisy'].map((name, i) => [name, of(i)]);

/** What the figures must say at a step that is a multiple of 5. */
async function expectReadings(step: number): Promise<void> {
  const at = record.variants.map(({ train, test: tested, landscape, ics }) => ({
    loss: train.loss[train.step.indexOf(step)]!,
    accuracy: train.accuracy[train.step.indexOf(step)]!,
    testAccuracy: tested.accuracy[tested.step.findLastIndex((one) => one <= step)]!,
    losses: landscape.lossAt[landscape.step.indexOf(step)]!,
    beta: landscape.beta[landscape.step.indexOf(step)]!,
    fineBeta: landscape.fine.beta[landscape.step.indexOf(step)]!,
    cosine: ics.layers[1]!.cosine[ics.step.indexOf(step)]!,
  }));
  const label = `step ${step}`;
  await expect(page.locator('.cursor-step')).toHaveText(Array.from({ length: 16 }, () => label));
  expect(await readOut(figure(page, 'Training loss'))).toEqual(named((i) => formatValue(at[i]!.loss)));
  expect(await readOut(figure(page, 'Training accuracy'))).toEqual(
    named((i) => `${formatPercent(at[i]!.accuracy)}%`),
  );
  expect(await readOut(figure(page, 'Test accuracy'))).toEqual(
    named((i) => `${formatPercent(at[i]!.testAccuracy)}%`),
  );
  expect(await readOut(figure(page, 'Effective β-smoothness'))).toEqual([
    ...named((i) => formatValue(at[i]!.beta)),
    ...named((i) => formatValue(at[i]!.fineBeta)),
  ]);
  expect(await readOut(figure(page, 'Layer 3').last())).toEqual(named((i) => formatValue(at[i]!.cosine)));
  await expect(figure(page, 'Loss along the gradient').locator('.panel-number')).toHaveText(
    at.map(({ losses }) => `${formatValue(Math.min(...losses))} – ${formatValue(Math.max(...losses))}`),
  );
}

test('the mouse reads the record’s values, at the same step in all figures', async () => {
  await hover(plots(figure(page, 'Training loss')), 0.5);
  await expectReadings(15);
  await hover(plots(figure(page, 'Loss along the gradient')).nth(1), 0.35);
  await expectReadings(10);
  await page.mouse.move(0, 0);
  await expect(page.locator('.cursor')).toHaveCount(0);
});

test('arrow keys read the record’s values, and Escape puts the cursor away', async () => {
  await page.keyboard.press('ArrowLeft');
  await expectReadings(30);
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await expectReadings(20);
  await page.keyboard.press('ArrowRight');
  await expectReadings(25);
  await page.keyboard.press('Shift+ArrowLeft');
  await expectReadings(0);
  await page.keyboard.press('Escape');
  await expect(page.locator('.cursor')).toHaveCount(0);
});

test('a press pins the cursor until the next press', async () => {
  await hover(plots(figure(page, 'Test loss')), 0.66);
  await page.mouse.down();
  await page.mouse.up();
  await page.mouse.move(0, 0);
  await expectReadings(20);
  await hover(plots(figure(page, 'Test loss')), 0.66);
  await page.mouse.down();
  await page.mouse.up();
  await page.mouse.move(0, 0);
  await expect(page.locator('.cursor')).toHaveCount(0);
});

test('the thumb of the run’s track moves the cursor', async () => {
  const thumb = page.getByRole('slider', { name: 'Time cursor' });
  await thumb.fill('10');
  await expectReadings(10);
  await expect(thumb).toHaveAttribute('aria-valuetext', 'Step 10');
  for (const [key, step] of [
    ['ArrowRight', 15],
    ['ArrowUp', 20],
    ['ArrowLeft', 15],
    ['ArrowDown', 10],
    ['End', 30],
    ['PageDown', 0],
  ] as const) {
    await thumb.press(key);
    await expect(thumb).toHaveAttribute('aria-valuetext', `Step ${step}`);
  }
  await thumb.press('Escape');
  await expect(page.locator('.cursor')).toHaveCount(0);
});

test('a drag over one figure zooms all figures over time, by keys as well, and the link keeps it', async () => {
  const loss = figure(page, 'Training loss');
  const others = [figure(page, 'Layer 3').first(), figure(page, 'Loss along the gradient')];
  const lastStep = (one: Locator): Locator => one.locator('.tick').getByText(/ steps$/);
  await expect(lastStep(loss)).toHaveText('30 steps');
  await hover(plots(loss), 0.35);
  await page.mouse.down();
  await hover(plots(loss), 0.65);
  await expect(page.locator('.zoom-selection')).toBeVisible();
  await page.mouse.up();
  const zoom = page.getByRole('group', { name: 'Zoom' });
  await expect(zoom).toContainText('Steps 10 – 20');
  await expect(page).toHaveURL(/&zoom=10-20/);
  for (const one of [loss, ...others]) await expect(lastStep(one)).toHaveText('20 steps');
  await expect.poll(() => networksDrawn(loss)).toEqual(NETWORKS);
  await button(page, 'Show all steps').click();
  await expect(zoom).toHaveCount(0);
  for (const one of others) await expect(lastStep(one)).toHaveText('30 steps');
  await expect(page).not.toHaveURL(/zoom/);
  await page.keyboard.press('+');
  await expect(zoom).toContainText('Steps 8 – 23');
  await page.keyboard.press('0');
  await expect(zoom).toHaveCount(0);
});

test('bands side by side and overlaid', async () => {
  const bands = page.getByRole('group', { name: 'Bands' });
  const landscape = figure(page, 'Loss along the gradient');
  await expect(bands.getByRole('button', { name: 'Side by side' })).toHaveAttribute('aria-pressed', 'true');
  await expect(plots(landscape)).toHaveCount(3);
  await expect(landscape).toContainText('Grey line: upper edge of Standard.');

  await bands.getByRole('button', { name: 'Overlaid' }).click();
  await expect(bands.getByRole('button', { name: 'Overlaid' })).toHaveAttribute('aria-pressed', 'true');
  await expect(plots(landscape)).toHaveCount(1);
  await expect.poll(() => networksDrawn(landscape)).toEqual(NETWORKS);
  await hover(plots(landscape), 0.5);
  const rows = record.variants.map(({ landscape: { step, lossAt } }) => lossAt[step.indexOf(15)]!);
  expect(await readOut(landscape)).toEqual(
    named((i) => `${formatValue(Math.min(...rows[i]!))} – ${formatValue(Math.max(...rows[i]!))}`),
  );

  await bands.getByRole('button', { name: 'Side by side' }).click();
  await expect(plots(landscape)).toHaveCount(3);
});

test('logarithmic and linear axes', async () => {
  const axis = page.getByRole('group', { name: 'Axis' });
  const titles = ['Loss along the gradient', 'Effective β-smoothness', 'Training loss', 'Test loss'];
  // The axis of steps begins at 0 in any case; a logarithmic axis of values cannot.
  const zeros = figure(page, 'Training loss').locator('.tick').getByText('0', { exact: true });
  for (const [name, count] of [
    ['Linear', 2],
    ['Log', 1],
  ] as const) {
    await axis.getByRole('button', { name }).click();
    for (const title of titles)
      await expect(figure(page, title).locator('header')).toContainText(`${name.toLowerCase()} scale`);
    await expect(zeros).toHaveCount(count);
    await expect.poll(() => networksDrawn(figure(page, 'Training loss'))).toEqual(NETWORKS);
  }
});

test('one network alone, by mouse and by key; one network hidden', async () => {
  const loss = figure(page, 'Training loss');
  const key = page.getByRole('group', { name: 'Networks' }).first();
  const batch = key.getByRole('button', { name: 'BatchNorm', exact: true });
  await batch.click();
  await expect(batch).toHaveAttribute('aria-pressed', 'true');
  await expect.poll(() => networksDrawn(loss)).toEqual(['batch']);
  await expect(plots(figure(page, 'Loss along the gradient'))).toHaveCount(1);
  await batch.click();
  await expect.poll(() => networksDrawn(loss)).toEqual(NETWORKS);

  await page.keyboard.press('3');
  await expect.poll(() => networksDrawn(loss)).toEqual(['noisy-batch']);
  await page.keyboard.press('1');
  await expect.poll(() => networksDrawn(loss)).toEqual(['none']);
  await page.keyboard.press('1');
  await expect.poll(() => networksDrawn(loss)).toEqual(NETWORKS);

  await batch.click({ modifiers: ['Shift'] });
  await expect.poll(() => networksDrawn(loss)).toEqual(['none', 'noisy-batch']);
  await batch.click({ modifiers: ['Shift'] });
  await expect.poll(() => networksDrawn(loss)).toEqual(NETWORKS);
});

test('each network keeps its colour, dash and marker in all figures', async () => {
  const swatch = page
    .getByRole('group', { name: 'Networks' })
    .first()
    .locator('button')
    .nth(1)
    .locator('path, line');
  const [colour, dash] = await swatch.first().evaluate((element) => {
    const { stroke, strokeDasharray } = getComputedStyle(element);
    return [stroke, strokeDasharray];
  });
  for (const title of ['Training loss', 'Test accuracy', 'Effective β-smoothness', 'Layer 3']) {
    const dashes = await figure(page, title)
      .first()
      .locator('path')
      .evaluateAll(
        (paths, wanted) =>
          paths
            .filter((path) => (path as SVGPathElement).getBBox().width > 60)
            .map((path) => getComputedStyle(path))
            .filter(({ stroke, strokeWidth }) => stroke === wanted && Number.parseFloat(strokeWidth) > 1)
            .map(({ strokeDasharray }) => strokeDasharray),
        colour,
      );
    expect(new Set(dashes), title).toEqual(new Set([dash]));
  }
});

test('“Keys” at the foot opens the list of keys', async () => {
  await button(page, 'Keys').click();
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await button(page, 'Close').click();
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeHidden();
});
