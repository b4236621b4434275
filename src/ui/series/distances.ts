/** The gradient's difference against the distance walked along it: one line a probe (Fig. 11). */
import type { Landscape } from '../../record/record.ts';
import { median } from '../../record/statistics.ts';
import { type Axis, axisAround, extentOf } from './axis.ts';
import { indexAt } from './line.ts';
import type { SeedShown, Shown } from './shown.ts';
import { nameEach, times } from './words.ts';

/** As many lines as the paper draws. */
const MOST_LINES = 50;
/** Step sizes that span more than this call for logarithmic axes. */
const MANY_SIZES = 50;

export interface DistanceLine {
  /** The step of training. */
  step: number;
  /** 0 for the first probe of the run, 1 for the last. */
  age: number;
  /** Step sizes η′ in ascending order, and ‖g′ − g‖ at each. */
  size: number[];
  difference: number[];
}

/** A link carries only the smallest and the largest value of a probe, which say nothing about distances. */
const wholeRow = ({ stepSizes }: Landscape, row: readonly number[]): readonly number[] =>
  row.length === stepSizes.length ? row : [];

/** The paper's and our fine points of one probe, in the order of their step sizes. */
function lineAt({ variant, experiment }: SeedShown, index: number): DistanceLine {
  const { landscape } = variant;
  const { fine } = landscape;
  const row = wholeRow(landscape, landscape.gradientDifferenceAt[index]!);
  const points = [
    ...landscape.stepSizes.map((size, i) => ({ size, value: row[i] ?? Number.NaN })),
    ...fine.stepSizes.map((size, i) => ({
      size,
      value: fine.gradientDifferenceAt[index]?.[i] ?? Number.NaN,
    })),
  ].sort((a, b) => a.size - b.size);
  const step = landscape.step[index]!;
  return {
    step,
    age: step / experiment.steps,
    size: points.map((point) => point.size),
    difference: points.map((point) => point.value),
  };
}

/** At most 50 probes of one seed, evenly chosen. */
function linesOf(seed: SeedShown): DistanceLine[] {
  const { length } = seed.variant.landscape.step;
  const stride = Math.ceil(length / MOST_LINES);
  return Array.from({ length: Math.ceil(length / stride) }, (_, i) => lineAt(seed, i * stride));
}

/** Means over the seeds that were probed at the same step. */
function meanLines(lists: readonly (readonly DistanceLine[])[]): DistanceLine[] {
  const longest = lists.reduce((a, b) => (b.length > a.length ? b : a));
  return longest.map((line) => {
    const same = lists.flatMap((list) => list.find(({ step }) => step === line.step) ?? []);
    const difference = line.difference.map(
      (_, i) => same.reduce((sum, one) => sum + one.difference[i]!, 0) / same.length,
    );
    return { ...line, difference };
  });
}

export interface DistancePanel extends Shown {
  lines: DistanceLine[];
  /** Each seed's, where there are several. */
  single: DistanceLine[];
}

export function distancePanels(shown: readonly Shown[]): DistancePanel[] {
  return shown.map((one) => {
    const lists = one.seeds.map(linesOf);
    return { ...one, lines: meanLines(lists), single: lists.length > 1 ? lists.flat() : [] };
  });
}

/** The line of the last probe up to a step. */
export function lineUpTo({ lines }: DistancePanel, step: number): DistanceLine | null {
  const index = indexAt(
    lines.map((line) => line.step),
    step,
  );
  return index === null ? null : lines[index]!;
}

/** Both linear, or both logarithmic where the paper's step sizes span decades. */
export function distanceAxes(
  panels: readonly DistancePanel[],
  multiples: readonly number[],
  learningRate: number,
): { x: Axis; y: Axis } {
  const scale = Math.max(...multiples) / Math.min(...multiples) > MANY_SIZES ? 'log' : 'linear';
  const planned = multiples.map((multiple) => multiple * learningRate);
  const lines = panels.flatMap(({ lines: mean, single }) => [...mean, ...single]);
  const sizes = extentOf([planned, ...lines.map(({ size }) => size)], scale) ?? [0.01, 1];
  const values = extentOf(
    lines.map(({ difference }) => difference),
    scale,
  ) ?? [1, 100];
  return { x: axisAround(...sizes, scale), y: axisAround(...values, scale) };
}

/** How much the difference grows from the smallest to the largest of the paper's steps: in proportion, or less. */
export function distancesReading(shown: readonly Shown[]): string | null {
  const growths = shown.flatMap((one) => {
    const ratios = one.seeds.flatMap(({ variant }) =>
      variant.landscape.gradientDifferenceAt
        .map((row) => wholeRow(variant.landscape, row))
        .map((row) => (row.at(-1) ?? Number.NaN) / (row[0] ?? Number.NaN)),
    );
    const growth = median(ratios);
    return ratios.length < 3 || Number.isNaN(growth) ? [] : [{ label: one.identity.name, growth }];
  });
  const multiples = shown[0]?.experiment.probeSteps ?? [];
  if (growths.length === 0 || multiples.length < 2) return null;
  growths.sort((a, b) => b.growth - a.growth);
  const named = growths.map(({ label, growth }) => ({ label, words: `${times(growth)} times` }));
  const proportion = Number((multiples.at(-1)! / multiples[0]!).toPrecision(3)).toLocaleString('en-US');
  return `The largest step is ${proportion} times the smallest; the difference grows, at the median: ${nameEach(named)}.`;
}
