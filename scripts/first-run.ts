/**
 * What the first run of an experiment waits for, and the second one: `npm run first-run -- [link, such as "#v=1"]`, after a
 * build. Opens the built page in a new profile, presses Run and writes down whatever the page says until training has begun;
 * then the same on the page opened again, whose choices of kernels are remembered.
 */
import { chromium, type Page } from 'playwright';
import type { Scripting } from '../src/store/scripting.ts';
import { CHROMIUM_FLAGS, ensureChromium } from './chromium.ts';
import { previewBuild } from './previewBuild.ts';

interface Said {
  /** Since Run was pressed. */
  atMs: number;
  words: string;
}

/** What stood under the run's buttons in every frame until the first step was recorded; each text once. */
function watch(page: Page): Promise<Said[]> {
  return page.evaluate(async () => {
    const lab = (window as unknown as { normscape: Scripting }).normscape;
    await lab.ready;
    const button = [...document.querySelectorAll<HTMLButtonElement>('.run button.primary')].find(
      ({ textContent }) => textContent?.startsWith('Run'),
    );
    if (!button) throw new Error('There is no button that says Run.');
    const said: { atMs: number; words: string }[] = [];
    const pressedAt = performance.now();
    button.click();
    while (!(lab.record()?.variants.every(({ train }) => train.step.length > 0) ?? false)) {
      await new Promise(requestAnimationFrame);
      const parts = document.querySelectorAll('.run .meta > span');
      const words = Array.from(parts, ({ textContent }) => textContent)
        .join(' ')
        .trim();
      const atMs = performance.now() - pressedAt;
      if (said.at(-1)?.words !== words) said.push({ atMs, words });
    }
    said.push({ atMs: performance.now() - pressedAt, words: '(first step recorded)' });
    await lab.pause();
    return said;
  });
}

const browser = await chromium.launch({ executablePath: await ensureChromium(), args: CHROMIUM_FLAGS });
const server = await previewBuild();
try {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    serviceWorkers: 'block',
  });
  for (const visit of ['first run', 'second run, on the page opened again']) {
    const page = await context.newPage();
    await page.goto(`${server.resolvedUrls!.local[0]!}${process.argv[2] ?? '#v=1'}`);
    console.log(visit);
    for (const { atMs, words } of await watch(page))
      console.log(`${(atMs / 1000).toFixed(2).padStart(7)} s  ${words}`);
    await page.close();
  }
} finally {
  await browser.close();
  await server.close();
}
