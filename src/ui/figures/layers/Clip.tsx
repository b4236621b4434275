/** Keeps what is drawn inside the plot, with room for the width of a line at its edge. */
import { usePixels } from './usePixels.ts';

const EDGE = 1.5;

export function Clip({ id }: { id: string }) {
  const pixels = usePixels();
  if (!pixels) return null;
  return (
    <clipPath id={id}>
      <rect
        x={pixels.left - EDGE}
        y={pixels.top - EDGE}
        width={pixels.right - pixels.left + 2 * EDGE}
        height={pixels.bottom - pixels.top + 2 * EDGE}
      />
    </clipPath>
  );
}
