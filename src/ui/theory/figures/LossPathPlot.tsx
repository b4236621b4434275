/** The losses of both networks on the straight way from W_0 to W* and beyond, each with its colour, dash and marker. */
import type { LossPath } from '../../../paper/theory/sameMinima.ts';
import { formatTick } from '../../format.ts';
import { identityOf } from '../../identity.ts';
import { Marker } from '../../Marker.tsx';
import { axisAround } from '../../series/axis.ts';

const MARGIN = { left: 40, right: 12, top: 10, bottom: 38 };
const MARKED_EVERY = 6;
const NETWORKS = [
  { identity: identityOf('none'), of: 'plain', words: 'without BatchNorm' },
  { identity: identityOf('batch'), of: 'normalised', words: 'with it' },
] as const;

export function LossPathPlot({ path, width, height }: { path: LossPath; width: number; height: number }) {
  const end = path.at.at(-1)!;
  const all = [...path.plain, ...path.normalised];
  const { domain, ticks } = axisAround(Math.min(...all), Math.max(...all), 'linear');
  const bottom = height - MARGIN.bottom;
  const x = (t: number): number => MARGIN.left + (t / end) * (width - MARGIN.left - MARGIN.right);
  const y = (loss: number): number =>
    bottom - ((loss - domain[0]) / (domain[1] - domain[0])) * (bottom - MARGIN.top);
  return (
    <svg className="drawing" width={width} height={height} aria-hidden="true">
      {ticks.map((tick) => (
        <g key={tick}>
          <line
            x1={MARGIN.left}
            x2={width - MARGIN.right}
            y1={y(tick)}
            y2={y(tick)}
            stroke={tick === 0 ? 'var(--control)' : 'var(--grid)'}
          />
          <text x={MARGIN.left - 8} y={y(tick) + 4} textAnchor="end">
            {formatTick(tick)}
          </text>
        </g>
      ))}
      <line x1={x(1)} x2={x(1)} y1={MARGIN.top} y2={bottom} stroke="var(--ink-3)" strokeDasharray="2 3" />
      <text x={x(0)} y={bottom + 18} textAnchor="middle" className="maths">
        W₀
      </text>
      <text x={x(1)} y={bottom + 18} textAnchor="middle" className="maths">
        W*
      </text>
      {NETWORKS.map(({ identity, of }) => (
        <g key={of}>
          <polyline
            points={path.at.map((t, i) => `${x(t)},${y(path[of][i]!)}`).join(' ')}
            fill="none"
            stroke={identity.colour}
            strokeWidth="2"
            strokeDasharray={identity.dash}
          />
          {path.at.map(
            (t, i) =>
              i % MARKED_EVERY === 0 && (
                <Marker key={t} identity={identity} x={x(t)} y={y(path[of][i]!)} radius={4} />
              ),
          )}
        </g>
      ))}
    </svg>
  );
}
