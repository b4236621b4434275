/** Numbers as the page writes them: true minus, thin spaces around ×, a comma from 1,000. */
import { decimal } from '../experiment/decimal.ts';

const SUPERSCRIPTS: Record<string, string> = {
  '-': '⁻',
  '0': '⁰',
  '1': '¹',
  '2': '²',
  '3': '³',
  '4': '⁴',
  '5': '⁵',
  '6': '⁶',
  '7': '⁷',
  '8': '⁸',
  '9': '⁹',
};
const THIN_SPACE = '\u2009';

export function powerOfTen(exponent: number): string {
  return `10${[...String(exponent)].map((sign) => SUPERSCRIPTS[sign] ?? sign).join('')}`;
}

/** A measured value with three significant digits: 0.0312, 2.30, 128, 1,240, 3.20 × 10⁷; ∞ and “not a number” in words. */
export function formatValue(value: number): string {
  if (Number.isNaN(value)) return 'not a number';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  const sign = value < 0 ? '−' : '';
  if (size === 0) return '0';
  if (size < 1e-3 || size >= 1e5) {
    const [mantissa, exponent] = size.toExponential(2).split('e');
    return `${sign}${mantissa}${THIN_SPACE}×${THIN_SPACE}${powerOfTen(Number(exponent))}`;
  }
  if (size >= 100) return sign + decimal(Math.round(size));
  return sign + size.toPrecision(3);
}

/** A round number at a tick: 0.05, 1,000, 10⁶, 5 × 10⁻⁷. */
export function formatTick(value: number): string {
  const size = Math.abs(value);
  const sign = value < 0 ? '−' : '';
  if (size === 0 || (size >= 1e-3 && size < 1e5)) return sign + decimal(size);
  const exponent = Math.floor(Math.log10(size) + 1e-9);
  const mantissa = Number((size / 10 ** exponent).toPrecision(6));
  return `${sign}${mantissa === 1 ? '' : `${mantissa}${THIN_SPACE}×${THIN_SPACE}`}${powerOfTen(exponent)}`;
}

/** A step on an axis: 0, 100, 2.5k, 15k. */
export function formatStepTick(step: number): string {
  return step < 1000 ? String(step) : `${Number((step / 1000).toFixed(2))}k`;
}

/** A whole number: 15,000. */
export const formatCount = (count: number): string => decimal(count);

/** A share as a percentage with one decimal: 82.9. */
export const formatPercent = (share: number): string =>
  Number.isFinite(share) ? (100 * share).toFixed(1) : formatValue(share);

/** 8 s, 6 min 59 s, 2 h 5 min. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(1, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
}

/** 12.4 MB, in powers of 1000. */
export function formatBytes(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1 ? 0 : Math.min(4, Math.floor(Math.log10(bytes) / 3));
  const scaled = bytes / 1000 ** power;
  return `${power === 0 || scaled >= 100 ? Math.round(scaled) : scaled.toFixed(1)} ${units[power]}`;
}

/** “Standard, BatchNorm and Noisy BatchNorm”. */
export function joinWords(words: readonly string[], last = 'and'): string {
  if (words.length < 2) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}
