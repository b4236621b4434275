/** From a column of a record to a drawable line: decimated, with a running median, and with what cannot be drawn. */
import type { StepRange } from '../../store/state.ts';
import type { Edges } from './band.ts';
import { decimate } from './decimate.ts';
import { holds, within } from './range.ts';
import { overSeeds } from './seeds.ts';
import { isSmoothing, type Smoothing, smoothed } from './smooth.ts';

export interface Column {
  step: readonly number[];
  value: readonly number[];
}

export interface LineSeries {
  /** The variant's id. */
  id: string;
  /** Every value, or its extremes where there are too many. */
  raw: Column;
  /** Running medians, where the figure draws them. */
  smooth: Column | null;
  /** The last finite point of what is drawn boldest. */
  tip: { step: number; value: number } | null;
  /** Steps whose value is NaN or infinite: marked at the edge, never clipped. */
  notFinite: number[];
  /** Where there are several seeds: their range, and each of them. */
  seeds: { range: Edges; single: Column[] } | null;
}

/** With running medians where they are asked for, over more than one value; of the whole run, or of a range of steps. */
export function lineSeries(
  id: string,
  column: Column,
  smoothing: Smoothing | null,
  range: StepRange | null = null,
): LineSeries {
  const smooth = smoothing && isSmoothing(smoothing) ? smoothed(column, smoothing, range) : null;
  const shown = within(column, range);
  return {
    id,
    raw: thinned(shown),
    smooth,
    tip: tipOf(smooth ?? shown, range),
    notFinite: notFiniteSteps(shown),
    seeds: null,
  };
}

/** The mean of several seeds, of their running medians where they are asked for. */
export function seedsSeries(
  id: string,
  columns: readonly Column[],
  smoothing: Smoothing | null,
  range: StepRange | null = null,
): LineSeries {
  const single = columns.map((one) =>
    smoothing && isSmoothing(smoothing) ? smoothed(one, smoothing, range) : within(one, range),
  );
  const { step, value, low, high } = overSeeds(single);
  const kept = [...new Set([...decimate(value), ...decimate(low), ...decimate(high)])].sort((a, b) => a - b);
  const thin = (values: readonly number[]): number[] => kept.map((i) => values[i]!);
  const raw = { step: thin(step), value: thin(value) };
  return {
    id,
    raw,
    smooth: null,
    tip: tipOf(raw, range),
    notFinite: notFiniteSteps(raw),
    seeds: { range: { step: raw.step, low: thin(low), high: thin(high) }, single: single.map(thinned) },
  };
}

function thinned({ step, value }: Column): Column {
  const kept = decimate(value);
  return { step: kept.map((i) => step[i]!), value: kept.map((i) => value[i]!) };
}

/** Steps whose value is NaN or infinite. */
function notFiniteSteps({ step, value }: Column): number[] {
  const found: number[] = [];
  for (let i = 0; i < value.length; i++) if (!Number.isFinite(value[i]!)) found.push(step[i]!);
  return found;
}

function tipOf({ step, value }: Column, range: StepRange | null): { step: number; value: number } | null {
  for (let i = value.length - 1; i >= 0; i--)
    if (Number.isFinite(value[i]!) && holds(range, step[i]!)) return { step: step[i]!, value: value[i]! };
  return null;
}
