/** From the networks shown to everything that a line figure draws. */
import { formatValue } from '../format.ts';
import type { Scale } from './axis.ts';
import type { DrawnLine, EdgeMark, End, EndLabel, ReadAt } from './drawn.ts';
import { type Column, indexAt, lineSeries } from './line.ts';
import type { Shown } from './shown.ts';
import { type Cadence, smoothingOf } from './smooth.ts';

/** What a line figure draws of one network. */
export type ColumnOf = (one: Shown) => Column;

export interface LineData {
  lines: DrawnLine[];
  marks: EdgeMark[];
  ends: End[];
  labels: EndLabel[];
}

export interface LineOptions {
  scale: Scale;
  /** Running medians bold, every value faint: over what; null for the values alone. */
  smoothOver: Cadence | null;
  /** Writes the last value beside a name, where it is given. */
  endValue: ((value: number) => string) | null;
}

export function lineData(shown: readonly Shown[], columnOf: ColumnOf, options: LineOptions): LineData {
  const lines = shown.map((one): DrawnLine => {
    const smoothing = options.smoothOver && smoothingOf(one.experiment, options.smoothOver);
    return { identity: one.identity, series: lineSeries(one.variant.id, columnOf(one), smoothing) };
  });
  return {
    lines,
    marks: shown.flatMap((one) => marksOf(one, columnOf(one), options.scale)),
    ends: endsOf(shown),
    labels: shown.flatMap((one, i) => labelOf(one, lines[i]!, options)),
  };
}

/** Networks that diverged, each at its step. */
export function endsOf(shown: readonly Shown[]): End[] {
  return shown.flatMap(({ identity, variant: { divergedAt } }) =>
    divergedAt === null ? [] : [{ identity, step: divergedAt }],
  );
}

/** Values without a height: not finite, or not positive on a logarithmic axis. The step of divergence has its cross. */
export function marksOf({ identity, variant }: Shown, { step, value }: Column, scale: Scale): EdgeMark[] {
  const marks: EdgeMark[] = [];
  for (let i = 0; i < value.length; i++) {
    const here = value[i]!;
    if (!Number.isFinite(here)) {
      if (variant.divergedAt !== step[i]) marks.push({ identity, step: step[i]!, edge: 'top' });
    } else if (scale === 'log' && here <= 0) marks.push({ identity, step: step[i]!, edge: 'bottom' });
  }
  return marks;
}

function labelOf({ identity, variant }: Shown, { series }: DrawnLine, { endValue }: LineOptions): EndLabel[] {
  if (!series.tip || variant.divergedAt !== null) return [];
  const words = endValue ? `${identity.short} ${endValue(series.tip.value)}` : identity.short;
  return [{ identity, words, ...series.tip }];
}

/** Reads every network at the last value that is not later than a step. */
export function readLines(
  shown: readonly Shown[],
  columnOf: ColumnOf,
  format: (value: number) => string = formatValue,
): ReadAt {
  return (wanted) => {
    let latest = -1;
    const rows = shown.flatMap((one) => {
      const { step, value } = columnOf(one);
      const index = indexAt(step, wanted);
      if (index === null) return [];
      latest = Math.max(latest, step[index]!);
      const here = value[index]!;
      return [{ identity: one.identity, text: endedBefore(one, wanted) ?? format(here), values: [here] }];
    });
    return latest < 0 ? null : { step: latest, rows };
  };
}

/** Says that a network has diverged, in place of its last values. */
export function endedBefore({ variant: { divergedAt } }: Shown, step: number): string | null {
  return divergedAt !== null && step >= divergedAt ? '✕ diverged' : null;
}
