/** The columns that the unit tables share: both sides to five decimals, and how far they lie apart. */
import { ONE_ROUNDING } from '../../paper/theory/deviation.ts';
import { DeviationStrip } from './DeviationStrip.tsx';
import { formatDeviation, formatPower, formatSide } from './numbers.ts';
import type { UnitColumn } from './UnitTable.tsx';

interface Sided {
  left: number;
  right: number;
  deviation: number;
}

export function sideColumns<Row extends Sided>(
  power: number,
  names: { left: string; right: string } = { left: 'left side', right: 'right side' },
): UnitColumn<Row>[] {
  return [
    sideColumn('left', names.left, power, (row) => row.left, 'strong'),
    sideColumn('right', names.right, power, (row) => row.right),
  ];
}

export function sideColumn<Row>(
  key: string,
  name: string,
  power: number,
  value: (row: Row) => number,
  kind: 'number' | 'strong' = 'number',
): UnitColumn<Row> {
  return {
    key,
    kind,
    name: `${name} ${formatPower(power)}`,
    head: (
      <>
        {name}
        <br />
        {formatPower(power)}
      </>
    ),
    cell: (row) => formatSide(value(row), power),
  };
}

export const DEVIATION_COLUMN: UnitColumn<{ deviation: number }> = {
  key: 'deviation',
  kind: 'strip',
  name: 'deviation',
  head: 'deviation',
  cell: ({ deviation }) => <DeviationStrip deviation={deviation} />,
};

export const DEVIATION_NOTE = `Deviation relative to the largest term; dotted: one rounding, ${formatDeviation(ONE_ROUNDING)}`;
