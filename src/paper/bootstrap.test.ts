import { describe, expect, it } from 'vitest';
import { medianInterval, medianOf } from './bootstrap.ts';

/** P(at least `least` of `count` draws fall below), each with probability p. */
function atLeast(least: number, count: number, p: number): number {
  let total = 0;
  for (let k = least; k <= count; k++) {
    let ways = 1;
    for (let i = 0; i < k; i++) ways = (ways * (count - i)) / (i + 1);
    total += ways * p ** k * (1 - p) ** (count - k);
  }
  return total;
}

/** The exact 2.5% quantile of the bootstrapped median of 1 … count, for an odd count (Efron 1979). */
function exactLow(count: number): number {
  const half = (count + 1) / 2;
  for (let rank = 1; rank <= count; rank++) if (atLeast(half, count, rank / count) >= 0.025) return rank;
  return count;
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

describe('the bootstrapped median', () => {
  it.each([3, 5, 7, 9])('has the interval that its exact distribution over %i values has', (count) => {
    const low = exactLow(count);
    expect(medianInterval(upTo(count))).toEqual({
      estimate: (count + 1) / 2,
      low,
      high: count + 1 - low,
    });
  });

  it('spans all of up to five values, and less than all of nine', () => {
    expect(medianInterval([4, 2, 5, 1, 3])).toEqual({ estimate: 3, low: 1, high: 5 });
    expect(medianInterval(upTo(9)).low).toBeGreaterThan(1);
  });

  it('is the value itself for one seed, and does not depend on the order of several', () => {
    expect(medianInterval([7])).toEqual({ estimate: 7, low: 7, high: 7 });
    expect(medianInterval([1, 9, 4, 6])).toEqual(medianInterval([9, 6, 4, 1]));
  });

  it('takes infinities as the largest and the smallest', () => {
    const { POSITIVE_INFINITY: most, NEGATIVE_INFINITY: least } = Number;
    expect(medianInterval([2, most, most])).toEqual({ estimate: most, low: 2, high: most });
    expect(medianOf([least, most])).toBe(0);
    expect(medianOf([least, 1, most])).toBe(1);
    expect(medianOf([most, most])).toBe(most);
  });

  it('refuses NaN and nothing', () => {
    expect(() => medianOf([])).toThrow('none');
    expect(() => medianInterval([1, Number.NaN])).toThrow('NaN');
  });
});
