/** From a phone to a projector: nothing overflows sideways, and no control is cut. */
import { expect, type Page } from '@playwright/test';
import {
  allSettings,
  button,
  configure,
  MICRO,
  mainButton,
  panel,
  runToEnd,
  sharedPage,
  test,
  word,
} from './lab.ts';

const lab = sharedPage();
const SIZES = [
  { width: 320, height: 640 },
  { width: 390, height: 844 },
  { width: 768, height: 1024 },
  { width: 1440, height: 900 },
  { width: 1920, height: 1080 },
];

/** Every control that lies partly outside the window or its frame, or whose words do not fit into it. */
function cutControls(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const name = (element: Element): string =>
      element.getAttribute('aria-label') ?? (element.textContent?.trim() || element.outerHTML.slice(0, 80));
    const isCut = (element: Element): boolean => {
      const { left, right } = element.getBoundingClientRect();
      if (left < -0.5 || right > document.documentElement.clientWidth + 0.5) return true;
      const words = document.createRange();
      words.selectNodeContents(element);
      if (words.getBoundingClientRect().right > right + 1) return true;
      for (let frame = element.parentElement; frame; frame = frame.parentElement) {
        if (getComputedStyle(frame).overflowX === 'visible') continue;
        const box = frame.getBoundingClientRect();
        if (left < box.left - 0.5 || right > box.right + 0.5) return true;
      }
      return false;
    };
    return [...document.querySelectorAll('button, input, select, a, summary')]
      .filter((element) => element.checkVisibility() && isCut(element))
      .map(name);
  });
}

async function expectFits(page: Page, state: string): Promise<void> {
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow, `${state}: pixels beyond the window`).toBe(0);
  expect(await cutControls(page), `${state}: controls that are cut`).toEqual([]);
}

for (const size of SIZES)
  test(`${size.width} × ${size.height}`, async () => {
    const page = lab();
    await page.setViewportSize(size);
    await expectFits(page, 'empty');

    await button(page, 'All settings').click();
    await expect(allSettings(page)).toBeVisible();
    await expectFits(page, 'settings open');
    await button(page, 'Fewer settings').click();

    for (const name of ['Network', 'Networks', 'Data set', 'Learning rate η']) {
      await word(page, name).first().click();
      await expect(panel(page, name)).toBeInViewport();
      await expectFits(page, `panel ${name}`);
      await page.keyboard.press('Escape');
    }

    await configure(page, `${MICRO}&colour=${'red'.repeat(20)}`);
    await expectFits(page, 'with a notice');

    await runToEnd(page);
    for (const figure of await page.getByRole('figure').all()) {
      await figure.scrollIntoViewIfNeeded();
      await expect(figure.locator('.reading')).toHaveText(/\.$/);
    }
    await expectFits(page, 'finished');
    await expect(mainButton(page), 'the button is at hand everywhere').toBeInViewport({ ratio: 1 });

    for (const name of ['Overlaid', 'Linear', 'Side by side', 'Log']) {
      await button(page, name).click();
      await expectFits(page, name);
    }
  });

test('the longest words that a sentence and the key can hold', async () => {
  const page = lab();
  const variants = [
    'none',
    'batch.stopped',
    'batch.frozen@0.25',
    'noisy-batch.last',
    'noisy-none@0.125',
    'linf.layer3',
    'group',
    'layer',
  ];
  await configure(
    page,
    `#v=1&net=vgg:4-M-8-M-8&variants=${variants.join(',')}&steps=100000&seed=4294967295&seeds=10&ics=2`,
  );
  await expect(word(page, 'Networks')).toHaveCount(8);
  for (const size of SIZES) {
    await page.setViewportSize(size);
    await expectFits(page, `eight networks in ${size.width} pixels`);
  }
});
