/** Names at the ends of lines: no legend to look up. Pushed 17 px apart, with a thin leader; on the tips while a run goes on. */
import { Marker } from '../../Marker.tsx';
import type { EndLabel } from '../../series/drawn.ts';
import { spread } from '../../series/spread.ts';
import { usePixels } from './usePixels.ts';

const GAP = 17;
const CHARACTER_WIDTH = 7.3;
const ROOM_BESIDE_WORDS = 27;

/** The margin that the labels need at the right of a plot. */
export function labelRoom(words: readonly string[]): number {
  const longest = Math.max(0, ...words.map((text) => text.length));
  return Math.ceil(longest * CHARACTER_WIDTH) + ROOM_BESIDE_WORDS;
}

export function EndLabels({ labels, rideOnTips }: { labels: readonly EndLabel[]; rideOnTips: boolean }) {
  const pixels = usePixels();
  if (!pixels || labels.length === 0) return null;
  const ends = labels.map(({ step, value }) => ({ x: pixels.x(step), y: pixels.y(value) }));
  const heights = spread(
    ends.map(({ y }) => y),
    GAP,
    [pixels.top + 2, pixels.bottom - 2],
  );
  return labels.map(({ identity, words }, i) => {
    const end = ends[i]!;
    const x = (rideOnTips ? end.x : pixels.right) + 14;
    const y = heights[i]!;
    return (
      <g key={identity.id}>
        {Math.abs(y - end.y) + (x - 14 - end.x) > 3 && (
          <path
            d={`M${end.x + 2} ${end.y}L${x - 8} ${y}`}
            stroke={identity.colour}
            opacity={0.5}
            fill="none"
          />
        )}
        <Marker identity={identity} x={x - 2} y={y} radius={4.2} />
        <text x={x + 7} y={y + 4.5} className="series-words halo" style={{ fill: identity.colour }}>
          {words}
        </text>
      </g>
    );
  });
}
