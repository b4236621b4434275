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
  { width: 1280, height: 720 },
  { width: 1440, height: 900 },
  { width: 1920, height: 1080 },
];

/**
 * Every control that lies partly outside the window or its frame, or whose words do not fit into it. What a frame can
 * scroll into sight is not cut, and words for screen readers alone need no room.
 */
function cutControls(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const name = (element: Element): string =>
      element.getAttribute('aria-label') ?? (element.textContent?.trim() || element.outerHTML.slice(0, 80));
    const rightOfWords = (element: Element): number => {
      const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      let right = Number.NEGATIVE_INFINITY;
      for (let text = texts.nextNode(); text; text = texts.nextNode()) {
        const words = document.createRange();
        words.selectNodeContents(text);
        if (text.parentElement!.getBoundingClientRect().width > 1)
          right = Math.max(right, words.getBoundingClientRect().right);
      }
      return right;
    };
    const isCut = (element: Element): boolean => {
      const { left, right } = element.getBoundingClientRect();
      if (rightOfWords(element) > right + 1) return true;
      let [from, to] = [0, document.documentElement.clientWidth];
      for (let frame = element.parentElement; frame; frame = frame.parentElement) {
        const { overflowX } = getComputedStyle(frame);
        if (overflowX === 'auto' || overflowX === 'scroll') return false;
        if (overflowX === 'visible') continue;
        const box = frame.getBoundingClientRect();
        [from, to] = [Math.max(from, box.left), Math.min(to, box.right)];
      }
      return left < from - 0.5 || right > to + 0.5;
    };
    return [...document.querySelectorAll('button, input, select, a, summary')]
      .filter((element) => element.checkVisibility() && isCut(element))
      .map(name);
  });
}

/** What stands side by side, row by row; the pages' names scroll inside theirs. */
const ROWS = ['.top .mark, .top .nav, .top .end button', '.card-top button', '.key button'];

/** Pairs of controls of a row of which one lies on the other. */
function overlappingControls(page: Page): Promise<string[]> {
  return page.evaluate((rows) => {
    const overlap = (one: DOMRect, other: DOMRect): boolean =>
      Math.min(one.right, other.right) - Math.max(one.left, other.left) > 1 &&
      Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 1;
    return rows.flatMap((row) => {
      const controls = [...document.querySelectorAll(row)]
        .filter((element) => element.checkVisibility() && !element.closest('[popover]'))
        .map((element) => ({ name: element.textContent, box: element.getBoundingClientRect() }));
      return controls.flatMap(({ name, box }, i) =>
        controls
          .slice(i + 1)
          .filter((other) => overlap(box, other.box))
          .map((other) => `${name} / ${other.name}`),
      );
    });
  }, ROWS);
}

async function expectFits(page: Page, state: string): Promise<void> {
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow, `${state}: pixels beyond the window`).toBe(0);
  expect(await cutControls(page), `${state}: controls that are cut`).toEqual([]);
  expect(await overlappingControls(page), `${state}: controls on one another`).toEqual([]);
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

test('the words of a lost device, on a phone', async () => {
  const page = lab();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.evaluate(async () => {
    await window.normscape.step();
    await window.normscape.debug.loseDevice();
  });
  await expect(page.getByTestId('device')).toContainText('Device lost');
  await expectFits(page, 'device lost');
});
