/** What an experiment costs, in words: time on this device, operations and memory. */
import { costOf } from '../../experiment/cost.ts';
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

/** “About 40 s here”; a bound where the last run's networks were of another size. */
function timeWords(
  flops: number,
  perGradient: number,
  { flopsPerSecond, flopsPerGradient }: Nullable<DeviceSpeed>,
): string | null {
  if (flopsPerSecond === null) return null;
  const time = roughDuration((flops / flopsPerSecond) * 1000);
  const growth = flopsPerGradient === null ? 1 : perGradient / flopsPerGradient;
  if (growth > COMPARABLE) return `At most about ${time} here`;
  return growth < 1 / COMPARABLE ? `At least ${time} here` : `About ${time} here`;
}

type Nullable<T> = { [K in keyof T]: T[K] | null };

export interface CostWords {
  /** Null until something has run on this device. */
  time: string | null;
  operations: string;
  memory: string;
}

/** Of an experiment without contradictions. */
export function costWords(experiment: Experiment, speed: Nullable<DeviceSpeed>): CostWords {
  const { flops, flopsPerGradient, bytes } = costOf(experiment);
  return {
    time: timeWords(flops, flopsPerGradient, speed),
    operations: formatOperations(flops),
    memory: formatBytes(bytes),
  };
}
