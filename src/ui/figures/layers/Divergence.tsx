/** Where a network ended: dotted lines with crosses at the upper edge, one a seed, and in words from when on. */
import type { End } from '../../series/drawn.ts';
import { type Pixels, usePixels } from './usePixels.ts';

const ARM = 4.5;
const LINE_HEIGHT = 17;
/** Words may reach so far into the margin at the right. */
const BESIDE_PLOT = 40;
/** Room that the words take beside the cross, by number of characters. */
const wordsWidth = (words: string): number => words.length * 7.2 + 16;

/** Words right of a cross, left of it where only there is room, else ending at the right edge. */
function beside(cross: number, width: number, { left, right }: Pixels): [x: number, anchor: 'start' | 'end'] {
  const edge = right + BESIDE_PLOT;
  if (cross + width < edge) return [cross + 11, 'start'];
  return cross - width > left ? [cross - 11, 'end'] : [Math.max(edge, left + width), 'end'];
}

export function Divergence({ ends, isNamed = true }: { ends: readonly End[]; isNamed?: boolean }) {
  const pixels = usePixels();
  if (!pixels) return null;
  return ends.map(({ identity, steps: all, words }, i) => {
    const steps = all.filter(pixels.holds);
    if (steps.length === 0) return null;
    const first = pixels.x(steps[0]!);
    const y = pixels.top + 4 + i * LINE_HEIGHT;
    const text = isNamed ? `${identity.short}: ${words}` : words;
    const [x, anchor] = beside(first, wordsWidth(text), pixels);
    return (
      <g key={identity.id} stroke={identity.colour}>
        {[...new Set(steps)].map((step) => (
          <Cross key={step} x={pixels.x(step)} y={y} bottom={pixels.bottom} />
        ))}
        <text
          x={x}
          y={y + 4.5}
          textAnchor={anchor}
          className="series-words halo"
          style={{ fill: identity.colour }}
        >
          {text}
        </text>
      </g>
    );
  });
}

function Cross({ x, y, bottom }: { x: number; y: number; bottom: number }) {
  return (
    <>
      <line x1={x} x2={x} y1={y} y2={bottom} strokeDasharray="2 3" />
      <path
        d={`M${x - ARM} ${y - ARM}l${2 * ARM} ${2 * ARM}m0 ${-2 * ARM}l${-2 * ARM} ${2 * ARM}`}
        strokeWidth={2.4}
      />
    </>
  );
}
