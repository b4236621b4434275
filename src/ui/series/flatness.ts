/** The loss around the point that training reached: on a line, and on a plane as steps of grey. */
import { largest, smallest } from '../../record/statistics.ts';
import { formatValue } from '../format.ts';
import type { Scale } from './axis.ts';
import type { ColumnOf } from './lineData.ts';
import { meanOverSeeds } from './seeds.ts';
import type { Shown } from './shown.ts';
import { nameEach } from './words.ts';

/** Steps of grey that the page has tokens for. */
export const LEVELS = 6;
/** Cells along each side of a drawn map; between measured points the loss is interpolated. */
const CELLS = 96;

/** The loss along the first direction; “steps” are distances in filter norms. */
export const flatnessColumn: ColumnOf = ({ variant: { flatness } }) => ({
  step: flatness?.at ?? [],
  value: flatness?.line ?? [],
});

export interface LossPlane extends Shown {
  at: readonly number[];
  /** values[i][j] at at[i] along the first direction and at[j] along the second; means over the seeds. */
  values: number[][];
  /** Each seed's, where there are several. */
  single: { seed: number; values: number[][] }[];
}

export function lossPlanes(shown: readonly Shown[]): LossPlane[] {
  return shown.flatMap((one) => {
    const planes = one.seeds.flatMap(({ variant }) => variant.flatness ?? []);
    const [first] = planes;
    if (!first) return [];
    const values = first.plane.map((row, i) =>
      row.map((_, j) => planes.reduce((sum, { plane }) => sum + plane[i]![j]!, 0) / planes.length),
    );
    const single = one.seeds.flatMap(({ variant: { seed, flatness } }) =>
      flatness ? [{ seed, values: flatness.plane }] : [],
    );
    return [{ ...one, at: first.at, values, single: single.length > 1 ? single : [] }];
  });
}

/** The values that part six levels, from the smallest to the largest finite value of all planes and seeds. */
export function levelBounds(planes: readonly LossPlane[], scale: Scale): number[] {
  const all = planes.flatMap(({ values, single }) => [values, ...single.map((seed) => seed.values)]);
  const finite = all.flat(2).filter(Number.isFinite);
  const usable = scale === 'log' ? finite.filter((value) => value > 0) : finite;
  const [low, high] = [smallest(usable), largest(usable)];
  return Array.from({ length: LEVELS + 1 }, (_, i) =>
    scale === 'log' ? low * (high / low) ** (i / LEVELS) : low + ((high - low) * i) / LEVELS,
  );
}

/** Linear between the four points around a place; not finite where one of them is not. */
function interpolated(values: readonly (readonly number[])[], x: number, y: number): number {
  const last = values.length - 1;
  const [i, j] = [Math.min(last - 1, Math.floor(x)), Math.min(last - 1, Math.floor(y))];
  const [a, b] = [x - i, y - j];
  const between = (low: number, high: number, part: number): number =>
    part === 0 ? low : low + (high - low) * part;
  return between(
    between(values[i]![j]!, values[i]![j + 1]!, b),
    between(values[i + 1]![j]!, values[i + 1]![j + 1]!, b),
    a,
  );
}

function levelOf(value: number, bounds: readonly number[]): number | null {
  if (!Number.isFinite(value)) return null;
  const found = bounds.findIndex((bound, i) => i > 0 && value <= bound);
  return found < 0 ? LEVELS - 1 : found - 1;
}

export interface LevelPaths {
  /** One path a level, lowest loss first, in a square from 0 to `CELLS`. */
  levels: string[];
  /** Where the loss is not finite. */
  notFinite: string;
}

/** The map of one plane: rows of cells, cells of one level joined. */
export function levelPaths({ values }: Pick<LossPlane, 'values'>, bounds: readonly number[]): LevelPaths {
  const levels = Array.from({ length: LEVELS }, () => '');
  let notFinite = '';
  const scale = (values.length - 1) / CELLS;
  for (let row = 0; row < CELLS; row++) {
    // The second direction points up.
    const y = (CELLS - row - 0.5) * scale;
    const cells = Array.from({ length: CELLS }, (_, column) =>
      levelOf(interpolated(values, (column + 0.5) * scale, y), bounds),
    );
    let from = 0;
    for (let column = 1; column <= CELLS; column++) {
      if (column < CELLS && cells[column] === cells[from]) continue;
      const path = `M${from} ${row}h${column - from}v1h${from - column}z`;
      const level = cells[from];
      if (level === null || level === undefined) notFinite += path;
      else levels[level] += path;
      from = column;
    }
  }
  return { levels, notFinite };
}

/** The side of the square in which `levelPaths` draws. */
export const MAP_SIDE = CELLS;

/** The measured point nearest to a place in the square, both from 0 to 1. */
export function nearestPoint(
  { at, values }: LossPlane,
  x: number,
  y: number,
): { first: number; second: number; loss: number } {
  const last = at.length - 1;
  const index = (place: number): number => Math.max(0, Math.min(last, Math.round(place * last)));
  const [i, j] = [index(x), index(1 - y)];
  return { first: at[i]!, second: at[j]!, loss: values[i]![j]! };
}

/** The measured place nearest to a distance along the line. */
function nearestIndex(at: readonly number[], wanted: number): number {
  return at.reduce((best, here, i) => (Math.abs(here - wanted) < Math.abs(at[best]! - wanted) ? i : best), 0);
}

/** By how much the loss rises about half a filter norm away from the end point, along the line. */
export function flatnessReading(shown: readonly Shown[]): string | null {
  const rises = shown.flatMap((one) => {
    const rise = meanOverSeeds(one, ({ variant: { flatness } }) => {
      if (!flatness) return Number.NaN;
      const { at, line } = flatness;
      const [there, middle] = [nearestIndex(at, 0.5), nearestIndex(at, 0)];
      return (line[there]! + line[2 * middle - there]!) / 2 - line[middle]!;
    });
    return Number.isNaN(rise) ? [] : [{ label: one.identity.name, rise }];
  });
  const at = shown.flatMap(({ seeds }) => seeds).find(({ variant }) => variant.flatness)?.variant
    .flatness?.at;
  if (rises.length === 0 || !at) return null;
  rises.sort((a, b) => b.rise - a.rise);
  const named = rises.map(({ label, rise }) => ({ label, words: formatValue(rise) }));
  const distance = Number(at[nearestIndex(at, 0.5)]!.toPrecision(2));
  return `At ${distance} filter norms from the end point the loss has risen by: ${nameEach(named)}.`;
}

/** How much of the plane the loss has at most doubled on, against that at the end point. */
export function planeReading(shown: readonly Shown[]): string | null {
  const shares = lossPlanes(shown).map(({ identity, values }) => {
    const middle = (values.length - 1) / 2;
    const end = values[middle]![middle]!;
    const all = values.flat();
    const share = all.filter((value) => value <= 2 * end).length / all.length;
    return { label: identity.name, share };
  });
  if (shares.length === 0) return null;
  shares.sort((a, b) => b.share - a.share);
  const named = shares.map(({ label, share }) => ({ label, words: `${Math.round(100 * share)}%` }));
  return `The loss is at most twice that of the end point at this share of the points: ${nameEach(named)}.`;
}
