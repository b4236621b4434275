/**
 * A curve as levels of its own range, on a logarithmic scale where its values are positive and far apart. A value comes
 * back within half a level: 1/254 of the curve's range (of the logarithm's range where the scale is logarithmic); the
 * bounds of the range are rounded outwards to eight significant bits.
 */
import type { ByteReader, ByteWriter } from './bytes.ts';

/** Steps from the lowest to the highest level. A figure of 216 pixels is hardly finer. */
const STEPS = 127;
/** Values this many times as large as the smallest call for a logarithmic scale. */
const FAR_APART = 8;
/** Larger sizes count as infinite, smaller ones as 0: a range's bounds are written as 32-bit floats. */
export const LARGEST = 3e38;
export const SMALLEST = 1e-37;

const NAN = 0;
const INFINITE = 1;
const MINUS_INFINITE = 2;
const ZERO = 3;
const FIRST_LEVEL = 4;

export interface Range {
  scale: 'linear' | 'log';
  low: number;
  high: number;
}

const float = new DataView(new ArrayBuffer(4));

/** The upper half of a 32-bit float: eight significant bits. */
function halfOf(value: number): number {
  float.setFloat32(0, value);
  return float.getUint16(0);
}

function ofHalf(half: number): number {
  float.setUint32(0, half * 65_536);
  return float.getFloat32(0);
}

/** The largest number of eight significant bits that is not above `value`. */
function roundDown(value: number): number {
  let half = halfOf(value);
  if (ofHalf(half) > value) half += value < 0 || half === 0 ? 1 : -1;
  if (half === 1 && value < 0) half = 0x8001;
  return ofHalf(half);
}

/** The scale and the bounds of a curve; both 0 where it has no finite value. */
export function rangeOf(values: readonly number[]): Range {
  let [low, high, leastPositive] = [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
  ];
  for (const value of values) {
    if (!(Math.abs(value) < LARGEST)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
    if (value > SMALLEST) leastPositive = Math.min(leastPositive, value);
  }
  if (low > high) return { scale: 'linear', low: 0, high: 0 };
  const isFarApart = low >= 0 && high > FAR_APART * leastPositive;
  if (isFarApart) return { scale: 'log', low: roundDown(leastPositive), high: -roundDown(-high) };
  return { scale: 'linear', low: roundDown(low), high: -roundDown(-high) };
}

const onScale = ({ scale }: Range, value: number): number => (scale === 'log' ? Math.log(value) : value);

/** 0 to 131: what is not finite, an exact 0 on a logarithmic scale, or a level. */
export function levelOf(range: Range, value: number): number {
  if (Number.isNaN(value)) return NAN;
  if (value >= LARGEST) return INFINITE;
  if (value <= -LARGEST) return MINUS_INFINITE;
  if (range.scale === 'log' && value <= SMALLEST) return ZERO;
  const [low, high] = [onScale(range, range.low), onScale(range, range.high)];
  if (high <= low) return FIRST_LEVEL;
  return FIRST_LEVEL + Math.round((STEPS * (onScale(range, value) - low)) / (high - low));
}

export function valueAt(range: Range, level: number): number {
  if (level === NAN) return Number.NaN;
  if (level === INFINITE) return Number.POSITIVE_INFINITY;
  if (level === MINUS_INFINITE) return Number.NEGATIVE_INFINITY;
  if (level === ZERO) return 0;
  const share = (level - FIRST_LEVEL) / STEPS;
  if (share > 1) throw new RangeError(`A level is ${level}; at most ${FIRST_LEVEL + STEPS} is possible.`);
  const [low, high] = [onScale(range, range.low), onScale(range, range.high)];
  const value = low + share * (high - low);
  return range.scale === 'log' ? Math.exp(value) : value;
}

/** How far a value may be off when it comes back, on the curve's scale. */
export const toleranceOf = (range: Range): number =>
  (onScale(range, range.high) - onScale(range, range.low)) / (2 * STEPS);

export function writeRange(writer: ByteWriter, { scale, low, high }: Range): void {
  for (const half of [halfOf(low), halfOf(high)]) {
    writer.byte(half >> 8);
    writer.byte(half);
  }
  writer.byte(scale === 'log' ? 1 : 0);
}

/** Throws on bounds that no curve has. */
export function readRange(reader: ByteReader): Range {
  const half = (): number => ofHalf(reader.byte() * 256 + reader.byte());
  const [low, high, code] = [half(), half(), reader.byte()];
  const scale = code === 1 ? 'log' : 'linear';
  if (code > 1 || !Number.isFinite(low) || !Number.isFinite(high) || low > high || (code === 1 && low <= 0))
    throw new RangeError('A curve has an impossible range.');
  return { scale, low, high };
}
