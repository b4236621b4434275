/** What trains the runs of a sweep: the page in a headless Chromium, or the float64 engine in this process. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { build, preview } from 'vite';
import { loadDataset } from '../../src/data/dataset.ts';
import { DataCache } from '../../src/data/shards.ts';
import { createFloat64Engine } from '../../src/engine/float64/engine.ts';
import type { Experiment } from '../../src/experiment/experiment.ts';
import { Run } from '../../src/lab/run.ts';
import { RunArchive } from '../../src/lab/runArchive.ts';
import { addMeasured, emptyRecord } from '../../src/record/build.ts';
import { recordFromJson } from '../../src/record/json.ts';
import type { Environment, RunRecord } from '../../src/record/record.ts';
import { CHROMIUM_FLAGS, ensureChromium } from '../chromium.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface SweepTrainer {
  train: (experiment: Experiment) => Promise<RunRecord>;
  close: () => Promise<void>;
}

/** What is used of `window.normscape`. */
interface Scripting {
  ready: Promise<unknown>;
  configure(from: Partial<Experiment>): unknown;
  run(): Promise<unknown>;
}

/** Every run in a page of its own, of one browser. */
export function browserTrainer(): SweepTrainer {
  const open = async () => {
    const executablePath = await ensureChromium();
    const folder = join(ROOT, 'dist');
    await build({ root: ROOT, logLevel: 'warn', build: { outDir: folder } });
    const server = await preview({ root: ROOT, preview: { port: 0 } });
    const browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
    return { server, browser };
  };
  let opened: ReturnType<typeof open> | null = null;
  return {
    async train(experiment) {
      opened ??= open();
      const { server, browser } = await opened;
      const page = await browser.newPage({ serviceWorkers: 'block' });
      await page.goto(server.resolvedUrls!.local[0]!);
      const json = await page.evaluate(async (asked) => {
        const lab = (window as unknown as { normscape: Scripting }).normscape;
        await lab.ready;
        lab.configure(asked);
        return JSON.stringify(await lab.run(), (_, value: unknown) =>
          typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
        );
      }, experiment);
      await page.close();
      const reading = recordFromJson(json);
      if (!reading.ok) throw new Error(reading.message);
      return reading.record;
    },
    async close() {
      const { server, browser } = (await opened) ?? {};
      await browser?.close();
      await server?.close();
    },
  };
}

/** Data files come from public/data. */
async function readData(url: string): Promise<Response> {
  const bytes = await readFile(join(ROOT, 'public', new URL(url).pathname)).catch(() => null);
  return new Response(bytes, { status: bytes ? 200 : 404 });
}

/** The page's own loop, without a device. */
export function float64Trainer(): SweepTrainer {
  const cache = new DataCache();
  return {
    async train(experiment) {
      const options = { baseUrl: 'http://localhost/data/', cache, fetch: readData };
      const loading = await loadDataset(experiment, options);
      if (!loading.ok) throw new Error(`${loading.problem.message} ${loading.problem.hint}`);
      const environment: Environment = {
        backend: 'cpu',
        adapter: 'float64',
        software: true,
        app: 'normscape sweep',
        startedAt: new Date().toISOString(),
      };
      const record = emptyRecord(experiment, environment);
      const run = await Run.create([createFloat64Engine], {
        experiment,
        environment,
        dataset: loading.dataset,
        archive: new RunArchive(),
        emit: (event) => {
          if (event.type === 'measured') for (const measured of event.measured) addMeasured(record, measured);
        },
      });
      await run.advance(Number.POSITIVE_INFINITY, () => false);
      run.dispose();
      return record;
    },
    close: async () => {},
  };
}
