/** A hundred clicks on whatever can be clicked, one after another, while networks train: the page bears all of them. */
import { expect, type Page } from '@playwright/test';
import { RandomStream } from '../src/random/streams.ts';
import { announcement, configure, MICRO, openLab, runToEnd, test } from './lab.ts';

const CLICKS = 100;
/** Other sequences: `E2E_CLICKS_SEEDS=7,8,9 npx playwright test anyClicks` */
const SEEDS = (process.env.E2E_CLICKS_SEEDS ?? '1,2').split(',').map(Number);

test.use({
  // One of the buttons asks Google's server for CIFAR-10; here it is away.
  expectedOrigins: ['https://storage.googleapis.com'],
  expectedErrors: [/Failed to load resource/],
});

/** Scrolls to one of all the controls that can be clicked now, or that begin and end runs, and gives its words and place. */
const choose = (page: Page, share: number, isOfRuns: boolean) =>
  page.evaluate(
    ([of, runs]) => {
      const controls = [
        ...document.querySelectorAll<HTMLElement>('button, summary, input, select, a[href^="#"]'),
      ];
      const isWanted = (control: HTMLElement): boolean =>
        !runs || /^(Run|Run it here|Pause|Go on|Run again|Reset)$/.test(control.textContent.trim());
      const usable = controls.filter(
        (control) =>
          !control.matches(':disabled') &&
          control.checkVisibility({ visibilityProperty: true }) &&
          isWanted(control),
      );
      const control = usable[Math.floor(of * usable.length)];
      if (!control) return null;
      control.scrollIntoView({ block: 'center', behavior: 'instant' });
      const { left, top, width, height } = control.getBoundingClientRect();
      const words = control.getAttribute('aria-label') ?? control.textContent.trim();
      const [x, y] = [left + width / 2, top + height / 2];
      // A link that lies there leads away from the page.
      if (document.elementFromPoint(x, y)?.closest('a[href^="http"]')) return null;
      return { words: `${control.tagName} ${words}`, x, y };
    },
    [share, isOfRuns] as const,
  );

for (const seed of SEEDS)
  test(`${CLICKS} clicks on anything, seed ${seed}: no exception, and the lab trains afterwards`, async ({
    page,
    context,
  }, testInfo) => {
    await context.route('https://storage.googleapis.com/**', (route) => route.abort());
    await openLab(page, MICRO.replace('steps=30', 'steps=2000'));
    const stream = new RandomStream(seed, 'data', 0);
    const clicked: string[] = [];
    for (let click = 0; click < CLICKS; click++) {
      const control = await choose(page, stream.bits(0, click)[0]! / 2 ** 32, click % 10 === 0);
      if (!control) continue;
      clicked.push(control.words);
      await page.mouse.click(control.x, control.y);
    }
    testInfo.annotations.push({ type: 'clicked', description: clicked.join(' | ') });
    expect(clicked.length).toBeGreaterThan(0.9 * CLICKS);

    await page.keyboard.press('Escape');
    await page.evaluate(() => {
      location.hash = '';
    });
    await page.evaluate(() => window.normscape.reset());
    await configure(page, MICRO);
    const { variants } = await runToEnd(page);
    expect(variants.map(({ status, train }) => [status, train.step.length])).toEqual(
      variants.map(() => ['finished', 31]),
    );
    await expect(announcement(page)).toHaveText('Finished at step 30.');
  });
