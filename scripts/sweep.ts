/**
 * Trains every point of a grid, one file a run, so that any scheduler can spread it; docs/sweeps.md.
 *
 *   npm run sweep -- sweep.json --shard 0/8 --out runs     every eighth run, from the first on
 *   npm run sweep -- --merge runs                          runs/merged.json, which the page opens
 *
 * Runs that are there already are left alone; a run that is stopped leaves nothing, and is made by the next call. With
 * `--engine float64` the networks train in this process, slowly but anywhere; else in a headless Chromium on its GPU.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sweepPoints } from '../src/record/sweep.ts';
import { merge, runShard, shardOf } from './sweep/runs.ts';
import { browserTrainer, float64Trainer } from './sweep/trainers.ts';

const USAGE =
  'Usage: npm run sweep -- sweep.json [--shard 0/1] --out folder, or npm run sweep -- --merge folder';

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      shard: { type: 'string', default: '0/1' },
      out: { type: 'string' },
      merge: { type: 'string' },
      engine: { type: 'string', default: 'browser' },
    },
  });
  if (values.merge) {
    const merged = merge(values.merge);
    const path = join(values.merge, 'merged.json');
    writeFileSync(path, JSON.stringify(merged));
    console.log(`${path}: ${merged.runs.length} networks`);
    return;
  }
  const [file] = positionals;
  if (!file || !values.out || !['browser', 'float64'].includes(values.engine)) throw new Error(USAGE);
  const points = shardOf(sweepPoints(JSON.parse(readFileSync(file, 'utf8'))), values.shard);
  const trainer = values.engine === 'float64' ? float64Trainer() : browserTrainer();
  try {
    await runShard(points, values.out, trainer.train, console.log);
  } finally {
    await trainer.close();
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
// The loop's message channels would keep the process waiting.
process.exit();
