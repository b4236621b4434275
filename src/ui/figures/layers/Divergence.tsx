/** Where a network ended: a dotted line, a cross at the upper edge, and its step in words. */
import { formatCount } from '../../format.ts';
import type { End } from '../../series/drawn.ts';
import { usePixels } from './usePixels.ts';

const ARM = 4.5;
const LINE_HEIGHT = 17;
/** Room that the words take beside the cross, by number of characters. */
const wordsWidth = (words: string): number => words.length * 7.2 + 16;

export function Divergence({ ends, isNamed = true }: { ends: readonly End[]; isNamed?: boolean }) {
  const pixels = usePixels();
  if (!pixels) return null;
  return ends.map(({ identity, step }, i) => {
    const x = pixels.x(step);
    const y = pixels.top + 4 + i * LINE_HEIGHT;
    const words = `${isNamed ? `${identity.short}: ` : ''}not finite at step ${formatCount(step)}`;
    const fits = x + wordsWidth(words) < pixels.right + 40;
    return (
      <g key={identity.id} stroke={identity.colour}>
        <line x1={x} x2={x} y1={y} y2={pixels.bottom} strokeDasharray="2 3" />
        <path
          d={`M${x - ARM} ${y - ARM}l${2 * ARM} ${2 * ARM}m0 ${-2 * ARM}l${-2 * ARM} ${2 * ARM}`}
          strokeWidth={2.4}
        />
        <text
          x={fits ? x + 11 : x - 11}
          y={y + 4.5}
          textAnchor={fits ? 'start' : 'end'}
          className="series-words halo"
          style={{ fill: identity.colour }}
        >
          {words}
        </text>
      </g>
    );
  });
}
