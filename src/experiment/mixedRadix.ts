/**
 * A list of small whole numbers, each with its own limit, as one large number in base64url: no bit is spent on what cannot be.
 * With it goes a sum, by which a damaged text is told from a whole one.
 */
import { fromBase64Url, toBase64Url } from './base64Url.ts';

/** A whole number from 0 to below its radix. */
export type Digit = readonly [value: number, radix: number];

/** The largest prime below 2^16. */
const SUM = 65_521n;
/** Longer texts are refused before anything is read from them. */
const MOST_CHARACTERS = 1_000;

/** Throws a `RangeError` on a value that is no whole number below its radix. */
export function writeDigits(digits: readonly Digit[]): string {
  const whole = digits.reduceRight((number, [value, radix]) => {
    if (!Number.isInteger(value) || value < 0 || value >= radix)
      throw new RangeError(`A digit must be a whole number from 0 to ${radix - 1}; found ${value}.`);
    return number * BigInt(radix) + BigInt(value);
  }, 0n);
  const hex = (whole * SUM + (whole % SUM)).toString(16);
  return toBase64Url(
    Uint8Array.from(hex.padStart(2 * Math.ceil(hex.length / 2), '0').match(/../g)!, fromHex),
  );
}

const fromHex = (pair: string): number => Number.parseInt(pair, 16);

/** The digits of a text, one after another; 0 where all have been taken. */
export class DigitReader {
  private rest: bigint;

  private constructor(whole: bigint) {
    this.rest = whole;
  }

  /** Null where the text is damaged. */
  static of(text: string): DigitReader | null {
    if (text === '' || text.length > MOST_CHARACTERS || !/^[\w-]+$/.test(text) || text.length % 4 === 1)
      return null;
    const hex = Array.from(fromBase64Url(text), (byte) => byte.toString(16).padStart(2, '0')).join('');
    const number = BigInt(`0x${hex}`);
    const whole = number / SUM;
    return number % SUM === whole % SUM ? new DigitReader(whole) : null;
  }

  take(radix: number): number {
    const value = Number(this.rest % BigInt(radix));
    this.rest /= BigInt(radix);
    return value;
  }

  /** Whether nothing but zeros is left. */
  isAtEnd(): boolean {
    return this.rest === 0n;
  }
}
