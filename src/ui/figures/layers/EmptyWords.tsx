/** An empty plot says what will appear in it, and when. */
import { useChartWidth } from 'recharts';
import { usePixels } from './usePixels.ts';

export function EmptyWords({ words, detail }: { words: string; detail: string }) {
  const pixels = usePixels();
  const width = useChartWidth();
  if (!pixels) return null;
  const x = (pixels.left + (width ?? pixels.right)) / 2;
  const y = (pixels.top + pixels.bottom) / 2;
  return (
    <g textAnchor="middle">
      <text x={x} y={y - 4} className="empty-words halo">
        {words}
      </text>
      <text x={x} y={y + 18} className="empty-detail halo">
        {detail}
      </text>
    </g>
  );
}
