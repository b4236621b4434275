/** A sweep: a grid over experiment keys, one run a point, and what of each run a table shows. */
import * as v from 'valibot';
import { readExperiment } from '../experiment/check.ts';
import type { Experiment, ExperimentKey } from '../experiment/experiment.ts';
import { fromFragment, toFragment } from '../experiment/permalink.ts';
import { EXPERIMENT_KEYS } from '../experiment/settings.ts';
import { parseVariant } from '../experiment/variants.ts';
import type { RunRecord } from './record.ts';

export const SWEEP_FORMAT = 'normscape-sweep';
const MOST_POINTS = 100_000;

const sweepFile = v.strictObject({
  /** A link's fragment, or the keys that differ from the defaults. */
  base: v.optional(v.union([v.string(), v.record(v.string(), v.unknown())]), {}),
  /** Values by key; every combination is a run. */
  grid: v.record(v.picklist(EXPERIMENT_KEYS), v.pipe(v.array(v.unknown()), v.minLength(1))),
});

export interface SweepPoint {
  experiment: Experiment;
  /** The link's fragment: it names the run. */
  fragment: string;
}

/** Every run of a sweep file, the last key of the grid running fastest. Throws where one of them cannot be run as asked. */
export function sweepPoints(raw: unknown): SweepPoint[] {
  const parsed = v.safeParse(sweepFile, raw);
  if (!parsed.success) {
    const issue = parsed.issues[0];
    throw new Error(
      `The sweep file cannot be read: at ${v.getDotPath(issue) ?? 'its top'}, ${issue.message}.`,
    );
  }
  const { base, grid } = parsed.output;
  const start = typeof base === 'string' ? fromFragment(base).experiment : base;
  const axes = Object.entries(grid) as [ExperimentKey, unknown[]][];
  const count = axes.reduce((product, [, values]) => product * values.length, 1);
  if (count > MOST_POINTS)
    throw new Error(`The sweep has ${count} runs; at most ${MOST_POINTS} are allowed.`);
  return Array.from({ length: count }, (_, index) => {
    const asked: Record<string, unknown> = { ...start };
    let rest = index;
    for (const [key, values] of [...axes].reverse()) {
      asked[key] = values[rest % values.length];
      rest = Math.floor(rest / values.length);
    }
    const { experiment, notices } = readExperiment(asked);
    if (notices[0])
      throw new Error(`Run ${index} of the sweep cannot be run as asked: ${notices[0].message}`);
    return { experiment, fragment: toFragment(experiment) };
  });
}

const number = v.nullable(v.number());
const sweepRun = v.object({
  /** Link of the set-up. */
  fragment: v.pipe(v.string(), v.startsWith('#'), v.maxLength(2_000)),
  variant: v.pipe(
    v.string(),
    v.maxLength(60),
    v.check((text) => parseVariant(text).ok, 'no variant'),
  ),
  learningRate: v.number(),
  seed: v.number(),
  status: v.pipe(v.string(), v.maxLength(20)),
  /** The last ones measured, 0 to 1; null where there is none. */
  testAccuracy: number,
  trainLoss: number,
  /** Over all probes, the mean of the largest loss along the gradient less the smallest. */
  band: number,
  /** The mean of β over all probes. */
  beta: number,
});
const mergedSweep = v.object({
  format: v.literal(SWEEP_FORMAT),
  version: v.literal(1),
  runs: v.pipe(v.array(sweepRun), v.maxLength(MOST_POINTS)),
});
export type SweepRun = v.InferOutput<typeof sweepRun>;
export type MergedSweep = v.InferOutput<typeof mergedSweep>;

/** Null where it is none. */
export function readMergedSweep(raw: unknown): MergedSweep | null {
  const parsed = v.safeParse(mergedSweep, raw);
  return parsed.success ? parsed.output : null;
}

const finite = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** What the table shows of one run's networks. */
export function summarise({ experiment, variants }: RunRecord): SweepRun[] {
  return variants.map(({ id, learningRate, seed, status, train, test, landscape }) => ({
    fragment: toFragment({ ...experiment, seed, seeds: 1, variants: [id] }),
    variant: id,
    learningRate,
    seed,
    status,
    testAccuracy: finite(test.accuracy.at(-1)),
    trainLoss: finite(train.loss.at(-1)),
    band: finite(mean(landscape.lossAt.map((row) => Math.max(...row) - Math.min(...row)))),
    beta: finite(mean(landscape.beta)),
  }));
}
