/** The loss on the plane of one network; the place under the pointer is read in its head. */
import { type PointerEvent, useContext, useId, useMemo, useState } from 'react';
import { formatValue } from '../../format.ts';
import { Glyph } from '../../Marker.tsx';
import {
  type LevelPaths,
  type LossPlane,
  levelPaths,
  MAP_SIDE,
  nearestPoint,
} from '../../series/flatness.ts';
import { FigureLabel } from '../label.ts';

/** Room under a map for the labels of its axis. */
export const MAP_MARGIN = 20;

interface LossMapProps {
  plane: LossPlane;
  bounds: readonly number[];
  side: number;
}

interface Place {
  first: number;
  second: number;
  loss: number;
}

function Hatch({ id }: { id: string }) {
  return (
    <pattern id={id} width="3" height="3" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <rect width="3" height="3" fill="var(--paper)" />
      <rect width="1" height="3" fill="var(--ink)" />
    </pattern>
  );
}

function AxisLabels({ side }: { side: number }) {
  const y = side + 15;
  return (
    <>
      <text x={0} y={y}>
        −1
      </text>
      <text x={side / 2} y={y} textAnchor="middle">
        0
      </text>
      <text x={side} y={y} textAnchor="end">
        +1
      </text>
    </>
  );
}

function Levels({
  paths: { levels, notFinite },
  side,
  hatch,
}: {
  paths: LevelPaths;
  side: number;
  hatch: string;
}) {
  return (
    <>
      <g transform={`scale(${side / MAP_SIDE})`} shapeRendering="crispEdges">
        {levels.map((path, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a level is its number
          <path key={i} d={path} fill={`var(--heat-${i})`} />
        ))}
        {notFinite && <path d={notFinite} fill={`url(#${hatch})`} />}
      </g>
      <rect width={side} height={side} className="heat-frame" />
    </>
  );
}

interface SeedMapProps {
  one: LossPlane['single'][number];
  bounds: readonly number[];
  side: number;
}

/** The map of a single seed, small. */
function SeedMap({ one, bounds, side }: SeedMapProps) {
  const hatch = useId();
  const paths = useMemo(() => levelPaths(one, bounds), [one, bounds]);
  const middle = (one.values.length - 1) / 2;
  const end = formatValue(one.values[middle]![middle]!);
  return (
    <p className="seed-map">
      <svg width={side} height={side} role="img" aria-label={`Seed ${one.seed}, end ${end}.`}>
        <defs>
          <Hatch id={hatch} />
        </defs>
        <Levels paths={paths} side={side} hatch={hatch} />
      </svg>
      <span>seed {one.seed}</span>
    </p>
  );
}

const SEED_GAP = 8;
const SEED_WORDS = 18;
const MOST_SEEDS_A_ROW = 4;

/** How large the maps of single seeds are under one of `side` pixels, and how high all of them together. */
export function seedLayout(seeds: number, side: number): { side: number; height: number } {
  if (seeds < 2) return { side: 0, height: 0 };
  const columns = Math.min(seeds, MOST_SEEDS_A_ROW);
  const each = Math.floor((side - SEED_GAP * (columns - 1)) / columns);
  return { side: each, height: Math.ceil(seeds / columns) * (each + SEED_WORDS + SEED_GAP) };
}

export function LossMap({ plane, bounds, side }: LossMapProps) {
  const label = useContext(FigureLabel);
  const hatch = useId();
  const [place, setPlace] = useState<Place | null>(null);
  const paths = useMemo(() => levelPaths(plane, bounds), [plane, bounds]);
  const { identity } = plane;
  const read = (event: PointerEvent<SVGRectElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    setPlace(
      nearestPoint(plane, (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height),
    );
  };
  const end = nearestPoint(plane, 0.5, 0.5).loss;
  const middle = side / 2;
  return (
    <div className="panel" style={{ width: side }}>
      <p className="panel-head">
        <span className="panel-name" style={{ color: identity.colour }}>
          <Glyph identity={identity} />
          {identity.short}
        </span>
        <span className="panel-number">
          {place
            ? `${formatValue(place.loss)} at ${place.first.toFixed(1)}, ${place.second.toFixed(1)}`
            : `end ${formatValue(end)}`}
        </span>
      </p>
      <svg width={side} height={side + MAP_MARGIN} role="img" aria-label={`${label} ${identity.label}.`}>
        <defs>
          <Hatch id={hatch} />
        </defs>
        <Levels paths={paths} side={side} hatch={hatch} />
        <circle cx={middle} cy={middle} r={4} className="heat-halo" />
        <circle cx={middle} cy={middle} r={4} className="heat-centre" />
        <AxisLabels side={side} />
        <rect
          width={side}
          height={side}
          className="pointer-area"
          onPointerMove={read}
          onPointerDown={read}
          onPointerLeave={() => setPlace(null)}
        />
      </svg>
      {plane.single.length > 0 && (
        <div className="seed-maps" style={{ gap: SEED_GAP }}>
          {plane.single.map((one) => (
            <SeedMap
              key={one.seed}
              one={one}
              bounds={bounds}
              side={seedLayout(plane.single.length, side).side}
            />
          ))}
        </div>
      )}
    </div>
  );
}
