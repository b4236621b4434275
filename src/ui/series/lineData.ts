/** From the networks shown to everything that a line figure draws. */
import type { StepRange } from '../../store/state.ts';
import { formatValue } from '../format.ts';
import type { Scale } from './axis.ts';
import type { DrawnLine, EdgeMark, End, EndLabel, ReadAt } from './drawn.ts';
import { type Column, lineSeries, seedsSeries } from './line.ts';
import { indexAt } from './search.ts';
import { divergedSteps, divergenceWords, hasDiverged, overSeeds, upToDivergence } from './seeds.ts';
import type { SeedShown, Shown } from './shown.ts';
import { type Cadence, chosenSmoothing } from './smooth.ts';

/** What a line figure draws of one network as one seed trained it. */
export type ColumnOf = (one: SeedShown) => Column;

export interface LineData {
  lines: DrawnLine[];
  marks: EdgeMark[];
  ends: End[];
  labels: EndLabel[];
}

export interface LineOptions {
  scale: Scale;
  /** Running medians bold, every value faint: over what; null for the values alone. */
  smoothOver: Cadence | null;
  /** The visitor's, in place of running medians. */
  weight?: number | null;
  /** The steps shown; null for all. */
  range?: StepRange | null;
  /** Writes the last value beside a name, where it is given. */
  endValue: ((value: number) => string) | null;
}

export function lineData(shown: readonly Shown[], columnOf: ColumnOf, options: LineOptions): LineData {
  const { smoothOver, weight, range } = options;
  const lines = shown.map((one) => drawnLine(one, columnOf, smoothOver, weight, range));
  return {
    lines,
    marks: shown.flatMap((one) => marksOf(one, columnOf, options.scale)),
    ends: endsOf(shown),
    labels: shown.flatMap((one, i) => labelOf(one, lines[i]!, options)),
  };
}

/** The line of a network; of its seeds' mean, where there are several. */
export function drawnLine(
  one: Shown,
  columnOf: ColumnOf,
  smoothOver: Cadence | null,
  weight: number | null = null,
  range: StepRange | null = null,
): DrawnLine {
  const { identity, experiment, seeds } = one;
  const smoothing = smoothOver && chosenSmoothing(experiment, smoothOver, weight);
  if (seeds.length === 1)
    return { identity, series: lineSeries(identity.id, columnOf(one), smoothing, range) };
  const columns = seeds.map((seed) => upToDivergence(seed, columnOf(seed)));
  return { identity, series: seedsSeries(identity.id, columns, smoothing, range) };
}

/** Networks that diverged, each at the steps of its seeds. */
export function endsOf(shown: readonly Shown[]): End[] {
  return shown.flatMap((one) => {
    const steps = divergedSteps(one);
    return steps.length === 0 ? [] : [{ identity: one.identity, steps, words: divergenceWords(one) }];
  });
}

/** The column of a network, or the mean of its seeds' columns. */
function meanColumn(one: Shown, columnOf: ColumnOf): Column {
  if (one.seeds.length === 1) return columnOf(one);
  return overSeeds(one.seeds.map((seed) => upToDivergence(seed, columnOf(seed))));
}

/** Values without a height: not finite, or not positive on a logarithmic axis. The step of divergence has its cross. */
export function marksOf(one: Shown, columnOf: ColumnOf, scale: Scale): EdgeMark[] {
  const { identity } = one;
  const { step, value } = meanColumn(one, columnOf);
  const ends = divergedSteps(one);
  const marks: EdgeMark[] = [];
  for (let i = 0; i < value.length; i++) {
    const here = value[i]!;
    if (!Number.isFinite(here)) {
      if (!ends.includes(step[i]!)) marks.push({ identity, step: step[i]!, edge: 'top' });
    } else if (scale === 'log' && here <= 0) marks.push({ identity, step: step[i]!, edge: 'bottom' });
  }
  return marks;
}

function labelOf(one: Shown, { identity, series }: DrawnLine, { endValue }: LineOptions): EndLabel[] {
  if (!series.tip || hasDiverged(one)) return [];
  const words = endValue ? `${identity.short} ${endValue(series.tip.value)}` : identity.short;
  return [{ identity, words, ...series.tip }];
}

/** The seeds' values at the last step that is not later than `wanted`, and that step; null where there is none. */
function valuesAt(
  { seeds }: Shown,
  columnOf: ColumnOf,
  wanted: number,
): { step: number; values: number[] } | null {
  let latest = -1;
  const found = seeds.flatMap((seed) => {
    const { step, value } = seeds.length === 1 ? columnOf(seed) : upToDivergence(seed, columnOf(seed));
    const index = indexAt(step, wanted);
    if (index === null) return [];
    latest = Math.max(latest, step[index]!);
    return [{ step: step[index]!, value: value[index]! }];
  });
  if (latest < 0) return null;
  return { step: latest, values: found.filter(({ step }) => step === latest).map(({ value }) => value) };
}

const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** “0.53”, or the mean of several seeds with their range: “0.53 (0.49 – 0.60)”. */
export function meanAndRange(values: readonly number[], format: (value: number) => string): string {
  const mean = format(meanOf(values));
  return values.length === 1
    ? mean
    : `${mean} (${format(Math.min(...values))} – ${format(Math.max(...values))})`;
}

/** Reads every network at the last value that is not later than a step. */
export function readLines(
  shown: readonly Shown[],
  columnOf: ColumnOf,
  format: (value: number) => string = formatValue,
): ReadAt {
  return (wanted) => {
    let latest = -1;
    const rows = shown.flatMap((one) => {
      const found = valuesAt(one, columnOf, wanted);
      if (!found) return [];
      latest = Math.max(latest, found.step);
      const text = endedBefore(one, wanted) ?? meanAndRange(found.values, format);
      return [{ identity: one.identity, text, values: [meanOf(found.values)] }];
    });
    return latest < 0 ? null : { step: latest, rows };
  };
}

/** Says that a network has diverged with every seed, in place of its last values. */
export function endedBefore(one: Shown, step: number): string | null {
  return hasDiverged(one) && step >= divergedSteps(one).at(-1)! ? '✕ diverged' : null;
}
