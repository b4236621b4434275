/** Numbers of the theory page: both sides to five decimals, deviations as one digit and a power of ten. */
import { formatCount, powerOfTen } from '../format.ts';

const DECIMALS = 5;
const THIN_SPACE = '\u2009';
const MINUS = '−';

const signed = (value: number, text: string): string =>
  value < 0 ? `${MINUS}${text.replace('-', '')}` : text;

/** The power of ten that brings the largest of the values between 1 and 10. */
export function powerFor(values: readonly number[]): number {
  const largest = Math.max(0, ...values.map(Math.abs).filter(Number.isFinite));
  return largest === 0 ? 0 : Math.floor(Math.log10(largest));
}

/** A value in units of a power of ten: 0.17912. */
export function formatSide(value: number, power: number): string {
  const text = (value / 10 ** power).toFixed(DECIMALS);
  return Number(text) === 0 ? text.replace('-', '') : signed(value, text);
}

/** “× 10⁻³”, or nothing for 10⁰. */
export function formatPower(power: number): string {
  return power === 0 ? '' : `×${THIN_SPACE}${powerOfTen(power)}`;
}

/** 3.2 × 10⁻¹⁶, and 0 where two sides are the same float. */
export function formatDeviation(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return value === 0 ? '0' : 'not a number';
  const [mantissa, exponent] = Math.abs(value).toExponential(1).split('e');
  return signed(value, `${mantissa}${THIN_SPACE}×${THIN_SPACE}${powerOfTen(Number(exponent))}`);
}

/** With a fixed number of decimals: −0.42. */
export const formatFixed = (value: number, decimals: number): string => {
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? text.replace('-', '') : signed(value, text);
};

/** A share as a percentage: 8.3%, 12%, below 0.1%. */
export function formatShare(share: number): string {
  if (share !== 0 && Math.abs(share) < 1e-3) return 'less than 0.1%';
  const percent = Math.abs(100 * share);
  const text = percent < 9.95 ? percent.toFixed(1) : formatCount(Math.round(percent));
  return `${signed(share, text)}%`;
}

export function median(values: readonly number[]): number {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
