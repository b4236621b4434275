/**
 * Times one training step of the same network in Normscape, TensorFlow.js and jax-js, headless, and prints tables.
 * `npm run bench -- [--growth] [--no-subgroups] [--json]`; with --json the last line is the result as JSON.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright';
import { build, preview } from 'vite';
import { median } from '../src/record/statistics.ts';
import {
  type BenchOptions,
  type BenchResult,
  benchJson,
  benchMarkdown,
  LAB_ROUNDS_LABEL,
  stepsOfLabRound,
} from '../src/worker/benchClient.ts';
import type { BenchPage } from './benchPage.ts';
import { CHROMIUM_FLAGS, ensureChromium } from './chromium.ts';
import { TRACED, threadTimes } from './threadTime.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** An isolated page's clock ticks every 5 µs, another's every 100 µs. */
const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};
const KNOWN_WORDS = ['--growth', '--no-subgroups', '--json'];

function readOptions(words: string[]): BenchOptions & { json: boolean } {
  const unknown = words.find((word) => !KNOWN_WORDS.includes(word));
  if (unknown)
    throw new Error(`“${unknown}” was not understood. Usage: npm run bench -- [${KNOWN_WORDS.join('] [')}]`);
  return {
    peers: true,
    growth: words.includes('--growth'),
    subgroups: !words.includes('--no-subgroups'),
    json: words.includes('--json'),
  };
}

/** Builds the bench's own small page, as the lab's page is built. */
async function buildPage(folder: string): Promise<void> {
  await build({
    root: ROOT,
    logLevel: 'warn',
    publicDir: false,
    build: {
      outDir: folder,
      emptyOutDir: true,
      rolldownOptions: {
        input: join(ROOT, 'scripts', 'benchPage.ts'),
        output: { entryFileNames: 'bench.js' },
      },
    },
  });
  writeFileSync(
    join(folder, 'index.html'),
    '<!doctype html><title>Bench</title><link rel="icon" href="data:,"><script type="module" src="bench.js"></script>',
  );
}

/** A trace of the browser while the lab's own loop runs. */
class LabTrace {
  private readonly browser: Browser;
  private started: Promise<void> | null = null;
  private trace: Promise<Buffer> | null = null;

  constructor(browser: Browser) {
    this.browser = browser;
  }

  /** Hears what the bench does next. */
  onProgress(label: string): void {
    if (label.startsWith(LAB_ROUNDS_LABEL))
      this.started = this.browser.startTracing(undefined, { categories: TRACED });
    else this.stop();
  }

  private stop(): void {
    if (!this.trace && this.started) this.trace = this.started.then(() => this.browser.stopTracing());
  }

  /** Processor time a step on the worker's thread, in milliseconds: the median over the rounds. */
  async threadMs(): Promise<number> {
    this.stop();
    const rounds = threadTimes(String(await this.trace), (name) => stepsOfLabRound(name) !== null);
    return median(rounds.map(({ name, threadMs }) => threadMs / stepsOfLabRound(name)!));
  }
}

async function runIn(browser: Browser, page: Page, options: BenchOptions): Promise<BenchResult> {
  const trace = new LabTrace(browser);
  page.on('console', (message) => {
    console.log(message.text());
    trace.onProgress(message.text());
  });
  await page.waitForFunction(() => 'bench' in window);
  const answer = await page.evaluate((asked) => (window as unknown as BenchPage).bench(asked), options);
  if ('problem' in answer) throw new Error(`${answer.problem.message} ${answer.problem.hint}`);
  const { productPath, ...result } = answer.result;
  return { ...result, productPath: { ...productPath, threadMs: await trace.threadMs() } };
}

async function main(): Promise<void> {
  const { json, ...options } = readOptions(process.argv.slice(2));
  const executablePath = await ensureChromium();
  const folder = mkdtempSync(join(tmpdir(), 'normscape-bench-'));
  try {
    await buildPage(folder);
    const server = await preview({
      root: ROOT,
      build: { outDir: folder },
      preview: { port: 0, headers: ISOLATED },
    });
    const browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
    try {
      const page = await browser.newPage({ serviceWorkers: 'block' });
      await page.goto(server.resolvedUrls!.local[0]!);
      const result = await runIn(browser, page, options);
      console.log(`\n${benchMarkdown(result)}`);
      if (json) console.log(benchJson(result));
    } finally {
      await browser.close();
      await server.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
