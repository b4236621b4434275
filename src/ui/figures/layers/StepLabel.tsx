/** The step of the time cursor under the axis, inside the plot, on paper that covers the tick labels in its way, wholly. */
import { useChartWidth, useXAxisTicks } from 'recharts';
import { formatCount } from '../../format.ts';

const CHARACTER_WIDTH = 7;
const MARGIN = 4;

export function StepLabel({ x, y, step }: { x: number; y: number; step: number }) {
  const ticks = useXAxisTicks() ?? [];
  const words = `step ${formatCount(step)}`;
  const width = useChartWidth() ?? Number.POSITIVE_INFINITY;
  const halfWords = (words.length * CHARACTER_WIDTH) / 2;
  const half = halfWords + MARGIN;
  const centre = Math.max(halfWords, Math.min(x, width - halfWords));
  const covered = ticks
    .map(({ coordinate, value }, i) => tickExtent(coordinate, String(value), i, ticks.length))
    .filter(([from, to]) => from < centre + half && to > centre - half);
  const left = Math.min(centre - half, ...covered.map(([from]) => from));
  const right = Math.max(centre + half, ...covered.map(([, to]) => to));
  return (
    <>
      <rect x={left} y={y + 5} width={right - left} height={19} className="cursor-paper" />
      <text x={centre} y={y + 18} textAnchor="middle" className="cursor-step">
        {words}
      </text>
    </>
  );
}

/** About where a tick's label begins and ends; the last one carries the unit and ends at its tick. */
function tickExtent(at: number, words: string, index: number, count: number): [number, number] {
  const isLast = index === count - 1;
  const width = (words.length + (isLast ? ' steps'.length : 0)) * CHARACTER_WIDTH + 6;
  if (isLast) return [at - width, at + width / 2];
  return index === 0 ? [at - 3, at + width] : [at - width / 2, at + width / 2];
}
