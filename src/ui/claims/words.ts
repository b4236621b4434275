/** Numbers and tallies of the claims in words. */
import type { Amount } from '../../paper/claims/claim.ts';
import type { Tally } from '../../paper/claims/claims.ts';
import { formatCount, formatPercent, formatValue } from '../format.ts';

/** 4.74×, 78×, 3.20 × 10⁷×, ∞×. */
function timesWords(ratio: number): string {
  if (Number.isNaN(ratio)) return 'no ratio';
  if (!Number.isFinite(ratio) || ratio >= 1e5 || ratio < 0.1) return `${formatValue(ratio)}×`;
  return `${ratio >= 10 ? formatCount(Math.round(ratio)) : ratio.toFixed(2)}×`;
}

export function amountWords({ value, unit }: Pick<Amount, 'value' | 'unit'>): string {
  switch (unit) {
    case 'steps':
      return Number.isFinite(value) ? formatCount(value) : 'not reached';
    case 'number':
      return formatValue(value);
    case 'percent':
      return `${formatPercent(value)}%`;
    case 'times':
      return timesWords(value);
    default:
      return unit satisfies never;
  }
}

/** “5 agree, 1 disagrees, 11 open” */
export function tallyWords({ agrees, disagrees, open }: Tally): string {
  return `${agrees} ${agrees === 1 ? 'agrees' : 'agree'}, ${disagrees} ${disagrees === 1 ? 'disagrees' : 'disagree'}, ${open} open`;
}

/** How much the verdicts weigh. */
export function seedWords(seeds: number): string {
  if (seeds === 1) return 'One seed: indicative.';
  const interval = 'paired, with 95% bootstrap intervals';
  return seeds === 2 ? `Two seeds, ${interval}: indicative.` : `${seeds} seeds, ${interval}.`;
}
