/** Pieces of the sentences that readings are made of. */
import { formatCount, formatValue, joinWords } from '../format.ts';

export const possessive = (label: string): string => (/s$/.test(label) ? `${label}’` : `${label}’s`);

/** 4.7, 78, 3.20 × 10⁷: how many times. */
export function times(ratio: number): string {
  if (!Number.isFinite(ratio) || ratio >= 1e5 || (ratio < 0.095 && ratio > 0)) return formatValue(ratio);
  return ratio >= 10 ? formatCount(Math.round(ratio)) : ratio.toFixed(1);
}

/** More networks than this are too many to name in one sentence. */
export const MOST_NAMED = 3;

/** “Standard 0.53, BatchNorm 0.59 and Noisy BatchNorm 0.68”, or the first and the last of many. */
export function nameEach(ends: readonly { label: string; words: string }[]): string {
  const [first, last] = [ends[0], ends.at(-1)];
  if (!first || !last || ends.length <= MOST_NAMED)
    return joinWords(ends.map(({ label, words }) => `${label} ${words}`));
  return `from ${first.label} ${first.words} to ${last.label} ${last.words}`;
}
