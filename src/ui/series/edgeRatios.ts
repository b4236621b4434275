/** How much further one network's gradient moves than another's, probe by probe. */
import type { VariantRecord } from '../../record/record.ts';
import { largest, median } from '../../record/statistics.ts';

/** Fewer probes than this are no distribution to speak of. */
export const FEWEST_PROBES = 3;

/** Two networks of one seed, the reference first. */
export type Pair = readonly [reference: VariantRecord, compared: VariantRecord];

export interface EdgeComparison {
  /** The compared network's gradient moves further, not the reference's. */
  isTurned: boolean;
  /** Over the probes of all seeds, the further-moving network's upper edge divided by the other's. */
  median: number;
  /** The largest finite ratio. */
  peak: number;
}

/** Ratios of the upper edges, the largest ‖g′ − g‖₂ of a probe, at the steps that both were probed at. */
function edgeRatios([reference, compared]: Pair): number[] {
  const edges = ({ landscape }: VariantRecord): Map<number, number> =>
    new Map(landscape.step.map((step, i) => [step, largest(landscape.gradientDifferenceAt[i] ?? [])]));
  const below = edges(compared);
  return [...edges(reference)].flatMap(([step, edge]) => {
    const other = below.get(step);
    return other === undefined ? [] : [edge / other];
  });
}

/** A median of ratios, as the paper's published numbers are read, not a ratio of medians; null where there are too few probes. */
export function compareEdges(pairs: readonly Pair[]): EdgeComparison | null {
  const ratios = pairs.flatMap(edgeRatios);
  if (ratios.length < FEWEST_PROBES) return null;
  const isTurned = median(ratios) < 1;
  const oriented = isTurned ? ratios.map((ratio) => 1 / ratio) : ratios;
  return { isTurned, median: median(oriented), peak: largest(oriented.filter(Number.isFinite)) };
}
