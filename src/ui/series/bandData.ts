/** From the networks shown to everything that a band figure draws. */
import { formatValue } from '../format.ts';
import type { Scale } from './axis.ts';
import { type Band, bandOf, calmEdges, sharpEdges } from './band.ts';
import type { DrawnBand, EdgeMark, EndLabel, ReadAt } from './drawn.ts';
import { indexAt } from './line.ts';
import { endedBefore } from './lineData.ts';
import type { Shown } from './shown.ts';
import { smoothingOf } from './smooth.ts';

/** What a band figure draws of one network: a row a probe, a column a step size. */
export type RowsOf = (one: Shown) => readonly (readonly number[])[];

export interface ShownBand extends Shown {
  band: Band;
}

export function bandsOf(shown: readonly Shown[], rowsOf: RowsOf): ShownBand[] {
  return shown.map((one) => ({
    ...one,
    band: bandOf(one.variant.id, one.variant.landscape.step, rowsOf(one)),
  }));
}

/** With every extreme, for a panel of its own. */
export function sharpBand({ identity, band }: ShownBand): DrawnBand {
  return { identity, edges: sharpEdges(band), trace: null };
}

/** With running medians as edges, for several bands in one plot. */
export function calmBand({ identity, band, experiment }: ShownBand): DrawnBand {
  return { identity, edges: calmEdges(band, smoothingOf(experiment, 'probe')), trace: sharpEdges(band) };
}

/** Where a band has no edge to draw: a point was not finite, or is not positive on a logarithmic axis. */
export function bandMarks({ identity, band, variant }: ShownBand, scale: Scale): EdgeMark[] {
  const open = band.notFinite.filter((step) => step !== variant.divergedAt);
  const low = scale === 'log' ? band.step.filter((_, i) => band.low[i]! <= 0) : [];
  return [
    ...open.map((step): EdgeMark => ({ identity, step, edge: 'top' })),
    ...low.map((step): EdgeMark => ({ identity, step, edge: 'bottom' })),
  ];
}

/** The name at the end of a calmed band's upper edge. */
export function bandLabel({ identity, variant }: ShownBand, { edges }: DrawnBand): EndLabel[] {
  const last = edges.high.findLastIndex(Number.isFinite);
  if (last < 0 || variant.divergedAt !== null) return [];
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
