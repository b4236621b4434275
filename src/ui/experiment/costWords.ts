/** What an experiment costs, in words: time on this device, operations and memory. */
import { costOf } from '../../experiment/cost.ts';
import { type DevicePace, secondsOf } from '../../experiment/duration.ts';
import type { Experiment } from '../../experiment/experiment.ts';
import type { DeviceSpeed } from '../../store/state.ts';
import { formatBytes } from '../format.ts';

/** Gradients so many times as large as those of the last run, or as small, are not computed at its speed. */
const COMPARABLE = 4;

/** 1.9 TFLOP, in powers of 1000, two digits. */
export function formatOperations(operations: number): string {
  const units = ['FLOP', 'kFLOP', 'MFLOP', 'GFLOP', 'TFLOP', 'PFLOP', 'EFLOP'];
  const power = operations < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(operations) / 3));
  const scaled = operations / 1000 ** power;
  return `${Number(scaled >= 1000 ? Math.round(scaled) : scaled.toPrecision(2))} ${units[power]}`;
}

/** A duration that is only estimated: 5 s, 40 s, 12 min, 3 h, 5 days. */
export function roughDuration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  const [minutes, hours] = [seconds / 60, seconds / 3600];
  if (seconds < 10) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 90) return `${5 * Math.round(seconds / 5)} s`;
  if (minutes < 90) return `${Math.round(minutes)} min`;
  return hours < 36 ? `${Math.round(hours)} h` : `${Math.round(hours / 24)} days`;
}

/** What is known of the device: from the last run on it, and from a short measurement. */
export interface KnownSpeed extends Nullable<DeviceSpeed> {
  pace: DevicePace | null;
}

interface TimeWords {
  time: string;
  basis: 'run' | 'measurement';
}

/**
 * “About 40 s here”, at the speed of the last run where that had gradients of about this size; else from a short
 * measurement of the device; else a bound.
 */
function timeWords(
  experiment: Experiment,
  { flopsPerSecond, flopsPerGradient, pace }: KnownSpeed,
): TimeWords | null {
  const cost = costOf(experiment);
  const growth = flopsPerGradient === null ? 1 : cost.flopsPerGradient / flopsPerGradient;
  const isComparable = growth <= COMPARABLE && growth >= 1 / COMPARABLE;
  if (pace && (flopsPerSecond === null || !isComparable))
    return { time: `About ${roughDuration(1000 * secondsOf(experiment, pace))} here`, basis: 'measurement' };
  if (flopsPerSecond === null) return null;
  const duration = roughDuration((cost.flops / flopsPerSecond) * 1000);
  const time = isComparable
    ? `About ${duration}`
    : growth > 1
      ? `At most about ${duration}`
      : `At least ${duration}`;
  return { time: `${time} here`, basis: 'run' };
}

type Nullable<T> = { [K in keyof T]: T[K] | null };

export interface CostWords {
  /** Null until something has run on this device or it has been measured. */
  time: string | null;
  /** What the time was worked out from. */
  basis: TimeWords['basis'] | null;
  operations: string;
  memory: string;
}

/** Of an experiment without contradictions. */
export function costWords(experiment: Experiment, speed: KnownSpeed): CostWords {
  const { flops, bytes } = costOf(experiment);
  const { time = null, basis = null } = timeWords(experiment, speed) ?? {};
  return { time, basis, operations: formatOperations(flops), memory: formatBytes(bytes) };
}
