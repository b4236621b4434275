/** The values that a figure plots, told by its plots: for a table, and for a file. */
import { createContext, useContext, useEffect } from 'react';
import type { Table } from '../../record/csv.ts';
import type { ShownBand } from '../series/bandData.ts';
import type { DistancePanel } from '../series/distances.ts';
import type { LossPlane } from '../series/flatness.ts';
import type { ColumnOf } from '../series/lineData.ts';
import { binsAt, type RidgePanelData } from '../series/ridges.ts';
import type { Shown } from '../series/shown.ts';

/** Works out the values of one plot. */
type MakeTable = () => Table;

/** The plots of a figure by their names. */
export type FigureValues = Map<string, MakeTable>;

export const FigureValuesContext = createContext<FigureValues | null>(null);

/** Tells the figure around a plot how to work out what the plot shows. */
export function useValues(plot: string, make: MakeTable): void {
  const values = useContext(FigureValuesContext);
  useEffect(() => {
    values?.set(plot, make);
    return () => void values?.delete(plot);
  });
}

/** A row a value: network, seed, step or another place on the axis, value. */
export const lineTable = (shown: readonly Shown[], columnOf: ColumnOf, place = 'step'): Table => ({
  columns: ['network', 'seed', place, 'value', 'label'],
  rows: shown.flatMap(({ identity, seeds }) =>
    seeds.flatMap((one) => {
      const { step, value } = columnOf(one);
      return step.map((at, i) => [identity.id, one.variant.seed, at, value[i]!, identity.label]);
    }),
  ),
});

/** A row a probe: its smallest and its largest value; of several seeds their means. */
export const bandTable = (bands: readonly ShownBand[]): Table => ({
  columns: ['network', 'step', 'smallest', 'largest', 'label'],
  rows: bands.flatMap(({ identity, band }) =>
    band.step.map((at, i) => [identity.id, at, band.low[i]!, band.high[i]!, identity.label]),
  ),
});

/** A row a step size of each probe that is drawn; of several seeds their means. */
export const distanceTable = (panels: readonly DistancePanel[]): Table => ({
  columns: ['network', 'step', 'step size', 'gradient difference', 'label'],
  rows: panels.flatMap(({ identity, lines }) =>
    lines.flatMap(({ step, size, difference }) =>
      size.map((at, i) => [identity.id, step, at, difference[i]!, identity.label]),
    ),
  ),
});

/** A row a bin of each row that is drawn: its bounds, and the share of the activations in it. */
export const ridgeTable = (panels: readonly RidgePanelData[], layerIndex: number): Table => ({
  columns: ['network', 'seed', 'step', 'from', 'to', 'share', 'label'],
  rows: panels.flatMap(({ identity, seeds, ridges }) =>
    seeds.flatMap((seed) =>
      ridges.flatMap((ridge) =>
        ridge
          ? binsAt(seed, layerIndex, ridge.step).map(({ from, to, share }) => [
              identity.id,
              seed.variant.seed,
              ridge.step,
              from,
              to,
              share,
              identity.label,
            ])
          : [],
      ),
    ),
  ),
});

/** A row a measured point of the plane; means over the seeds. */
export const planeTable = (planes: readonly LossPlane[]): Table => ({
  columns: ['network', 'first direction', 'second direction', 'loss', 'label'],
  rows: planes.flatMap(({ identity, at, values }) =>
    values.flatMap((row, i) => row.map((loss, j) => [identity.id, at[i]!, at[j]!, loss, identity.label])),
  ),
});

/** The tables of all plots of a figure in one, with the plot's name where there are several. */
export function wholeTable(values: FigureValues): Table | null {
  const tables = [...values].map(([plot, make]) => ({ plot, table: make() }));
  const [first] = tables;
  if (!first) return null;
  if (tables.length === 1) return first.table;
  return {
    columns: ['plot', ...first.table.columns],
    rows: tables.flatMap(({ plot, table }) => table.rows.map((row) => [plot, ...row])),
  };
}

/** The columns of a table as people read it, each with where its cells stand: networks by their labels, without their ids. */
export function readColumns({ columns }: Table): { name: string; at: number }[] {
  const label = columns.indexOf('label');
  return columns.flatMap((name, i) =>
    i === label ? [] : [{ name, at: name === 'network' && label >= 0 ? label : i }],
  );
}

/** The name of a figure in links and files: “loss-landscape”. */
export const figureName = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
