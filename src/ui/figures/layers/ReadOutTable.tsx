/** A small table beside the time cursor, on the side where there is more room. */
import { formatCount } from '../../format.ts';
import { Glyph } from '../../Marker.tsx';
import type { ReadOut } from '../../series/drawn.ts';

interface TableProps {
  readOut: ReadOut;
  /** The last values are from before the cursor; the table then says from when. */
  isEarlier: boolean;
  x: number;
  middle: number;
}

export function ReadOutTable({ readOut, isEarlier, x, middle }: TableProps) {
  const side = x > middle ? { right: `calc(100% - ${x - 10}px)` } : { left: `${x + 10}px` };
  return (
    <div className="read-out" style={side}>
      <table>
        <caption className={isEarlier ? '' : 'unseen'}>Step {formatCount(readOut.step)}</caption>
        <tbody>
          {readOut.rows.map(({ identity, text }) => (
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
