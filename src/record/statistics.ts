/** Medians over measured values, in which NaN and infinities are possible. */

/** The middle value; infinities count as the largest or smallest, NaN is left out. NaN where nothing is left. */
export function median(values: readonly number[]): number {
  const sorted = new Float64Array(values).sort(); // NaN comes last
  let length = sorted.length;
  while (length > 0 && Number.isNaN(sorted[length - 1]!)) length--;
  const middle = length >> 1;
  if (length === 0) return Number.NaN;
  if (length % 2 === 1) return sorted[middle]!;
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

/** Of any number of values, which as arguments of Math.max would not fit on the stack; NaN where one is. */
export const largest = (values: readonly number[]): number =>
  values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);

export const smallest = (values: readonly number[]): number =>
  values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
