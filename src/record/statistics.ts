/** Medians over measured values, in which NaN and infinities are possible. */

/** The middle value; infinities count as the largest or smallest, NaN is left out. NaN where nothing is left. */
export function median(values: readonly number[]): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  if (sorted.length % 2 === 1) return sorted[middle]!;
  const low = sorted[middle - 1]!;
  const high = sorted[middle]!;
  return low === high ? low : (low + high) / 2;
}

/**
 * The median of the `window` values around each index of `at`, fewer at the two ends.
 * `window` is odd, so that the window is centred.
 */
export function runningMedian(values: readonly number[], window: number, at: readonly number[]): number[] {
  const reach = window >> 1;
  return at.map((i) => median(values.slice(Math.max(0, i - reach), i + reach + 1)));
}
