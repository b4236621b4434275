/** The sentences of the theory page, made from the numbers of the checks. */
import type { CurvatureRow } from '../../paper/theory/curvatureTheorem.ts';
import type { GradientRow } from '../../paper/theory/gradientTheorem.ts';
import type { SameMinima, SameOutputRow } from '../../paper/theory/sameMinima.ts';
import type { StartingPoint, StartingPointRow } from '../../paper/theory/startingPoint.ts';
import type { WorstCase, WorstCaseRow } from '../../paper/theory/worstCase.ts';
import { formatValue } from '../format.ts';
import { formatDeviation, formatFixed, formatShare, median } from './numbers.ts';

/** A finding in bold, and what follows from it. */
export interface Finding {
  bold: string;
  rest: string;
}

/** “all 32 units”, “none of 32 units”, “7 of 32 units”. */
export function countWords(count: number, all: number): string {
  if (count === all) return all === 1 ? 'the one unit' : `all ${all} units`;
  return `${count === 0 ? 'none' : count} of ${all} units`;
}

const countOf = <T>(rows: readonly T[], holds: (row: T) => boolean): number => rows.filter(holds).length;

export function gradientFinding(rows: readonly GradientRow[]): Finding {
  const larger = countOf(rows, ({ left, plain }) => left > plain);
  const over = countOf(rows, ({ gamma, sigma }) => gamma > sigma);
  return {
    bold: `In ${countWords(larger, rows.length)} BatchNorm’s gradient is the larger one.`,
    rest:
      over === 0
        ? 'Nowhere is _γ_ > _σ_, so the scale does not let it grow.'
        : `The scale lets it grow where _γ_ > _σ_, here in ${countWords(over, rows.length)}.`,
  };
}

export function gradientWords(
  { plain, meanPart, alongPart, scale, left }: GradientRow,
  name: string,
): string {
  if (plain === 0) return `${name} receives no gradient at all in this network.`;
  const [mean, along] = [formatShare(meanPart / plain), formatShare(alongPart / plain)];
  return `${name}: of its squared gradient ${mean} is its mean and ${along} lies along _ŷ_. The rest, scaled by ${formatFixed(scale, 2)}, is ${formatFixed(left / plain, 2)} times what it is without BatchNorm.`;
}

/** The extra term against the first one. */
const extraShare = ({ extraTerm, plainTerm }: CurvatureRow): number => Math.abs(extraTerm / plainTerm);

export function curvatureFinding(rows: readonly CurvatureRow[]): Finding {
  const lower = countOf(rows, ({ alignment }) => alignment > 0);
  const higher = countOf(rows, ({ alignment }) => alignment < 0);
  return {
    bold: `The extra term lowers the curvature in ${countWords(lower, rows.length)} and raises it in ${countWords(higher, rows.length)}.`,
    rest: `Its sign is that of ⟨_ŷ~j_, _g~j_⟩, about which the paper promises nothing. At the median its size is ${formatShare(median(rows.map(extraShare)))} of the first term.`,
  };
}

export function curvatureWords(row: CurvatureRow, name: string): string {
  if (row.alignment === 0) return `${name} receives no gradient at all in this network.`;
  const [sign, verb] = row.alignment > 0 ? ['positive', 'lowers'] : ['negative', 'raises'];
  return `${name}: ⟨_ŷ~j_, _g~j_⟩ = ${formatDeviation(row.alignment)} is ${sign}, so the extra term ${verb} the curvature, by ${formatShare(extraShare(row))} of the first term.`;
}

const lostShare = ({ gradient: { left, plain } }: SameOutputRow): number => 1 - left / plain;

export function sameMinimaFinding({ rows }: SameMinima): Finding {
  const shorter = countOf(rows, ({ gradient: { left, plain } }) => left < plain);
  return {
    bold: `Nothing is rescaled here, and still the gradient is shorter in ${countWords(shorter, rows.length)}.`,
    rest: `At the median ${formatShare(median(rows.map(lostShare)))} of its square is gone: its mean and its part along _ŷ_.`,
  };
}

export function sameOutputWords({ sigma, mu, deviation }: SameOutputRow, name: string): string {
  const exact = deviation === 0 ? 'exactly' : `to ${formatDeviation(deviation)}`;
  return `${name}: BatchNorm takes out the mean ${formatFixed(mu, 2)} and the deviation ${formatFixed(sigma, 2)}; _γ_ and _β_ put them back, ${exact}.`;
}

const reached = ({ actual, left }: WorstCaseRow): number => actual / left;

export function worstCaseFinding({ rows }: WorstCase): Finding {
  const larger = countOf(rows, ({ left, plain }) => left > plain);
  const shares = rows.map(reached).filter(Number.isFinite);
  return {
    bold: `With BatchNorm the worst case is the larger one in ${countWords(larger, rows.length)}.`,
    rest: `It is far from what happens: at the median the actual inputs reach ${formatShare(median(shares))} of it, at most ${formatShare(Math.max(...shares))}.`,
  };
}

export function worstCaseWords(row: WorstCaseRow, name: string, lambda: number): string {
  if (row.left === 0) return `${name} receives no gradient at all in this network.`;
  return `${name}: no inputs of norm ${formatValue(lambda)} give its weights a squared gradient above ${formatValue(row.left)}. The actual ones give ${formatValue(row.actual)}, ${formatShare(reached(row))} of that.`;
}

export function startingPointFinding({ whole, units }: StartingPoint): Finding {
  const failing = countOf(units, ({ cosine }) => cosine <= 0);
  const [with_, without] = [Math.sqrt(whole.left), Math.sqrt(whole.plain)];
  return {
    bold: `With BatchNorm an optimum is ${formatFixed(with_, 2)} away, without it ${formatFixed(without, 2)}, over all weights.`,
    rest:
      failing === 0
        ? 'The condition holds in every unit as well.'
        : `Where ⟨_W_₀, _W_*⟩ ≤ 0, in ${countWords(failing, units.length)}, the lemma says nothing.`,
  };
}

export function startingPointWords({ cosine, k, left, plain }: StartingPointRow, name: string): string {
  if (cosine <= 0)
    return `${name}: _W_* points away from _W_₀ (cosine ${formatFixed(cosine, 2)}), so the condition fails. The ray comes nearest at its own end, 0, which is no optimum.`;
  return `${name}: the ray comes nearest at ${formatFixed(k, 2)} times _W_*, ${formatFixed(Math.sqrt(left), 2)} away in place of ${formatFixed(Math.sqrt(plain), 2)}.`;
}
