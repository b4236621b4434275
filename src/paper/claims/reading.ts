/** One number read from one seed of a run, or what keeps it from being read. */
import type { VariantRecord } from '../../record/record.ts';
import type { Amount, Unit, Words } from './claim.ts';

export interface Missing {
  why: Words;
  /** Whether the same run may still bring it. */
  isWaiting: boolean;
}

/** A number is never NaN. */
export type Reading = number | Missing;

export const missing = (...why: Words): Missing => ({ why, isWaiting: false });
export const waiting = (...why: Words): Missing => ({ why, isWaiting: true });

export const isRead = (reading: Reading): reading is number => typeof reading === 'number';

export const amount = (value: number, unit: Unit, network: string | null = null): Amount => ({
  value,
  unit,
  network,
});

export const stepWords = (step: number): Amount => amount(step, 'steps');

/** One number of one network, with the words that go before it. */
export interface Measure {
  words: string;
  unit: Unit;
  of(variant: VariantRecord): Reading;
}

/** How many times as large; two equal values are once, and two infinite ones cannot be compared. */
export function ratioOf(above: Reading, below: Reading, incomparable: Missing): Reading {
  if (!isRead(above)) return above;
  if (!isRead(below)) return below;
  if (!Number.isFinite(above) && !Number.isFinite(below)) return incomparable;
  return above === below ? 1 : above / below;
}

/** The last step that any of the networks has taken. */
export const stepNow = (variants: readonly VariantRecord[]): number =>
  Math.max(0, ...variants.map(({ train }) => train.step.at(-1) ?? 0));

export const isRunning = ({ status }: VariantRecord): boolean => status === 'running';

/** Waits for a step of the run; where it has ended, says that it lacks what that step would have brought. */
export function awaitStep(variants: readonly VariantRecord[], step: number): Missing {
  const now = stepNow(variants);
  if (variants.some(isRunning))
    return waiting('Needs ', stepWords(step), ' steps; now at ', stepWords(now), '.');
  if (now >= step) return missing('This record does not hold what it needs.');
  return missing('Needs ', stepWords(step), ' steps; this run ended at ', stepWords(now), '.');
}

/** The least of several readings; one that is missing keeps all from being read. */
export function leastOf(readings: readonly Reading[]): Reading {
  return readings.find((reading) => !isRead(reading)) ?? Math.min(...readings.filter(isRead));
}
