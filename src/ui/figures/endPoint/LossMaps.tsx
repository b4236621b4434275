/** Figure: the loss on a plane through the point that training reached, in steps of grey. Ours. */
import { type ReactNode, useMemo } from 'react';
import { formatValue } from '../../format.ts';
import { LEVELS, levelBounds, lossPlanes, planeReading } from '../../series/flatness.ts';
import { shownIn } from '../../series/shown.ts';
import { Figure } from '../Figure.tsx';
import { HEAD_HEIGHT } from '../panels.ts';
import { type Snapshot, useShown } from '../useFigure.ts';
import { planeTable, useValues } from '../values.ts';
import { LossMap, MAP_MARGIN, seedLayout } from './LossMap.tsx';

const GAP = 20;
const MOST_SIDE = 260;
const KEY_HEIGHT = 40;

/** Two maps side by side on a phone, three on a page. */
function sideOf(width: number): number {
  const columns = width < 560 ? 2 : 3;
  return Math.min(MOST_SIDE, Math.floor((width - GAP * (columns - 1)) / columns));
}

function heightOf(snapshot: Snapshot | null): number {
  if (!snapshot) return MOST_SIDE;
  const { width, record, hidden, experiment } = snapshot;
  const count = record ? shownIn(record, hidden).length : experiment.variants.length;
  const columns = Math.max(1, Math.floor((width + GAP) / (sideOf(width) + GAP)));
  const side = sideOf(width);
  const seeds = seedLayout(experiment.seeds, side).height;
  return Math.ceil(count / columns) * (side + MAP_MARGIN + HEAD_HEIGHT + 12 + seeds) + KEY_HEIGHT;
}

function Key({ bounds }: { bounds: readonly number[] }): ReactNode {
  return (
    <ul className="heat-key" aria-label="Loss by grey">
      {Array.from({ length: LEVELS }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a level is its number
        <li key={i}>
          <i style={{ background: `var(--heat-${i})` }} />
          <span>
            {formatValue(bounds[i]!)} – {formatValue(bounds[i + 1]!)}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Maps({ snapshot }: { snapshot: Snapshot }) {
  const shown = useShown(snapshot);
  const planes = useMemo(() => lossPlanes(shown), [shown]);
  useValues('', () => planeTable(planes));
  const bounds = useMemo(() => levelBounds(planes, snapshot.scale), [planes, snapshot.scale]);
  if (planes.length === 0) return <p className="empty-note">The maps appear here when the run is done.</p>;
  const side = sideOf(snapshot.width);
  return (
    <>
      <div className="panels">
        {planes.map((plane) => (
          <LossMap key={plane.identity.id} plane={plane} bounds={bounds} side={side} />
        ))}
      </div>
      <Key bounds={bounds} />
    </>
  );
}

export function LossMaps() {
  return (
    <Figure
      title="Loss on a plane, ours"
      quantity={(snapshot) => `L over two random directions, ${snapshot?.scale ?? 'log'} scale`}
      reading={({ record, hidden }) => (record ? planeReading(shownIn(record, hidden)) : null)}
      caption={({ experiment }) =>
        `Both axes in filter norms, from −1 to 1; circle: the end point. Between measured points the loss is interpolated; hatched: not finite. ${experiment.seeds > 1 ? `Large: means over ${experiment.seeds} seeds; small: each seed, in the same greys.` : ''}`
      }
      measurement="flatness"
      height={heightOf}
    >
      {(snapshot) => <Maps snapshot={snapshot} />}
    </Figure>
  );
}
