/** Random directions beside the gradient: the same bands along both. */
import { median } from '../../record/statistics.ts';
import { bandOf } from './band.ts';
import type { RowsOf } from './bandData.ts';
import { meanOverSeeds } from './seeds.ts';
import type { SeedShown, Shown } from './shown.ts';
import { nameEach, times } from './words.ts';

export type DirectionQuantity = 'lossAt' | 'gradientDifferenceAt';

export const randomRows =
  (quantity: DirectionQuantity): RowsOf =>
  ({ variant }) =>
    variant.landscape.random?.[quantity] ?? [];

export const gradientRows =
  (quantity: DirectionQuantity): RowsOf =>
  ({ variant }) =>
    variant.landscape[quantity];

/** What the two quantities are compared by: the width of the loss band, the upper edge of the difference. */
function sizeOf(seed: SeedShown, rowsOf: RowsOf, quantity: DirectionQuantity): number {
  const band = bandOf(seed.variant.id, seed.variant.landscape.step, rowsOf(seed));
  return quantity === 'lossAt' ? band.medianWidth : median(band.high);
}

export function randomReading(shown: readonly Shown[], quantity: DirectionQuantity): string | null {
  if ((shown[0]?.variant.landscape.step.length ?? 0) < 3) return null;
  const ratios = shown.flatMap((one) => {
    const ratio = meanOverSeeds(
      one,
      (seed) => sizeOf(seed, randomRows(quantity), quantity) / sizeOf(seed, gradientRows(quantity), quantity),
    );
    return Number.isNaN(ratio) ? [] : [{ label: one.identity.name, ratio }];
  });
  if (ratios.length === 0) return null;
  ratios.sort((a, b) => b.ratio - a.ratio);
  const named = ratios.map(({ label, ratio }) => ({ label, words: times(ratio) }));
  const what = quantity === 'lossAt' ? 'width of the band' : 'upper edge';
  return `Against the gradient, the ${what} along random directions is, at the median: ${nameEach(named)} times.`;
}
