/** How much further Standard's gradient moves than BatchNorm's, probe by probe: the ratio of the upper edges of predictiveness. */
import type { RunRecord } from '../../record/record.ts';
import type { Cast } from './networks.ts';
import { continued, upperEdges } from './probes.ts';

export const EDGE_STATISTIC =
  'At each probe the upper edge of gradient predictiveness, the largest _‖g′ − g‖₂_ over the probe points, Standard’s divided by BatchNorm’s.';

export interface EdgeRatios {
  step: number[];
  ratio: number[];
}

/**
 * At every probe of either network. Infinite where only Standard's edge is, 0 where only BatchNorm's is; probes at which
 * both or neither of them moves at all, or both are infinite, are left out.
 */
export function edgeRatios(record: RunRecord, [standard, batch]: Cast): EdgeRatios {
  const edges = (cast: Cast[number]): number[] =>
    continued(record, cast, upperEdges(cast.landscape.gradientDifferenceAt));
  const [above, below] = [edges(standard!), edges(batch!)];
  const longer = [standard!, batch!]
    .map(({ landscape }) => landscape.step)
    .sort((a, b) => b.length - a.length)[0]!;
  const result: EdgeRatios = { step: [], ratio: [] };
  for (const [i, step] of longer.entries()) {
    const ratio = above[i]! / below[i]!;
    if (Number.isNaN(ratio)) continue;
    result.step.push(step);
    result.ratio.push(ratio);
  }
  return result;
}
