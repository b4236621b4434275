/** SVG path texts. A value that is NaN interrupts the line; the plot marks it at its edge. */
import type { Edges } from '../../series/band.ts';
import type { Column } from '../../series/line.ts';
import type { Pixels } from './usePixels.ts';

type Point = readonly [x: number, y: number];

/** A tenth of a pixel; several times as fast as toFixed. */
const tenths = (pixels: number): number => Math.round(pixels * 10) / 10;

const write = (points: readonly Point[]): string =>
  points.map(([x, y]) => `${tenths(x)} ${tenths(y)}`).join('L');

/** Unbroken stretches of points. */
function stretches<T>(points: readonly T[], isWhole: (point: T) => boolean): T[][] {
  const found: T[][] = [];
  let current: T[] = [];
  for (const point of points) {
    if (isWhole(point)) {
      if (current.length === 0) found.push(current);
      current.push(point);
    } else {
      current = [];
    }
  }
  return found;
}

export function linePath({ step, value }: Column, pixels: Pixels): string {
  const points = step.map(
    (at, i): Point => [pixels.x(at), Number.isFinite(value[i]!) ? pixels.y(value[i]!) : Number.NaN],
  );
  return stretches(points, ([, y]) => !Number.isNaN(y))
    .map((stretch) => `M${write(stretch)}`)
    .join('');
}

export interface BandPaths {
  fill: string;
  low: string;
  high: string;
}

/** A band that is open upwards reaches the upper edge of the plot. */
export function bandPaths({ step, low, high }: Edges, pixels: Pixels): BandPaths {
  const points = step.map((at, i) => ({
    x: pixels.x(at),
    low: pixels.y(low[i]!),
    high: pixels.y(high[i]!),
  }));
  const paths: BandPaths = { fill: '', low: '', high: '' };
  for (const stretch of stretches(points, (point) => !Number.isNaN(point.low) && !Number.isNaN(point.high))) {
    const upper = write(stretch.map(({ x, high: y }): Point => [x, y]));
    const lower = write(stretch.map(({ x, low: y }): Point => [x, y]));
    const back = write(stretch.map(({ x, low: y }): Point => [x, y]).reverse());
    paths.fill += `M${upper}L${back}Z`;
    paths.high += `M${upper}`;
    paths.low += `M${lower}`;
  }
  return paths;
}
