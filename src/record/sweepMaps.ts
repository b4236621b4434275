/** A merged sweep as heat maps: learning rate by normalisation, one map for each set of the other settings. */

import type { Experiment } from '../experiment/experiment.ts';
import { fromFragment } from '../experiment/permalink.ts';
import { setting } from '../experiment/settings.ts';
import { NORMALISATIONS, parseVariant } from '../experiment/variants.ts';
import type { SweepRun } from './sweep.ts';

/** Settings that are axes of a map, or over which its cells are means. */
const WITHIN_A_MAP = (['variants', 'learningRate', 'seed', 'seeds'] as const).map((key) => setting(key).link);

export const SWEEP_METRICS = ['testAccuracy', 'trainLoss', 'band', 'beta'] as const;
export type SweepMetric = (typeof SWEEP_METRICS)[number];

/** Grey steps of a map. */
export const SWEEP_LEVELS = 6;

export interface SweepGroup {
  /** What the runs share, their normalisation, learning rate and seed aside. */
  experiment: Experiment;
  /** Ids of variants, in the order of `NORMALISATIONS`. */
  variants: string[];
  /** Ascending. */
  learningRates: number[];
  /** By variant, by learning rate: one run a seed; none where the sweep has no such run. */
  cells: SweepRun[][][];
}

const othersOf = (fragment: string): string =>
  fragment
    .slice(1)
    .split('&')
    .filter((part) => !WITHIN_A_MAP.includes(part.slice(0, part.indexOf('='))))
    .join('&');

/** In the order in which normalisations are always listed. */
const placeOf = (variant: string): number => {
  const parsed = parseVariant(variant);
  return parsed.ok ? NORMALISATIONS.indexOf(parsed.value.norm) : NORMALISATIONS.length;
};

function groupOf(runs: readonly SweepRun[]): SweepGroup {
  const variants = [...new Set(runs.map(({ variant }) => variant))].sort((a, b) => placeOf(a) - placeOf(b));
  const learningRates = [...new Set(runs.map(({ learningRate }) => learningRate))].sort((a, b) => a - b);
  const cells = variants.map(() => learningRates.map((): SweepRun[] => []));
  for (const run of runs)
    cells[variants.indexOf(run.variant)]![learningRates.indexOf(run.learningRate)]!.push(run);
  return {
    experiment: fromFragment(`#${othersOf(runs[0]!.fragment)}`).experiment,
    variants,
    learningRates,
    cells,
  };
}

/** One group for each set of the other settings, in the order of the runs. */
export function sweepGroups(runs: readonly SweepRun[]): SweepGroup[] {
  const groups = new Map<string, SweepRun[]>();
  for (const run of runs) {
    const others = othersOf(run.fragment);
    const group = groups.get(others);
    if (group) group.push(run);
    else groups.set(others, [run]);
  }
  return [...groups.values()].map(groupOf);
}

export interface SweepCell {
  /** Mean over the seeds that have a value; null where none has one. */
  value: number | null;
  /** How many seeds the mean is over. */
  seeds: number;
  diverged: number;
}

/** Of the runs of one cell. A diverged run counts as diverged, and what it reached before is no part of the mean. */
export function sweepCell(runs: readonly SweepRun[], metric: SweepMetric): SweepCell {
  const diverged = runs.filter(({ status }) => status === 'diverged').length;
  const values = runs.filter(({ status }) => status !== 'diverged').flatMap((run) => run[metric] ?? []);
  const sum = values.reduce((total, value) => total + value, 0);
  return { value: values.length > 0 ? sum / values.length : null, seeds: values.length, diverged };
}

export interface SweepScale {
  low: number;
  high: number;
  /** Steps of equal ratio, where a metric spans more than a factor of ten. */
  isLogarithmic: boolean;
  /** Some values lie outside, and share the grey of the nearer end. */
  isCut: boolean;
}

/** Values further from the median than this factor do not stretch a scale of ratios. */
const MOST_RATIO_TO_MEDIAN = 100;

/** Over all cells of a map; null where no cell has a value. */
export function sweepScale(values: readonly number[]): SweepScale | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[0]!, sorted.at(-1)!];
  if (low <= 0 || high <= 10 * low) return { low, high, isLogarithmic: false, isCut: false };
  const median = sorted[sorted.length >> 1]!;
  const near = sorted.filter(
    (value) => value >= median / MOST_RATIO_TO_MEDIAN && value <= median * MOST_RATIO_TO_MEDIAN,
  );
  return { low: near[0]!, high: near.at(-1)!, isLogarithmic: true, isCut: near.length < sorted.length };
}

/** The grey step of a value, 0 to 5. */
export function sweepLevel(value: number, { low, high, isLogarithmic }: SweepScale): number {
  if (high === low) return 0;
  const place = isLogarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  return Math.max(0, Math.min(SWEEP_LEVELS - 1, Math.floor(place * SWEEP_LEVELS)));
}
