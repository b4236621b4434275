/** The files of a sweep: one a run, named after its set-up, written whole or not at all. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Experiment } from '../../src/experiment/experiment.ts';
import { recordFromJson, recordToJson } from '../../src/record/json.ts';
import type { RunRecord } from '../../src/record/record.ts';
import { type MergedSweep, SWEEP_FORMAT, type SweepPoint, summarise } from '../../src/record/sweep.ts';

const NAME = /^run-[0-9a-f]{16}\.json$/;

const fileOf = ({ fragment }: SweepPoint): string =>
  `run-${createHash('sha256').update(fragment).digest('hex').slice(0, 16)}.json`;

/** Every n-th point from the i-th on, for `i/n` counted from 0. */
export function shardOf(points: SweepPoint[], shard: string): SweepPoint[] {
  const [index, count] = /^(\d+)\/(\d+)$/.exec(shard)?.slice(1).map(Number) ?? [];
  if (index === undefined || count === undefined || index >= count)
    throw new Error(`“${shard}” is no shard. Write 0/8 for the first of eight, 7/8 for the last.`);
  return points.filter((_, i) => i % count === index);
}

/** Trains what is not there yet. */
export async function runShard(
  points: readonly SweepPoint[],
  folder: string,
  train: (experiment: Experiment) => Promise<RunRecord>,
  tell: (words: string) => void,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const [i, point] of points.entries()) {
    const path = join(folder, fileOf(point));
    const place = `${i + 1} of ${points.length}`;
    if (existsSync(path) && recordFromJson(readFileSync(path, 'utf8')).ok) {
      tell(`${place}: there already, ${point.fragment}`);
      continue;
    }
    const record = await train(point.experiment);
    const partial = `${path}.${process.pid}.partial`;
    try {
      writeFileSync(partial, recordToJson(record));
      renameSync(partial, path);
    } finally {
      rmSync(partial, { force: true });
    }
    tell(`${place}: done, ${point.fragment}`);
  }
}

/** All runs of a folder, in the order of their links. Throws on a file that holds none. */
export function merge(folder: string): MergedSweep {
  const runs = readdirSync(folder)
    .filter((name) => NAME.test(name))
    .flatMap((name) => {
      const reading = recordFromJson(readFileSync(join(folder, name), 'utf8'));
      if (!reading.ok)
        throw new Error(`${join(folder, name)}: ${reading.message} Delete it and sweep again.`);
      return summarise(reading.record);
    });
  if (runs.length === 0) throw new Error(`${folder} holds no run of a sweep.`);
  runs.sort((a, b) => (a.fragment < b.fragment ? -1 : 1));
  return { format: SWEEP_FORMAT, version: 1, runs };
}
