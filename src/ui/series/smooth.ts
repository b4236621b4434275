/** Running medians of the columns of a record, which only grow: what is known of them is not worked out again. */
import type { Experiment } from '../../experiment/experiment.ts';
import { runningMedian } from '../../record/statistics.ts';
import type { StepRange } from '../../store/state.ts';
import { decimate, MAX_POINTS } from './decimate.ts';
import type { Column } from './line.ts';
import { within } from './range.ts';

/** What one value of a column stands for: a step of training, or a probe. */
export type Cadence = 'step' | 'probe';

/** Ours, unless the visitor chose a weight. */
export type Smoothing = RunningMedians | ExponentialMean;

export interface ExponentialMean {
  /** Of what was before, from 0, which leaves the values alone, to 0.99. */
  weight: number;
}

export interface RunningMedians {
  /** Odd, so that it is centred; 1 leaves the values alone. */
  window: number;
  /** Values from one median to the next. */
  stride: number;
}

/** Values from which on a running median takes in a hundredth of them. */
const MANY = 900;
const SHARE_OF_FEW = 16;

/**
 * Suits the whole run, so that it does not change while the run goes on: a window of 1 for a few values, 9 for the
 * 151 probes of the paper, and at most 301.
 */
export function smoothingOf({ steps, probeEvery }: Experiment, cadence: Cadence): RunningMedians {
  const values = cadence === 'step' ? steps + 1 : Math.floor(steps / probeEvery) + 1;
  const wanted =
    values < MANY ? Math.min(9, Math.round(values / SHARE_OF_FEW)) : Math.min(301, Math.round(values / 100));
  return { window: 2 * Math.floor(wanted / 2) + 1, stride: Math.ceil(values / MAX_POINTS) };
}

/** Running medians that suit the run, unless the visitor chose a weight. */
export const chosenSmoothing = (
  experiment: Experiment,
  cadence: Cadence,
  weight: number | null,
): Smoothing => (weight === null ? smoothingOf(experiment, cadence) : { weight });

/** Whether it changes any value. */
export const isSmoothing = (smoothing: Smoothing): boolean =>
  'weight' in smoothing ? smoothing.weight > 0 : smoothing.window > 1;

/** “running median of 9, ours”, “exponential mean of weight 0.9, debiased”. */
export function smoothingWords(smoothing: Smoothing): string {
  if (!isSmoothing(smoothing)) return '';
  return 'weight' in smoothing
    ? `exponential mean of weight ${smoothing.weight}, debiased`
    : `running median of ${smoothing.window}, ours`;
}

/**
 * The exponential mean of the values so far, divided by the weights that it has seen, so that it does not begin near 0. A value
 * that is not finite has no mean, and does not enter those after it.
 */
export function exponentialMean(values: readonly number[], weight: number): number[] {
  let [sum, seen] = [0, 0];
  return values.map((value) => {
    if (!Number.isFinite(value)) return value;
    sum = weight * sum + (1 - weight) * value;
    seen = weight * seen + (1 - weight);
    return sum / seen;
  });
}

function exponential(column: Column, weight: number, range: StepRange | null): Column {
  const { step, value: mean } = within(
    { step: column.step, value: exponentialMean(column.value, weight) },
    range,
  );
  const kept = decimate(mean);
  return { step: kept.map((i) => step[i]!), value: kept.map((i) => mean[i]!) };
}

interface Known extends RunningMedians {
  /** Medians whose window lies wholly inside the column: they will not change. */
  final: number[];
}

const known = new WeakMap<readonly number[], Known>();

/** The final medians of a column, those of earlier calls included. */
function finalMedians(value: readonly number[], { window, stride }: RunningMedians): number[] {
  const before = known.get(value);
  const isSame = before?.window === window && before.stride === stride;
  const final = isSame ? before.final : [];
  const reach = window >> 1;
  const at: number[] = [];
  for (let i = final.length * stride; i + reach < value.length; i += stride) at.push(i);
  for (const found of runningMedian(value, window, at)) final.push(found);
  known.set(value, { window, stride, final });
  return final;
}

/**
 * Running medians at every stride and at the end; or an exponential mean at a drawable number of points. What lies before a
 * range of steps counts for the values in it.
 */
export function smoothed(
  { step, value }: Column,
  smoothing: Smoothing,
  range: StepRange | null = null,
): Column {
  if ('weight' in smoothing) return exponential({ step, value }, smoothing.weight, range);
  const { window, stride } = smoothing;
  const final = finalMedians(value, smoothing);
  const rest: number[] = [];
  for (let i = final.length * stride; i < value.length; i += stride) rest.push(i);
  const last = value.length - 1;
  if (last >= 0 && last % stride !== 0) rest.push(last);
  const medians = {
    step: [...final.map((_, i) => step[i * stride]!), ...rest.map((i) => step[i]!)],
    value: [...final, ...runningMedian(value, window, rest)],
  };
  return within(medians, range);
}
