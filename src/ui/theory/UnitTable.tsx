/** One row a unit; a press or the pointer chooses the unit that the figure beside it marks. */
import { type ReactNode, useState } from 'react';
import { PHONE, useMediaQuery } from '../useMediaQuery.ts';

export interface UnitColumn<Row> {
  key: string;
  head: ReactNode;
  /** In few letters, where a row is a block of its own. */
  name: string;
  /** `bar` and `strip` are drawings, the others numbers. */
  kind: 'bar' | 'number' | 'strong' | 'strip';
  cell: (row: Row) => ReactNode;
}

export interface Choice {
  /** Index of the unit chosen. */
  chosen: number;
  onChoose: (unit: number) => void;
}

interface UnitTableProps<Row> extends Choice {
  caption: string;
  rows: readonly Row[];
  columns: readonly UnitColumn<Row>[];
  /** Under the last row, at the right. */
  note: ReactNode;
}

const FIRST_ROWS = { wide: 12, phone: 6 } as const;

function UnitRow<Row>({
  row,
  unit,
  columns,
  chosen,
  onChoose,
}: Omit<UnitTableProps<Row>, 'caption' | 'rows' | 'note'> & { row: Row; unit: number }) {
  return (
    <tr aria-current={unit === chosen ? 'true' : undefined}>
      <th scope="row">
        <button
          type="button"
          aria-label={`Unit ${unit + 1}`}
          aria-pressed={unit === chosen}
          onClick={() => onChoose(unit)}
          onPointerEnter={() => onChoose(unit)}
        >
          {unit + 1}
        </button>
      </th>
      {columns.map(({ key, kind, name, cell }) => (
        <td key={key} className={kind} data-name={name}>
          {cell(row)}
        </td>
      ))}
    </tr>
  );
}

export function UnitTable<Row>({ caption, rows, columns, note, ...choice }: UnitTableProps<Row>) {
  const [isWhole, setIsWhole] = useState(false);
  const first = FIRST_ROWS[useMediaQuery(PHONE) ? 'phone' : 'wide'];
  const numbered = rows.map((row, unit) => ({ row, unit }));
  const shown = isWhole ? numbered : numbered.slice(0, first);
  return (
    <>
      <table className="unit-table">
        <caption className="unseen">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">
              unit <i>j</i>
            </th>
            {columns.map(({ key, kind, head }) => (
              <th key={key} scope="col" className={kind}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map(({ row, unit }) => (
            <UnitRow key={unit} row={row} unit={unit} columns={columns} {...choice} />
          ))}
        </tbody>
      </table>
      <p className="table-foot">
        {rows.length > first && (
          <button type="button" className="button quiet" onClick={() => setIsWhole(!isWhole)}>
            {isWhole ? `Show ${first} units` : `Show all ${rows.length} units`}
          </button>
        )}
        <span className="sub">{note}</span>
      </p>
    </>
  );
}
