/** Pushes labels apart that would overlap, and keeps their order. */

const ROUNDS = 60;

/** Heights at least `gap` apart, as near to the wanted ones as that allows, within the bounds where they fit. */
export function spread(
  wanted: readonly number[],
  gap: number,
  [top, bottom]: readonly [number, number],
): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a]! - wanted[b]! || a - b);
  const placed = order.map((i) => wanted[i]!);
  for (let round = 0; round < ROUNDS; round++)
    for (let i = 1; i < placed.length; i++) {
      const overlap = gap - (placed[i]! - placed[i - 1]!);
      if (overlap <= 0) continue;
      placed[i] = placed[i]! + overlap / 2;
      placed[i - 1] = placed[i - 1]! - overlap / 2;
    }
  const shift = Math.max(0, top - placed[0]!) - Math.max(0, (placed.at(-1) ?? bottom) - bottom);
  const result: number[] = [];
  for (const [rank, i] of order.entries()) result[i] = placed[rank]! + shift;
  return result;
}
