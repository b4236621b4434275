/** What trains the runs of a sweep: the page in a headless Chromium, or the float64 engine in this process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadDataset } from '../../src/data/dataset.ts';
import { DataCache } from '../../src/data/shards.ts';
import { createFloat64Engine } from '../../src/engine/float64/engine.ts';
import type { Experiment } from '../../src/experiment/experiment.ts';
import { Run } from '../../src/lab/run.ts';
import { RunArchive } from '../../src/lab/runArchive.ts';
import { addMeasured, emptyRecord } from '../../src/record/build.ts';
import type { Environment, RunRecord } from '../../src/record/record.ts';
import { openLabPage } from '../record/page.ts';
import { begin, finish } from '../record/recording.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface SweepTrainer {
  train: (experiment: Experiment) => Promise<RunRecord>;
  close: () => Promise<void>;
}

/** Every run in the page, opened afresh, of one browser with a profile of its own: shards do not meet. */
export function browserTrainer(): SweepTrainer {
  const profile = mkdtempSync(join(tmpdir(), 'normscape-sweep-'));
  let opened: ReturnType<typeof openLabPage> | null = null;
  return {
    async train(experiment) {
      const isFirst = opened === null;
      opened ??= openLabPage(profile);
      const { page } = await opened;
      if (!isFirst) await page.reload();
      await begin(page, experiment);
      return finish(page, () => {});
    },
    async close() {
      await (await opened)?.close();
      rmSync(profile, { recursive: true, force: true });
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
