/** One table of the bench; on narrow screens it scrolls sideways under its own heading. */
import { useId } from 'react';
import type { BenchTable } from '../../store/bench.ts';

export function TableView({ table: { title, heading, rows, notes } }: { table: BenchTable }) {
  const titleId = useId();
  return (
    <div className="bench-table">
      <h3 id={titleId}>{title}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section className="bench-scroll" aria-labelledby={titleId} tabIndex={0}>
        <table>
          <thead>
            <tr>
              {heading.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(([name, ...numbers], row) => (
              // Names repeat where one tile is chosen for several shapes; rows never move.
              // biome-ignore lint/suspicious/noArrayIndexKey: see above
              <tr key={row}>
                <th scope="row">{name}</th>
                {numbers.map((number, i) => (
                  <td key={heading[i + 1]}>{number}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {notes.map((note) => (
        <p key={note} className="sub">
          {note}
        </p>
      ))}
    </div>
  );
}
