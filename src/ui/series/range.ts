/** A stretch of the run: what the figures over time show while they are zoomed. */
import type { StepRange } from '../../store/state.ts';
import { indexAt } from './search.ts';

/** From the last entry at or before the range to the first at or after it, so that lines reach its edges. */
function bounds(step: readonly number[], [from, to]: StepRange): [begin: number, end: number] {
  const begin = indexAt(step, from) ?? 0;
  const last = indexAt(step, to) ?? -1;
  return [begin, step[last] === to ? last + 1 : last + 2];
}

/** What of columns that belong to the same steps lies in the range; all of it where there is none. */
export function within<T extends { step: readonly number[] } & Record<keyof T, readonly number[]>>(
  columns: T,
  range: StepRange | null,
): T {
  if (!range) return columns;
  const [begin, end] = bounds(columns.step, range);
  if (begin === 0 && end >= columns.step.length) return columns;
  const cut = Object.entries<readonly number[]>(columns).map(([name, column]) => [
    name,
    column.slice(begin, end),
  ]);
  return Object.fromEntries(cut) as T;
}

export const holds = (range: StepRange | null, step: number): boolean =>
  !range || (step >= range[0] && step <= range[1]);

/** The range where it lies in a run of so many steps, else null. */
export const rangeIn = (range: StepRange | null, steps: number): StepRange | null =>
  range && range[0] < steps ? [range[0], Math.min(range[1], steps)] : null;
