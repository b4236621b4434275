/** A small table beside a cursor, on the side where there is more room. */
import { Glyph } from '../../Marker.tsx';
import type { ReadOutRow } from '../../series/drawn.ts';

interface TableProps {
  rows: readonly ReadOutRow[];
  /** Where the values are read. */
  title: string;
  /** The figure shows it elsewhere. */
  isTitleHidden: boolean;
  x: number;
  middle: number;
}

export function ReadOutTable({ rows, title, isTitleHidden, x, middle }: TableProps) {
  const side = x > middle ? { right: `calc(100% - ${x - 10}px)` } : { left: `${x + 10}px` };
  return (
    <div className="read-out" style={side}>
      <table>
        <caption className={isTitleHidden ? 'unseen' : ''}>{title}</caption>
        <tbody>
          {rows.map(({ identity, text }) => (
            <tr key={identity.id} style={{ color: identity.colour }}>
              <th scope="row">
                <Glyph identity={identity} />
                {identity.short}
              </th>
              <td>{text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
