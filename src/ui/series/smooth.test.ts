import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exponentialMean } from './smooth.ts';

const weights = fc.double({ min: 0, max: 0.99, noNaN: true });
const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });

describe('an exponential mean', () => {
  it('of equal values is that value from the first on, whatever the weight', () => {
    fc.assert(
      fc.property(weights, finite, fc.integer({ min: 1, max: 50 }), (weight, value, count) => {
        for (const mean of exponentialMean(
          Array.from({ length: count }, () => value),
          weight,
        ))
          expect(mean).toBeCloseTo(value, 5);
      }),
    );
  });

  it('is the weighted mean of the values so far', () => {
    fc.assert(
      fc.property(weights, fc.array(finite, { minLength: 1, maxLength: 20 }), (weight, values) => {
        const powers = values.map((_, i) => weight ** (values.length - 1 - i));
        const expected =
          values.reduce((sum, value, i) => sum + powers[i]! * value, 0) / powers.reduce((a, b) => a + b);
        expect(exponentialMean(values, weight).at(-1)).toBeCloseTo(expected, 4);
      }),
    );
  });

  it('keeps a value that is not finite in its place, and out of those after it', () => {
    expect(exponentialMean([1, Number.NaN, 1, Number.POSITIVE_INFINITY, 1], 0.9)).toEqual([
      1,
      Number.NaN,
      1,
      Number.POSITIVE_INFINITY,
      1,
    ]);
    expect(exponentialMean([3, 5], 0)).toEqual([3, 5]);
  });
});
