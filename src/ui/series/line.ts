/** From a column of a record to a drawable line: decimated, with a running median, and with what cannot be drawn. */
import type { Experiment } from '../../experiment/experiment.ts';
import { runningMedian } from '../../record/statistics.ts';
import { decimate, thin } from './decimate.ts';

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
}

/** What one value of a column stands for: a step of training, or a probe. */
export type Cadence = 'step' | 'probe';

/** Values from which on a running median takes in a hundredth of them. */
const MANY = 900;
const SHARE_OF_FEW = 16;

/**
 * The window of running medians over a whole run, so that it does not change while the run goes on: odd, 1 for a few
 * values, 9 for the 151 probes of the paper, and at most 301.
 */
export function medianWindow({ steps, probeEvery }: Experiment, cadence: Cadence): number {
  const values = cadence === 'step' ? steps + 1 : Math.floor(steps / probeEvery) + 1;
  const wanted =
    values < MANY ? Math.min(9, Math.round(values / SHARE_OF_FEW)) : Math.min(301, Math.round(values / 100));
  return 2 * Math.floor(wanted / 2) + 1;
}

/** With running medians where the window is larger than 1. */
export function lineSeries(id: string, column: Column, window: number): LineSeries {
  const { step, value } = column;
  const kept = decimate(value);
  const smooth = window === 1 ? null : smoothed(column, window);
  return {
    id,
    raw: { step: kept.map((i) => step[i]!), value: kept.map((i) => value[i]!) },
    smooth,
    tip: tipOf(smooth ?? column),
    notFinite: notFiniteSteps(column),
  };
}

/** Steps whose value is NaN or infinite. */
function notFiniteSteps({ step, value }: Column): number[] {
  const found: number[] = [];
  for (let i = 0; i < value.length; i++) if (!Number.isFinite(value[i]!)) found.push(step[i]!);
  return found;
}

interface Smoothing {
  length: number;
  window: number;
  column: Column;
}

/** The last smoothing of each column of a record. Columns only grow, so that their length says whether it holds. */
const smoothings = new WeakMap<readonly number[], Smoothing>();

/** Running medians of a column, at no more places than are drawn. */
export function smoothed({ step, value }: Column, window: number): Column {
  const known = smoothings.get(value);
  if (known?.length === value.length && known.window === window) return known.column;
  const at = thin(value.length);
  const column = { step: at.map((i) => step[i]!), value: runningMedian(value, window, at) };
  smoothings.set(value, { length: value.length, window, column });
  return column;
}

function tipOf({ step, value }: Column): { step: number; value: number } | null {
  for (let i = value.length - 1; i >= 0; i--)
    if (Number.isFinite(value[i]!)) return { step: step[i]!, value: value[i]! };
  return null;
}

/** The last entry at or before a step, or null where there is none. `step` ascends. */
export function indexAt(step: readonly number[], wanted: number): number | null {
  let low = 0;
  let high = step.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (step[middle]! <= wanted) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? null : low - 1;
}
