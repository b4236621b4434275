/**
 * How soon a visitor sees the recorded run: `npm run first-picture -- [visits, 9 unless given]`, after a build. Opens the built
 * page in a new browser with nothing in its cache, again and again, and tells the medians of the first paint and of the first
 * band of a figure, in milliseconds from the begin of the navigation. A report, not a test: browsers start on the same cores.
 */
import { chromium } from 'playwright';
import { preview } from 'vite';
import { CHROMIUM_FLAGS, ensureChromium } from './chromium.ts';

interface Visit {
  paintMs: number;
  bandMs: number;
}

async function visit(executablePath: string, url: string): Promise<Visit> {
  const browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.addInitScript(() => {
      const watch = new MutationObserver(() => {
        if (!document.querySelector('path.band')) return;
        performance.mark('band');
        watch.disconnect();
      });
      watch.observe(document, { childList: true, subtree: true });
    });
    await page.goto(url);
    await page.waitForFunction(() => performance.getEntriesByName('band').length > 0);
    return await page.evaluate(() => ({
      paintMs: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
      bandMs: performance.getEntriesByName('band')[0]!.startTime,
    }));
  } finally {
    await browser.close();
  }
}

function tell(name: string, times: readonly number[]): void {
  const sorted = times.toSorted((a, b) => a - b);
  const [least, middle, most] = [sorted[0]!, sorted[sorted.length >> 1]!, sorted.at(-1)!].map(Math.round);
  console.log(`${name}: median ${middle} ms, ${least} to ${most} ms`);
}

const executablePath = await ensureChromium();
const server = await preview({ preview: { port: 0 } });
const visits: Visit[] = [];
for (let left = Number(process.argv[2] ?? 9); left > 0; left--)
  visits.push(await visit(executablePath, server.resolvedUrls!.local[0]!));
tell(
  'first paint',
  visits.map(({ paintMs }) => paintMs),
);
tell(
  'first band',
  visits.map(({ bandMs }) => bandMs),
);
await server.close();
process.exit(0);
