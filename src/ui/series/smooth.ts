/** Running medians of the columns of a record, which only grow: what is known of them is not worked out again. */
import type { Experiment } from '../../experiment/experiment.ts';
import { runningMedian } from '../../record/statistics.ts';
import { MAX_POINTS } from './decimate.ts';
import type { Column } from './line.ts';

/** What one value of a column stands for: a step of training, or a probe. */
export type Cadence = 'step' | 'probe';

export interface Smoothing {
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
export function smoothingOf({ steps, probeEvery }: Experiment, cadence: Cadence): Smoothing {
  const values = cadence === 'step' ? steps + 1 : Math.floor(steps / probeEvery) + 1;
  const wanted =
    values < MANY ? Math.min(9, Math.round(values / SHARE_OF_FEW)) : Math.min(301, Math.round(values / 100));
  return { window: 2 * Math.floor(wanted / 2) + 1, stride: Math.ceil(values / MAX_POINTS) };
}

interface Known extends Smoothing {
  /** Medians whose window lies wholly inside the column: they will not change. */
  final: number[];
}

const known = new WeakMap<readonly number[], Known>();

/** The final medians of a column, those of earlier calls included. */
function finalMedians(value: readonly number[], { window, stride }: Smoothing): number[] {
  const before = known.get(value);
  const isSame = before?.window === window && before.stride === stride;
  const final = isSame ? before.final : [];
  const reach = window >> 1;
  const at: number[] = [];
  for (let i = final.length * stride; i + reach < value.length; i += stride) at.push(i);
  final.push(...runningMedian(value, window, at));
  known.set(value, { window, stride, final });
  return final;
}

/** Running medians at every stride and at the end. */
export function smoothed({ step, value }: Column, smoothing: Smoothing): Column {
  const { window, stride } = smoothing;
  const final = finalMedians(value, smoothing);
  const rest: number[] = [];
  for (let i = final.length * stride; i < value.length; i += stride) rest.push(i);
  const last = value.length - 1;
  if (last >= 0 && last % stride !== 0) rest.push(last);
  return {
    step: [...final.map((_, i) => step[i * stride]!), ...rest.map((i) => step[i]!)],
    value: [...final, ...runningMedian(value, window, rest)],
  };
}
