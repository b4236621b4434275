/**
 * How soon a visitor sees the recorded run: `npm run first-picture -- [visits, 9 unless given]`, after a build. Opens the built
 * page in a new browser with nothing in its cache, again and again, and tells in milliseconds from the begin of the navigation
 * when the saved picture of the run was painted, and when the lab, drawn by its program, took its place.
 * A report, not a test: browsers start on the same cores.
 */
import { chromium } from 'playwright';
import { CHROMIUM_FLAGS, ensureChromium } from './chromium.ts';
import { previewBuild } from './previewBuild.ts';

interface Visit {
  pictureMs: number;
  labMs: number;
}

/** The paint of a text inside the picture's first figure; then the first frame after the picture has gone. */
function watch(): void {
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      performance.mark('picture', {
        startTime: (entry as PerformanceEntry & { renderTime: number }).renderTime,
      });
  }).observe({ type: 'element', buffered: true });
  const replaced = new MutationObserver(() => {
    if (document.getElementById('first-picture') || !document.querySelector('#root path.band')) return;
    replaced.disconnect();
    requestAnimationFrame(() => setTimeout(() => performance.mark('lab')));
  });
  replaced.observe(document, { childList: true, subtree: true });
}

async function visit(executablePath: string, url: string): Promise<Visit> {
  const browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.addInitScript(watch);
    await page.goto(url);
    const time = (name: string): Promise<number> =>
      page
        .waitForFunction((mark) => performance.getEntriesByName(mark)[0]?.startTime, name)
        .then((found) => found.evaluate((ms) => ms!));
    return { pictureMs: await time('picture'), labMs: await time('lab') };
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
const server = await previewBuild();
const visits: Visit[] = [];
for (let left = Number(process.argv[2] ?? 9); left > 0; left--)
  visits.push(await visit(executablePath, server.resolvedUrls!.local[0]!));
tell(
  'recorded run painted',
  visits.map(({ pictureMs }) => pictureMs),
);
tell(
  'the lab in its place',
  visits.map(({ labMs }) => labMs),
);
await server.close();
process.exit(0);
