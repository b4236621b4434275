/** Permalinks, kind and hostile: the set-up is shown, what was changed is said, and nothing starts by itself. */
import { expect, type Page } from '@playwright/test';
import { problemsOf } from '../src/experiment/check.ts';
import { toFragment } from '../src/experiment/permalink.ts';
import { defaultExperiment } from '../src/experiment/settings.ts';
import {
  announcement,
  button,
  configure,
  ENDLESS,
  expectNothingStarted,
  experimentOf,
  figure,
  mainButton,
  notice,
  openLab,
  panel,
  runToEnd,
  sharedPage,
  TALL,
  test,
  word,
} from './lab.ts';

const lab = sharedPage();

/** Opens a fragment as a link within the page does. */
async function follow(page: Page, fragment: string): Promise<void> {
  await page.evaluate(async (link) => {
    if (new URL(link, location.href).href === location.href) return;
    const changed = new Promise((resolve) => addEventListener('hashchange', resolve, { once: true }));
    location.hash = link;
    await changed;
  }, fragment);
}

test('a link shows its set-up, and nothing starts by itself', async ({ page }) => {
  const link = '#v=1&net=vgg:4-M/16&variants=batch,none@0.5&lr=0.05&batch=16&steps=1200&seed=9&seeds=2&ics=2';
  await openLab(page, link);
  await expect(word(page, 'Network')).toHaveText('3-layer VGG');
  await expect(word(page, 'Data set')).toHaveText('Fashion-MNIST');
  await expect(word(page, 'Networks')).toHaveText(['BatchNorm', 'Standard, learning rate 0.5']);
  await expect(word(page, 'Learning rate η')).toHaveText('0.05');
  await expect(word(page, 'Batch size')).toHaveText('16');
  await expect(word(page, 'Steps')).toHaveText('1,200 steps');
  await expect(page.getByText('2 seeds from 9.')).toBeVisible();
  await expect(page.locator('.notice')).toHaveCount(0);
  await expectNothingStarted(page);
});

test('a link with values out of range and unknown parts says what was done about them', async ({ page }) => {
  await openLab(page, '#v=1&lr=900&colour=red&net=resnet&batch=64&train=20');
  const words = notice(page, 'link');
  await expect(words).toContainText('4 things could not be used as asked.');
  await expect(words).toContainText(
    'Learning rate η must be at most 10; 900 was asked for. It was set to 10.',
  );
  await expect(words).toContainText('“colour” is not a setting and was ignored.');
  await expect(words).toContainText('The network “resnet” could not be read.');
  await expect(words).toContainText('A minibatch of 64 is larger than the 20 training examples.');
  await expect(word(page, 'Learning rate η')).toHaveText('10');
  expect(await experimentOf(page)).toMatchObject({ learningRate: 10, batchSize: 20 });
  await expectNothingStarted(page);
  await button(page, 'Dismiss this notice').click();
  await expect(words).toBeHidden();
});

test('the address that a set-up gives opens the same set-up', async ({ page }) => {
  await openLab(page, '');
  const { experiment } = await page.evaluate(() =>
    window.normscape.configure({
      variants: ['l1', 'batch.last@0.5'],
      fineSteps: [],
      rSigma: 0.2,
      batchSize: 'full',
    }),
  );
  const address = page.url();
  expect(address).toBe(await page.evaluate(() => window.normscape.permalink()));
  await page.goto('about:blank');
  await page.goto(address);
  await expect(word(page, 'Networks')).toHaveText([
    'ℓ₁ norm',
    'BatchNorm, last layer only, learning rate 0.5',
  ]);
  expect(await experimentOf(page)).toEqual(experiment);
  await expect(page.locator('.notice')).toHaveCount(0);
});

