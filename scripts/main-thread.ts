/**
 * Reports the tasks of the page's main thread over 50 ms while an experiment trains in the built page, from a
 * PerformanceObserver. A report, not a test: `npm run main-thread -- [link, such as "#v=1&steps=50"]`, after a build.
 */
import { chromium, type Page } from 'playwright';
import { CHROMIUM_FLAGS, ensureChromium } from './chromium.ts';
import { previewBuild } from './previewBuild.ts';

/** The default experiment, cut short. */
const DEFAULT_LINK = '#v=1&steps=30&train=2000&test=200';

/** A window so high that every figure is in sight, and is therefore drawn. */
const WINDOW = { width: 1440, height: 3600 };

/** What is used of `window.normscape`. */
interface Scripting {
  ready: Promise<{ backend: string; adapter: string; software: boolean }>;
  configure(fragment: string): { notices: { message: string }[] };
  run(): Promise<{ variants: { id: string; status: string }[] }>;
}

interface Report {
  device: string;
  notices: string[];
  variants: string[];
  elapsedMs: number;
  /** Of every task over 50 ms, in order. */
  taskMs: number[];
}

function measure(page: Page, link: string): Promise<Report> {
  return page.evaluate(async (fragment) => {
    const lab = (window as unknown as { normscape: Scripting }).normscape;
    const device = await lab.ready;
    const { notices } = await lab.configure(fragment);
    const tasks: PerformanceEntry[] = [];
    const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries()));
    observer.observe({ type: 'longtask' });
    // One task on purpose shows that the browser reports them.
    const blockedUntil = performance.now() + 100;
    while (performance.now() < blockedUntil);
    await new Promise((resolve) => setTimeout(resolve, 500));
    tasks.push(...observer.takeRecords());
    if (tasks.splice(0).length === 0) throw new Error('This browser reports no long tasks.');
    const startedAt = performance.now();
    const record = await lab.run();
    const elapsedMs = performance.now() - startedAt;
    tasks.push(...observer.takeRecords());
    return {
      device: `${device.backend}, ${device.adapter}${device.software ? ' (software)' : ''}`,
      notices: notices.map((notice) => notice.message),
      variants: record.variants.map(({ id, status }) => `${id} ${status}`),
      elapsedMs,
      taskMs: tasks.map((task) => task.duration),
    };
  }, link);
}

function print({ device, notices, variants, elapsedMs, taskMs }: Report): void {
  const total = taskMs.reduce((sum, duration) => sum + duration, 0);
  for (const notice of notices) console.log(`notice: ${notice}`);
  console.log(`device: ${device}`);
  console.log(`networks: ${variants.join(', ')}`);
  console.log(`run: ${(elapsedMs / 1000).toFixed(1)} s`);
  console.log(`main-thread tasks over 50 ms: ${taskMs.length}`);
  console.log(`longest: ${Math.max(0, ...taskMs).toFixed(0)} ms`);
  console.log(`their share of the time: ${((100 * total) / elapsedMs).toFixed(2)} %`);
}

const browser = await chromium.launch({ executablePath: await ensureChromium(), args: CHROMIUM_FLAGS });
const server = await previewBuild();
try {
  const page = await browser.newPage({ viewport: WINDOW, serviceWorkers: 'block' });
  await page.goto(server.resolvedUrls!.local[0]!);
  print(await measure(page, process.argv[2] ?? DEFAULT_LINK));
} finally {
  await browser.close();
  await server.close();
}
