/** How far two sides of an equality in float64 lie apart. */

/** Half the distance from 1 to the next float64: the relative error of one rounding. */
export const ONE_ROUNDING = 2 ** -53;
/** Sides that differ by less than this, relative to the largest term, are equal up to rounding. */
const ROUNDING_TOLERANCE = 1e-11;

/**
 * |left − right| relative to the largest of the terms that are added up: where they nearly cancel, a difference relative
 * to what remains would measure the cancellation.
 */
export function deviation(left: number, right: number, terms: readonly number[]): number {
  const difference = Math.abs(left - right);
  return difference === 0 ? 0 : difference / Math.max(...terms.map(Math.abs));
}

export const isRounding = (one: number): boolean => one <= ROUNDING_TOLERANCE;

/** Whether left ≤ right, up to rounding of terms of this size. */
export function isAtMost(left: number, right: number, terms: readonly number[]): boolean {
  return left <= right + ROUNDING_TOLERANCE * Math.max(...terms.map(Math.abs));
}
