/** Several seeds of one network: their mean as the line, from the smallest to the largest as a band. */
import { formatCount } from '../format.ts';
import type { Column } from './line.ts';
import type { SeedShown, Shown } from './shown.ts';

export interface SeedColumn extends Column {
  /** Over the finite values. */
  low: readonly number[];
  /** Infinity where a value is not finite: the band is open upwards there. */
  high: readonly number[];
}

/** A column up to the step at which its network diverged; what comes there has its cross. */
export function upToDivergence({ variant: { divergedAt } }: SeedShown, column: Column): Column {
  if (divergedAt === null) return column;
  const end = column.step.findIndex((step) => step >= divergedAt);
  return end < 0 ? column : { step: column.step.slice(0, end), value: column.value.slice(0, end) };
}

/** Mean and range at every step of the longest column, over the columns that have a value there. */
export function overSeeds(columns: readonly Column[]): SeedColumn {
  const longest = columns.reduce((a, b) => (b.step.length > a.step.length ? b : a));
  const [value, low, high]: number[][] = [[], [], []];
  const at = columns.map(() => 0);
  for (const step of longest.step) {
    let [sum, count, least, most] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const [i, column] of columns.entries()) {
      while ((column.step[at[i]!] ?? step) < step) at[i]! += 1;
      if (column.step[at[i]!] !== step) continue;
      const here = column.value[at[i]!]!;
      sum += here;
      count += 1;
      if (Number.isFinite(here)) least = Math.min(least, here);
      most = Number.isNaN(here) ? Number.POSITIVE_INFINITY : Math.max(most, here);
    }
    value!.push(sum / count);
    low!.push(Number.isFinite(least) ? least : Number.NaN);
    high!.push(most);
  }
  return { step: longest.step, value: value!, low: low!, high: high! };
}

/** The mean over the seeds of what is worked out for each of them. */
export function meanOverSeeds({ seeds }: Pick<Shown, 'seeds'>, of: (seed: SeedShown) => number): number {
  return seeds.reduce((sum, seed) => sum + of(seed), 0) / seeds.length;
}

/** Steps at which seeds of a network diverged, ascending. */
export function divergedSteps({ seeds }: Pick<Shown, 'seeds'>): number[] {
  return seeds
    .flatMap(({ variant: { divergedAt } }) => (divergedAt === null ? [] : [divergedAt]))
    .sort((a, b) => a - b);
}

export const hasDiverged = (one: Pick<Shown, 'seeds'>): boolean =>
  divergedSteps(one).length === one.seeds.length;

/** “not finite at step 312”, or from when on, with how many of several seeds. */
export function divergenceWords(one: Pick<Shown, 'seeds'>): string {
  const [first = 0, ...others] = divergedSteps(one);
  if (one.seeds.length === 1) return `not finite at step ${formatCount(first)}`;
  const when = others.length === 0 ? 'at' : 'from';
  return `${others.length + 1} of ${one.seeds.length} not finite ${when} ${formatCount(first)}`;
}

/** A sentence that also says over how many seeds it speaks. */
export function withSeeds(sentence: string | null, seeds: number): string | null {
  return sentence === null || seeds === 1 ? sentence : sentence.replace(/\.$/, ` (${seeds} seeds).`);
}

/** For captions: what mean, range and single seeds look like. */
export function seedNote(seeds: number): string {
  return seeds === 1
    ? ''
    : `Bold: mean over ${seeds} seeds; thin: single seeds; shaded: from the smallest to the largest. `;
}
