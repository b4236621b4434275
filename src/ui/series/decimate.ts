/** Which of many values to draw: never more than a few hundred, never without the extremes. */

/** Points drawn for one series at most; a plot is narrower than that in pixels. */
export const MAX_POINTS = 500;

/** All indices from 0 to length − 1. */
const indicesOf = (length: number): number[] => Array.from({ length }, (_, i) => i);

/**
 * Indices of the values to draw, in order: of each bin the smallest, the largest and the first value that is
 * not finite, and of the whole the first and the last.
 */
export function decimate(values: readonly number[], limit = MAX_POINTS): number[] {
  if (values.length <= limit) return indicesOf(values.length);
  const bins = Math.max(1, Math.floor(limit / 2) - 1);
  const kept = new Set([0, values.length - 1]);
  for (let bin = 0; bin < bins; bin++) {
    const from = Math.floor((bin * values.length) / bins);
    const to = Math.floor(((bin + 1) * values.length) / bins);
    for (const index of extremes(values, from, to)) kept.add(index);
  }
  return [...kept].sort((a, b) => a - b);
}

function extremes(values: readonly number[], from: number, to: number): number[] {
  let lowest = -1;
  let highest = -1;
  let notFinite = -1;
  for (let i = from; i < to; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) {
      if (notFinite < 0) notFinite = i;
      continue;
    }
    if (lowest < 0 || value < values[lowest]!) lowest = i;
    if (highest < 0 || value > values[highest]!) highest = i;
  }
  return [lowest, highest, notFinite].filter((index) => index >= 0);
}
