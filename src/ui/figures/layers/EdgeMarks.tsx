/** Marks at the edge of a plot for what has no height in it: never clipped in silence. */
import type { EdgeMark } from '../../series/drawn.ts';
import { usePixels } from './usePixels.ts';

const SIZE = 4;
/** Marks nearer than this would cover each other; the first stands for them. */
const NEAREST_PX = 7;

export function EdgeMarks({ marks }: { marks: readonly EdgeMark[] }) {
  const pixels = usePixels();
  if (!pixels) return null;
  const drawn: { x: number; mark: EdgeMark }[] = [];
  for (const mark of marks) {
    if (!pixels.holds(mark.step)) continue;
    const x = pixels.x(mark.step);
    const near = drawn.some(
      (one) =>
        one.mark.edge === mark.edge &&
        one.mark.identity === mark.identity &&
        Math.abs(one.x - x) < NEAREST_PX,
    );
    if (!near) drawn.push({ x, mark });
  }
  return (
    <g fill="var(--paper)" strokeWidth={1.5} strokeLinejoin="round">
      {drawn.map(({ x, mark: { identity, edge, step } }) => (
        <path
          key={`${identity.id} ${edge} ${step}`}
          d={
            edge === 'top'
              ? `M${x} ${pixels.top - SIZE}l${SIZE} ${1.6 * SIZE}h${-2 * SIZE}z`
              : `M${x} ${pixels.bottom + SIZE}l${SIZE} ${-1.6 * SIZE}h${-2 * SIZE}z`
          }
          stroke={identity.colour}
        />
      ))}
    </g>
  );
}
