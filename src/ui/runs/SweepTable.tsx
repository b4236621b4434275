/** All networks of a sweep, sorted by any column. */
import { useMemo, useState } from 'react';
import type { SweepRun } from '../../record/sweep.ts';
import { formatCount, formatPercent, formatTick, formatValue } from '../format.ts';
import { identitiesOf } from '../identity.ts';

/** Rows shown until more are asked for. */
const ROWS_A_PAGE = 200;

type Column = Exclude<keyof SweepRun, 'fragment'>;

const measured = (format: (value: number) => string) => (value: SweepRun[Column]) =>
  typeof value === 'number' ? format(value) : '–';

const COLUMNS: readonly { key: Column; title: string; format: (value: SweepRun[Column]) => string }[] = [
  { key: 'learningRate', title: 'Learning rate', format: measured(formatTick) },
  { key: 'seed', title: 'Seed', format: measured(String) },
  { key: 'status', title: 'State', format: String },
  { key: 'testAccuracy', title: 'Test accuracy, %', format: measured(formatPercent) },
  { key: 'trainLoss', title: 'Training loss', format: measured(formatValue) },
  { key: 'band', title: 'Loss band', format: measured(formatValue) },
  { key: 'beta', title: 'Effective β', format: measured(formatValue) },
];

const order = (a: SweepRun[Column], b: SweepRun[Column]): number =>
  typeof a === 'string' ? a.localeCompare(String(b)) : Number(a) - Number(b);

interface Sorting {
  key: Column;
  descending: boolean;
}

/** What was not measured comes last. */
function sorted(runs: readonly SweepRun[], { key, descending }: Sorting): SweepRun[] {
  const missing = runs.filter((run) => run[key] === null);
  const present = runs.filter((run) => run[key] !== null).sort((a, b) => order(a[key], b[key]));
  return [...(descending ? present.reverse() : present), ...missing];
}

interface HeadProps {
  column: Column;
  title: string;
  sorting: Sorting;
  onSort: (sorting: Sorting) => void;
}

function Head({ column, title, sorting: { key, descending }, onSort }: HeadProps) {
  const isSorted = key === column;
  return (
    <th scope="col" aria-sort={isSorted ? (descending ? 'descending' : 'ascending') : 'none'}>
      <button
        type="button"
        className="sort"
        onClick={() => onSort({ key: column, descending: isSorted && !descending })}
      >
        {title}
        <span aria-hidden="true">{isSorted ? (descending ? ' ↓' : ' ↑') : ''}</span>
      </button>
    </th>
  );
}

export function SweepTable({ runs }: { runs: readonly SweepRun[] }) {
  const [sorting, setSorting] = useState<Sorting>({ key: 'variant', descending: false });
  const [count, setCount] = useState(ROWS_A_PAGE);
  const rows = useMemo(() => sorted(runs, sorting), [runs, sorting]);
  const identities = useMemo(() => {
    const ids = [...new Set(runs.map(({ variant }) => variant))];
    return new Map(identitiesOf(ids).map((identity) => [identity.id, identity]));
  }, [runs]);
  return (
    <div className="run-table sweep-table">
      <table>
        <thead>
          <tr>
            <Head column="variant" title="Network" sorting={sorting} onSort={setSorting} />
            {COLUMNS.map(({ key, title }) => (
              <Head key={key} column={key} title={title} sorting={sorting} onSort={setSorting} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, count).map((run) => (
            <tr key={run.fragment}>
              <td>
                <a href={run.fragment}>{identities.get(run.variant)!.label}</a>
              </td>
              {COLUMNS.map(({ key, format }) => (
                <td key={key}>{format(run[key])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {count < rows.length && (
        <button type="button" className="button quiet" onClick={() => setCount(rows.length)}>
          Show all {formatCount(rows.length)}
        </button>
      )}
    </div>
  );
}
