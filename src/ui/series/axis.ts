/** Axes that hold still: round bounds, few ticks, domains that only grow while a run goes on. */

export type Scale = 'log' | 'linear';

export interface Axis {
  scale: Scale;
  domain: readonly [number, number];
  ticks: readonly number[];
}

const MOST_TICKS = 6;

/** Smallest and largest finite value; on a logarithmic axis only positive values count. Null where there is none. */
export function extentOf(lists: readonly (readonly number[])[], scale: Scale): [number, number] | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const list of lists)
    for (const value of list) {
      if (!Number.isFinite(value) || (scale === 'log' && value <= 0)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  return low <= high ? [low, high] : null;
}

/** An axis with round bounds around the values. */
export function axisAround(low: number, high: number, scale: Scale): Axis {
  return scale === 'log' ? logAxis(low, high) : linearAxis(low, high);
}

/** The previous axis while everything fits on it; otherwise one that also holds the new values. */
export function grownAxis(
  previous: Axis | null,
  extent: readonly [number, number] | null,
  scale: Scale,
  empty: Axis,
): Axis {
  const kept = previous?.scale === scale ? previous : null;
  if (!extent) return kept ?? empty;
  if (!kept) return axisAround(extent[0], extent[1], scale);
  const [low, high] = kept.domain;
  if (extent[0] >= low && extent[1] <= high) return kept;
  return axisAround(Math.min(low, extent[0]), Math.max(high, extent[1]), scale);
}

/** 1, 2 or 5 times a power of ten, next to `value` in the direction asked for. */
function roundTo125(value: number, direction: 'down' | 'up'): number {
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
  const mantissa = value / power;
  const steps = direction === 'up' ? [1, 2, 5, 10] : [10, 5, 2, 1];
  const tolerance = direction === 'up' ? 1 - 1e-9 : 1 + 1e-9;
  const found = steps.find((step) =>
    direction === 'up' ? step >= mantissa * tolerance : step <= mantissa * tolerance,
  );
  return trim((found ?? 1) * power);
}

/** Removes the binary dust of a product of powers of ten: 0.30000000000000004 -> 0.3. */
const trim = (value: number): number => Number(value.toPrecision(12));

function logAxis(low: number, high: number): Axis {
  let bottom = roundTo125(low, 'down');
  let top = roundTo125(high, 'up');
  if (top / bottom < 4) {
    bottom = roundTo125(bottom / 2, 'down');
    top = roundTo125(top * 2, 'up');
  }
  return { scale: 'log', domain: [bottom, top], ticks: logTicks(bottom, top) };
}

function logTicks(bottom: number, top: number): number[] {
  const first = Math.floor(Math.log10(bottom) + 1e-9);
  const last = Math.ceil(Math.log10(top) - 1e-9);
  const ticksOf = (mantissas: number[], stride: number): number[] => {
    const ticks: number[] = [];
    for (let power = Math.ceil(first / stride) * stride; power <= last; power += stride)
      for (const mantissa of mantissas) ticks.push(trim(mantissa * 10 ** power));
    return ticks.filter((tick) => tick >= bottom * (1 - 1e-9) && tick <= top * (1 + 1e-9));
  };
  const candidates = [
    ticksOf([1, 2, 5], 1),
    ticksOf([1, 3], 1),
    ...[1, 2, 3, 5, 10, 20, 50, 100].map((s) => ticksOf([1], s)),
  ];
  return candidates.find((ticks) => ticks.length <= MOST_TICKS) ?? [bottom, top];
}

/** The step among 1, 2, 2.5 and 5 times a power of ten that cuts a span into at most `most` parts. */
function roundStep(span: number, most: number): number {
  const rough = span / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const found = [1, 2, 2.5, 5, 10].find((step) => step * power >= rough * (1 - 1e-9));
  return trim((found ?? 10) * power);
}

function linearAxis(low: number, high: number): Axis {
  const bottomWanted = Math.min(0, low);
  const span = high - bottomWanted || Math.abs(high) || 1;
  const step = roundStep(span, 4);
  const bottom = trim(Math.floor(bottomWanted / step + 1e-9) * step);
  const top = trim(Math.max(Math.ceil(high / step - 1e-9), bottom / step + 1) * step);
  const count = Math.round((top - bottom) / step);
  const ticks = Array.from({ length: count + 1 }, (_, i) => trim(bottom + i * step));
  return { scale: 'linear', domain: [bottom, top], ticks };
}

/** The steps of a whole run, or of a part of it: three or four ticks, round numbers. */
export function stepAxis(to: number, from = 0): Axis {
  const axis = timeAxis(to, from, Math.max(1, roundStep(to - from, 4)));
  return { ...axis, ticks: axis.ticks.filter(Number.isInteger) };
}

/** Seconds, at round numbers that need not be whole. */
export const secondAxis = (to: number, from = 0): Axis => timeAxis(to, from, roundStep(to - from, 4));

function timeAxis(to: number, from: number, step: number): Axis {
  const first = Math.ceil(from / step - 1e-9);
  const count = Math.max(0, Math.floor(to / step + 1e-9) - first + 1);
  const ticks = Array.from({ length: count }, (_, i) => trim((first + i) * step));
  return { scale: 'linear', domain: [from, to], ticks };
}

/** Layers, counted from 1: a place for each, and room beside the outer ones. */
export function layerAxis(count: number): Axis {
  const step = Math.max(1, Math.round(roundStep(Math.max(1, count - 1), 7)));
  const ticks = Array.from({ length: Math.ceil(count / step) }, (_, i) => 1 + i * step);
  return { scale: 'linear', domain: [0.5, count + 0.5], ticks };
}
