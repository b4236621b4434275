/**
 * Columns over the probes of a run, one number a probe, in which divergence has a value: a point that is not finite makes an edge
 * infinite, and so does every probe that a diverged network misses.
 */

import type { RunRecord, VariantRecord } from '../../record/record.ts';
import { median } from '../../record/statistics.ts';
import type { Cast } from './networks.ts';
import { awaitStep, type Missing, missing, type Reading } from './reading.ts';

/** Fewer probes than this are no distribution to speak of. */
const FEWEST_PROBES = 9;

type Rows = readonly (readonly number[])[];

/** The largest value of each row; Infinity where one is not finite. */
export function upperEdges(rows: Rows): number[] {
  return rows.map((row) => (row.every(Number.isFinite) ? Math.max(...row) : Number.POSITIVE_INFINITY));
}

/** Largest − smallest value of each row; Infinity where one is not finite. */
export function widths(rows: Rows): number[] {
  return rows.map((row) =>
    row.every(Number.isFinite) ? Math.max(...row) - Math.min(...row) : Number.POSITIVE_INFINITY,
  );
}

/** How many probes a network that goes on has; once none does, as many as the run would have made. */
function probesMade({ experiment, variants }: RunRecord): number {
  const alive = variants.filter(({ divergedAt }) => divergedAt === null);
  if (alive.length === 0) return Math.ceil(experiment.steps / experiment.probeEvery) + 1;
  return Math.max(...alive.map(({ landscape }) => landscape.step.length));
}

/** A column of a diverged network, infinite from where it ends; any other column as it is. */
export function continued(record: RunRecord, { divergedAt }: VariantRecord, column: number[]): number[] {
  if (divergedAt === null) return column;
  const lost = Math.max(0, probesMade(record) - column.length);
  return [...column, ...Array.from({ length: lost }, () => Number.POSITIVE_INFINITY)];
}

/** What keeps a median over probes from being taken: too few of them yet, or in the whole run. */
export function tooFewProbes(record: RunRecord, cast: Cast, counts: readonly number[]): Missing | null {
  if (counts.every((count) => count >= FEWEST_PROBES)) return null;
  const { steps, probeEvery } = record.experiment;
  if (Math.ceil(steps / probeEvery) + 1 < FEWEST_PROBES)
    return missing(`Needs ${FEWEST_PROBES} probes: probe more often, or train longer.`);
  return awaitStep(cast, Math.min(steps, (FEWEST_PROBES - 1) * probeEvery));
}

/** The median of a column over all probes. NaN, a value that does not exist, is left out. */
export function medianOver(record: RunRecord, variant: VariantRecord, column: number[]): Reading {
  const values = continued(record, variant, column);
  const few = tooFewProbes(record, [variant], [values.length]);
  if (few) return few;
  const middle = median(values);
  return Number.isNaN(middle) ? missing('The measure has no value in this run.') : middle;
}

/** The values at probes from one step (included) to another (left out). */
export function between(
  steps: readonly number[],
  column: readonly number[],
  from: number,
  to: number,
): number[] {
  return column.filter((_, i) => steps[i]! >= from && steps[i]! < to);
}

/** Whether a network has taken all the steps that the experiment asks for. */
export const hasTakenAll = ({ experiment }: RunRecord, { train }: VariantRecord): boolean =>
  (train.step.at(-1) ?? -1) >= experiment.steps;

/** The values at the probes of the last third of the run. */
export function inLastThird(
  { experiment }: RunRecord,
  { landscape }: VariantRecord,
  column: readonly number[],
): number[] {
  return between(landscape.step, column, (2 * experiment.steps) / 3, Number.POSITIVE_INFINITY);
}
