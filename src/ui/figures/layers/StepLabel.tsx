/** The step of the time cursor under the axis, on a piece of paper that covers the tick labels in its way, wholly. */
import { useXAxisTicks } from 'recharts';
import { formatCount } from '../../format.ts';

const CHARACTER_WIDTH = 7;

export function StepLabel({ x, y, step }: { x: number; y: number; step: number }) {
  const ticks = useXAxisTicks() ?? [];
  const words = `step ${formatCount(step)}`;
  const half = (words.length * CHARACTER_WIDTH) / 2 + 4;
  const covered = ticks
    .map(({ coordinate, value }, i) => tickExtent(coordinate, String(value), i, ticks.length))
    .filter(([from, to]) => from < x + half && to > x - half);
  const left = Math.min(x - half, ...covered.map(([from]) => from));
  const right = Math.max(x + half, ...covered.map(([, to]) => to));
  return (
    <>
      <rect x={left} y={y + 5} width={right - left} height={19} className="cursor-paper" />
      <text x={x} y={y + 18} textAnchor="middle" className="cursor-step">
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
