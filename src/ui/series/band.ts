/** From the probes of a landscape to a band: the smallest and the largest value over the probe points of each step. */
import { largest, median, smallest } from '../../record/statistics.ts';
import type { StepRange } from '../../store/state.ts';
import { decimate } from './decimate.ts';
import { within } from './range.ts';
import { overSeeds } from './seeds.ts';
import { type Smoothing, smoothed } from './smooth.ts';

export interface Edges {
  step: readonly number[];
  /** Over the finite points; NaN where no point is finite. */
  low: readonly number[];
  /** Over all points; Infinity where one is not finite: the band is open upwards there. */
  high: readonly number[];
}

export interface Band extends Edges {
  /** The variant's id. */
  id: string;
  /** Median of high − low over all probes; Infinity where most bands are open. */
  medianWidth: number;
  /** Steps at which a point is NaN or infinite. */
  notFinite: number[];
  /** Of several seeds, from the smallest lower edge to the largest upper one. */
  reach: Edges | null;
}

export function bandOf(id: string, step: readonly number[], rows: readonly (readonly number[])[]): Band {
  const low: number[] = [];
  const high: number[] = [];
  for (const row of rows) {
    const finite = row.filter(Number.isFinite);
    low.push(finite.length > 0 ? smallest(finite) : Number.NaN);
    high.push(finite.length < row.length ? Number.POSITIVE_INFINITY : largest(finite));
  }
  return {
    id,
    step,
    low,
    high,
    medianWidth: median(high.map((value, i) => value - low[i]!)),
    notFinite: step.filter((_, i) => high[i] === Number.POSITIVE_INFINITY),
    reach: null,
  };
}

/** The means of the edges of several seeds' bands, and of their median widths. */
export function meanBand(bands: readonly Band[]): Band {
  const low = overSeeds(bands.map(({ step, low: value }) => ({ step, value })));
  const high = overSeeds(bands.map(({ step, high: value }) => ({ step, value })));
  return {
    id: bands[0]!.id,
    step: low.step,
    low: low.value,
    high: high.value,
    medianWidth: bands.reduce((sum, { medianWidth }) => sum + medianWidth, 0) / bands.length,
    notFinite: low.step.filter((_, i) => high.value[i] === Number.POSITIVE_INFINITY),
    reach: { step: low.step, low: low.low, high: high.high },
  };
}

/** The band with every extreme of its edges, at a drawable number of points. */
export function sharpEdges(
  { step: all, low: lows, high: highs }: Edges,
  range: StepRange | null = null,
): Edges {
  const { step, low, high } = within({ step: all, low: lows, high: highs }, range);
  const kept = [...new Set([...decimate(high), ...decimate(low)])].sort((a, b) => a - b);
  if (kept.length === step.length) return { step, low, high };
  return { step: kept.map((i) => step[i]!), low: kept.map((i) => low[i]!), high: kept.map((i) => high[i]!) };
}

/** The band with running medians as its edges. */
export function calmEdges(
  { step, low, high }: Edges,
  smoothing: Smoothing,
  range: StepRange | null = null,
): Edges {
  const calmLow = smoothed({ step, value: low }, smoothing, range);
  const calmHigh = smoothed({ step, value: high }, smoothing, range);
  return { step: calmLow.step, low: calmLow.value, high: calmHigh.value };
}
