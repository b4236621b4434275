/** From the networks shown to what a figure draws whose horizontal axis is not time. */
import { formatValue } from '../format.ts';
import type { Scale } from './axis.ts';
import type { DrawnLine, EdgeMark, EndLabel, ReadAt } from './drawn.ts';
import { lineSeries, seedsSeries } from './line.ts';
import { type ColumnOf, meanAndRange } from './lineData.ts';
import type { Shown } from './shown.ts';

/** The curve of a network, or of its seeds' mean; “steps” are places on the axis. */
function curveOf({ identity, seeds }: Shown, columnOf: ColumnOf): DrawnLine {
  const columns = seeds.map(columnOf);
  const series =
    columns.length === 1
      ? lineSeries(identity.id, columns[0]!, null)
      : seedsSeries(identity.id, columns, null);
  return { identity, series };
}

export interface CurveData {
  lines: DrawnLine[];
  marks: EdgeMark[];
  labels: EndLabel[];
}

export function curveData(shown: readonly Shown[], columnOf: ColumnOf, scale: Scale): CurveData {
  const lines = shown.map((one) => curveOf(one, columnOf));
  return {
    lines,
    marks: lines.flatMap((line) => curveMarks(line, scale)),
    labels: lines.flatMap(({ identity, series }) =>
      series.tip ? [{ identity, words: identity.short, ...series.tip }] : [],
    ),
  };
}

/** Values without a height: not finite, or not positive on a logarithmic axis. */
function curveMarks({ identity, series: { raw } }: DrawnLine, scale: Scale): EdgeMark[] {
  return raw.step.flatMap((step, i): EdgeMark[] => {
    const value = raw.value[i]!;
    if (!Number.isFinite(value)) return [{ identity, step, edge: 'top' }];
    return scale === 'log' && value <= 0 ? [{ identity, step, edge: 'bottom' }] : [];
  });
}

/** Reads every network at the place of a curve that is nearest. */
export function readCurves(shown: readonly Shown[], columnOf: ColumnOf): ReadAt {
  const columns = shown.map((one) => ({ ...one, columns: one.seeds.map(columnOf) }));
  return (wanted) => {
    const places = columns.flatMap((one) => one.columns).find(({ step }) => step.length > 0)?.step ?? [];
    const place = nearest(places, wanted);
    if (place === null) return null;
    const rows = columns.flatMap(({ identity, columns: seeds }) => {
      const values = seeds.flatMap(({ step, value }) => value[step.indexOf(place)] ?? []);
      return values.length === 0 ? [] : [{ identity, text: meanAndRange(values, formatValue), values }];
    });
    return { step: place, rows };
  };
}

function nearest(places: readonly number[], wanted: number): number | null {
  let found: number | null = null;
  for (const place of places)
    if (found === null || Math.abs(place - wanted) < Math.abs(found - wanted)) found = place;
  return found;
}
