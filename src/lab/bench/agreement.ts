/** Whether competitors did the same work: their first losses say so. A comparison of different work is worthless. */
import { COMPETITOR_LABELS, type CompetitorId } from './competitor.ts';
import { BenchError } from './problem.ts';

export const STEPS_COMPARED = 3;
const LOSS_TOLERANCE = 1e-3;

export interface FirstLosses {
  id: CompetitorId;
  losses: readonly number[];
}

/** The largest |a − b| / |b| of any competitor's loss a and the first one's loss b; NaN where a loss is none. */
export function largestDifference([reference, ...others]: readonly FirstLosses[]): number {
  const differences = others.flatMap(({ losses }) =>
    reference!.losses.map((loss, step) => Math.abs(losses[step]! - loss) / Math.abs(loss)),
  );
  return differences.some(Number.isNaN) ? Number.NaN : Math.max(0, ...differences);
}

/** Throws BenchError where two competitors' losses differ by more than the tolerance. */
export function assertSameLosses(all: readonly FirstLosses[]): void {
  if (largestDifference(all) <= LOSS_TOLERANCE) return;
  const words = all.map(
    ({ id, losses }) => `${COMPETITOR_LABELS[id]} ${losses.map((loss) => loss.toPrecision(6)).join(', ')}`,
  );
  throw new BenchError(
    'disagreement',
    `The libraries do not compute the same losses: ${words.join('; ')}. Times of different work cannot be compared.`,
    'Try another browser or update the graphics driver. If it happens again, report this message.',
  );
}
