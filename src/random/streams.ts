/**
 * Random streams by address: (seed, purpose, layer, step, index) -> bits. Nothing is remembered between draws, so any
 * step can be repeated or skipped, and every network of one seed draws the same numbers.
 */
import { threefry2x32 } from './threefry.ts';

/** What a stream is for; part of its key. */
export const PURPOSE = {
  kernel: 1,
  shuffle: 2,
  noiseUnit: 3,
  noiseShift: 4,
  noiseScale: 5,
  data: 6,
  direction: 7,
} as const;
export type Purpose = keyof typeof PURPOSE;

export class RandomStream {
  readonly key: readonly [number, number];
  private readonly words = new Uint32Array(2);

  constructor(seed: number, purpose: Purpose, layer = 0) {
    this.key = [seed >>> 0, (PURPOSE[purpose] << 16) | layer];
  }

  /** Two 32-bit words. The returned array is reused by the next call. */
  bits(step: number, index: number): Uint32Array {
    threefry2x32(this.key[0], this.key[1], step, index, this.words);
    return this.words;
  }
}

/** 32 bits as a number in [0, 1) with 24 significant bits, exact in float32. */
export function toUniform(bits: number): number {
  return (bits >>> 8) * 2 ** -24;
}
