/** W_0, W* and the ray of optima through W*, drawn to scale in the plane that the two span. */
import type { StartingPointRow } from '../../../paper/theory/startingPoint.ts';
import { identityOf } from '../../identity.ts';
import { Marker } from '../../Marker.tsx';

const MARGIN = { left: 22, right: 34, top: 26, bottom: 34 };
const PLAIN = identityOf('none');
const NORMALISED = identityOf('batch');
/** How far the ray is drawn beyond the points on it. */
const BEYOND = 1.12;

function layout({ cosine, startLength, optimumLength, k }: StartingPointRow, width: number, height: number) {
  const startAlong = cosine * startLength;
  const startAcross = Math.sqrt(Math.max(0, 1 - cosine ** 2)) * startLength;
  const end = BEYOND * Math.max(optimumLength, startAlong, k * optimumLength);
  const low = Math.min(0, startAlong);
  const room = [width - MARGIN.left - MARGIN.right, height - MARGIN.top - MARGIN.bottom] as const;
  const scale = Math.min(room[0] / (end - low), room[1] / (startAcross || 1));
  const top = MARGIN.top + (room[1] - startAcross * scale) / 2;
  const x = (along: number): number => MARGIN.left + (along - low) * scale;
  return {
    ground: top + startAcross * scale,
    origin: x(0),
    end: x(end),
    start: { x: x(startAlong), y: top },
    optimum: x(optimumLength),
    nearest: x(Math.max(0, k) * optimumLength),
  };
}

export function RayPicture({ row, width, height }: { row: StartingPointRow; width: number; height: number }) {
  const { ground, origin, end, start, optimum, nearest } = layout(row, width, height);
  const holds = row.cosine > 0;
  const way = { x1: start.x, y1: start.y, y2: ground, strokeWidth: 2 };
  return (
    <svg className="drawing" width={width} height={height} aria-hidden="true">
      <line
        x1={origin}
        x2={end}
        y1={ground}
        y2={ground}
        stroke="var(--ink-2)"
        strokeDasharray="1 3"
        strokeWidth="1.5"
      />
      <line x1={origin} x2={start.x} y1={ground} y2={start.y} stroke="var(--control)" />
      <line {...way} x2={optimum} stroke={PLAIN.colour} />
      <line {...way} x2={nearest} stroke={NORMALISED.colour} strokeDasharray={NORMALISED.dash} />
      <circle cx={origin} cy={ground} r="3" fill="var(--paper)" stroke="var(--ink-2)" strokeWidth="1.5" />
      <circle cx={start.x} cy={start.y} r="4" fill="var(--ink)" />
      <Marker identity={PLAIN} x={optimum} y={ground} radius={5} />
      <Marker identity={{ ...NORMALISED, hollow: !holds }} x={nearest} y={ground} radius={5} />
      <g className="maths">
        <text x={start.x} y={start.y - 10} textAnchor="middle">
          W₀
        </text>
        <text x={optimum} y={ground + 22} textAnchor="middle">
          W*
        </text>
        {Math.abs(nearest - optimum) > 26 && (
          <text x={nearest} y={ground + 22} textAnchor="middle">
            Ŵ*
          </text>
        )}
      </g>
      {nearest - origin > 20 && (
        <text x={origin} y={ground + 20} textAnchor="middle">
          0
        </text>
      )}
      <text x={end + 4} y={ground + 4}>
        kW*
      </text>
    </svg>
  );
}
