/** From the networks shown to everything that a band figure draws. */
import type { StepRange } from '../../store/state.ts';
import { formatValue } from '../format.ts';
import type { Scale } from './axis.ts';
import { type Band, bandOf, calmEdges, type Edges, meanBand, sharpEdges } from './band.ts';
import type { DrawnBand, EdgeMark, EndLabel, ReadAt } from './drawn.ts';

import { endedBefore } from './lineData.ts';
import { holds } from './range.ts';
import { indexAt } from './search.ts';
import { divergedSteps, hasDiverged } from './seeds.ts';
import type { SeedShown, Shown } from './shown.ts';
import { chosenSmoothing } from './smooth.ts';

/** What a band figure draws of one network as one seed trained it: a row a probe, a column a step size. */
export type RowsOf = (one: SeedShown) => readonly (readonly number[])[];

export interface ShownBand extends Shown {
  /** Of several seeds, the means of their edges. */
  band: Band;
  /** Each seed's own band, where there are several. */
  single: readonly Band[];
}

export function bandsOf(shown: readonly Shown[], rowsOf: RowsOf): ShownBand[] {
  return shown.map((one) => {
    const single = one.seeds.map((seed) => seedBand(seed, rowsOf(seed), one.seeds.length > 1));
    return single.length === 1
      ? { ...one, band: single[0]!, single: [] }
      : { ...one, band: meanBand(single), single };
  });
}

/** The band of one seed; among several it ends where it diverged. */
function seedBand(
  { variant }: SeedShown,
  rows: readonly (readonly number[])[],
  isOneOfSeveral: boolean,
): Band {
  const { step } = variant.landscape;
  const { divergedAt } = variant;
  const end = step.findIndex((at) => isOneOfSeveral && divergedAt !== null && at >= divergedAt);
  return end < 0
    ? bandOf(variant.id, step, rows)
    : bandOf(variant.id, step.slice(0, end), rows.slice(0, end));
}

/** With every extreme, for a panel of its own. */
export function sharpBand({ identity, band, single }: ShownBand, range: StepRange | null = null): DrawnBand {
  const sharp = (edges: Edges): Edges => sharpEdges(edges, range);
  return {
    identity,
    edges: sharp(band),
    trace: null,
    reach: band.reach && sharp(band.reach),
    single: single.map(sharp),
  };
}

/** With running medians as edges, for several bands in one plot. */
export function calmBand(
  { identity, band, single, experiment }: ShownBand,
  weight: number | null = null,
  range: StepRange | null = null,
): DrawnBand {
  const smoothing = chosenSmoothing(experiment, 'probe', weight);
  const calm = (edges: Edges): Edges => calmEdges(edges, smoothing, range);
  const trace = single.length === 0 ? sharpEdges(band, range) : null;
  return {
    identity,
    edges: calm(band),
    trace,
    reach: band.reach && calm(band.reach),
    single: single.map(calm),
  };
}

/** Where a band has no edge to draw: a point was not finite, or is not positive on a logarithmic axis. */
export function bandMarks({ identity, band, seeds }: ShownBand, scale: Scale): EdgeMark[] {
  const ends = divergedSteps({ seeds });
  const open = band.notFinite.filter((step) => !ends.includes(step));
  const low = scale === 'log' ? band.step.filter((_, i) => band.low[i]! <= 0) : [];
  return [
    ...open.map((step): EdgeMark => ({ identity, step, edge: 'top' })),
    ...low.map((step): EdgeMark => ({ identity, step, edge: 'bottom' })),
  ];
}

/** The name at the end of a calmed band's upper edge. */
export function bandLabel(
  one: ShownBand,
  { identity, edges }: DrawnBand,
  range: StepRange | null = null,
): EndLabel[] {
  const last = edges.high.findLastIndex((value, i) => Number.isFinite(value) && holds(range, edges.step[i]!));
  if (last < 0 || hasDiverged(one)) return [];
  return [{ identity, words: identity.short, step: edges.step[last]!, value: edges.high[last]! }];
}

/** “0.61 – 1.22” at the last probe that is not later than a step. */
export function readBands(bands: readonly ShownBand[]): ReadAt {
  return (wanted) => {
    let latest = -1;
    const rows = bands.flatMap((one) => {
      const { step, low, high } = one.band;
      const index = indexAt(step, wanted);
      if (index === null) return [];
      latest = Math.max(latest, step[index]!);
      const text = endedBefore(one, wanted) ?? `${formatValue(low[index]!)} – ${formatValue(high[index]!)}`;
      return [{ identity: one.identity, text, values: [low[index]!, high[index]!] }];
    });
    return latest < 0 ? null : { step: latest, rows };
  };
}
