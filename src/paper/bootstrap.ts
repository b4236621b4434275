/** How sure a median over seeds is: its percentile bootstrap, with resamples that are the same every time. */

const RESAMPLES = 2000;
/** Resamples beyond either end of the interval: 2.5%. */
const BEYOND = 0.025 * RESAMPLES;

export interface Interval {
  /** The median itself. */
  estimate: number;
  low: number;
  high: number;
}

/** A number in [0, 1) that depends on its index alone (the finaliser of MurmurHash3). */
function uniform(index: number): number {
  let bits = Math.imul(index + 1, 0x9e3779b1);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
}

/** Half-way; between −∞ and +∞ that is 0. */
function middle(low: number, high: number): number {
  if (low === high) return low;
  const sum = low + high;
  return Number.isNaN(sum) ? 0 : sum / 2;
}

const known = new Map<number, (readonly [number, number])[]>();

/** Of every resample of `count` values, the ranks of the one or two that its median lies between. */
function middleRanks(count: number): (readonly [number, number])[] {
  const before = known.get(count);
  if (before) return before;
  const ranks = Array.from({ length: RESAMPLES }, (_, resample) => {
    const drawn = Array.from({ length: count }, (_, i) =>
      Math.floor(count * uniform(resample * count + i)),
    ).sort((a, b) => a - b);
    return [drawn[(count - 1) >> 1]!, drawn[count >> 1]!] as const;
  });
  known.set(count, ranks);
  return ranks;
}

/**
 * The median of values in which infinities are the largest and the smallest. Throws on no values and on NaN.
 */
export function medianOf(values: readonly number[]): number {
  if (values.length === 0 || values.some(Number.isNaN))
    throw new RangeError(`A median needs at least one number; found ${values.join(', ') || 'none'}.`);
  const sorted = Float64Array.from(values).sort();
  return middle(sorted[(sorted.length - 1) >> 1]!, sorted[sorted.length >> 1]!);
}

/** The median of one value a seed with its 95% interval over 2,000 resamples. Throws as `medianOf`. */
export function medianInterval(values: readonly number[]): Interval {
  const estimate = medianOf(values);
  if (values.length === 1) return { estimate, low: estimate, high: estimate };
  const sorted = Float64Array.from(values).sort();
  const medians = Float64Array.from(middleRanks(values.length), ([low, high]) =>
    middle(sorted[low]!, sorted[high]!),
  ).sort();
  return { estimate, low: medians[BEYOND - 1]!, high: medians[RESAMPLES - BEYOND]! };
}