const HOSTILE: Record<string, string> = {
  'markup in a value': '#v=1&net=<img src=x onerror=alert(1)>&lr="><script>alert(1)</script>',
  'markup in a key': '#v=1&<svg/onload=alert(1)>=1',
  'a broken percent escape': '#v=1&net=%E0%A4%A&%=%%',
  'numbers that are none': '#v=1&lr=NaN&steps=1e999&batch=-1&seed=0x10&momentum=--1&train=1.5.2',
  'numbers at their limits':
    '#v=1&steps=1e308&seed=99999999999999999999&lr=-Infinity&batch=0&train=0&every=0',
  'names from the language': '#__proto__=1&constructor=2&v=1&variants=__proto__,constructor,toString',
  'a wrong version': '#v=99999999999&lr=0.5',
  'nothing but separators': '#&&&===&=&',
  'a list without end': `#v=1&variants=${'none,'.repeat(3000)}&probe=${'1,'.repeat(3000)}`,
  'a network without end': `#v=1&net=vgg:${'4096-'.repeat(2000)}4096`,
  'keys without end': `#v=1${'&lr=900'.repeat(4000)}`,
  'control characters': '#v=1&net=vgg%3A4%00-M&data=%0Agaussian%1b[31m',
  'parts that contradict each other':
    '#v=1&net=dln:25x10&data=cifar-10&ics=40&batch=4096&train=2&test=999999',
  'curves that are none': '#v=1&run=AAAA%00%ff',
};

for (const [name, fragment] of Object.entries(HOSTILE))
  test(`a hostile link: ${name}`, async () => {
    const page = lab();
    await follow(page, fragment);
    const experiment = await experimentOf(page);
    expect(problemsOf(experiment)).toEqual([]);
    expect(new URL(page.url()).hash).toBe(
      toFragment(experiment) === toFragment(defaultExperiment()) ? '' : toFragment(experiment),
    );
    await expect(page.locator('.notices img, .notices script, .notices svg[onload]')).toHaveCount(0);
    const width = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(width, 'a long word in a notice must break').toBeLessThanOrEqual(0);
    await expectNothingStarted(page);
  });

test('a hostile link that is there when the page opens', async ({ page }) => {
  await openLab(page, `${HOSTILE['markup in a value']}&${HOSTILE['numbers that are none']!.slice(5)}`);
  await expect(notice(page, 'link')).toBeVisible();
  await expectNothingStarted(page);
});

test('a link that is opened while networks train is refused, and the run goes on', async () => {
  const page = lab();
  await configure(page, ENDLESS);
  await mainButton(page).click();
  await expect(button(page, 'Pause')).toBeEnabled();
  const before = page.url();
  await follow(page, '#v=1&lr=0.5');
  await expect(notice(page, 'link')).toContainText('The link was not opened, because networks are training.');
  expect(page.url()).toBe(before);
  expect((await experimentOf(page)).learningRate).toBe(0.1);
  await expect(button(page, 'Pause')).toBeEnabled();
});

test('a link with curves shows them as recorded, and what runs here is drawn over them', async ({ page }) => {
  const made = lab();
  await runToEnd(made);
  await button(made, 'Share').click();
  const share = panel(made, 'Share');
  await expect(share.getByText('Code of the link to the set-up')).toBeAttached();
  const address = await share.getByLabel('Link with the curves', { exact: true }).inputValue();
  expect(address.length).toBeLessThanOrEqual(2000);
  expect(
    (await share.getByLabel('Link to the set-up', { exact: true }).inputValue()).length,
  ).toBeLessThanOrEqual(300);
  await made.keyboard.press('Escape');

  await page.setViewportSize(TALL);
  await page.goto(address);
  await expect(page.locator('.run')).toContainText('Recorded on');
  await expect(
    figure(page, 'Training loss').locator('svg path[stroke^="var(--series"]').first(),
  ).toBeAttached();
  expect(await page.evaluate(() => window.normscape.record())).toBeNull();
  await expect(page.locator('.notice')).toHaveCount(0);
  await expect(page.locator('.recorded')).toHaveCount(0);
  expect(page.url()).toBe(address);
  await page.getByRole('button', { name: 'Run it here' }).click();
  await expect(announcement(page)).toHaveText(/^Finished/, { timeout: 300_000 });
  await expect(page.locator('.recorded').first()).toBeAttached();
  await expect(page.locator('figcaption').first()).toContainText('Thin lines: recorded on');
});
