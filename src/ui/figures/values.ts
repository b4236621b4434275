/** The values that a figure plots, told by its plots: for a table, and for a file. */
import { createContext, useContext, useEffect } from 'react';
import type { Table } from '../../record/csv.ts';
import type { ShownBand } from '../series/bandData.ts';
import type { ColumnOf } from '../series/lineData.ts';
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

/** A row a value: network, seed, step, value. */
export const lineTable = (shown: readonly Shown[], columnOf: ColumnOf): Table => ({
  columns: ['network', 'seed', 'step', 'value'],
  rows: shown.flatMap(({ identity, seeds }) =>
    seeds.flatMap((one) => {
      const { step, value } = columnOf(one);
      return step.map((at, i) => [identity.id, one.variant.seed, at, value[i]!]);
    }),
  ),
});

/** A row a probe: its smallest and its largest value; of several seeds their means. */
export const bandTable = (bands: readonly ShownBand[]): Table => ({
  columns: ['network', 'step', 'smallest', 'largest'],
  rows: bands.flatMap(({ identity, band }) =>
    band.step.map((at, i) => [identity.id, at, band.low[i]!, band.high[i]!]),
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

/** The name of a figure in links and files: “loss-landscape”. */
export const figureName = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
