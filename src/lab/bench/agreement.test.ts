import { describe, expect, it } from 'vitest';
import { assertSameLosses, largestDifference } from './agreement.ts';
import { BenchError } from './problem.ts';

const ours = { id: 'ours' as const, losses: [3, 2, 1] };

describe('first losses', () => {
  it('are compared relatively, with ours', () => {
    const others = [
      { id: 'tfjs' as const, losses: [3, 2.001, 1] },
      { id: 'jaxjs' as const, losses: [3, 2, 0.9998] },
    ];
    expect(largestDifference([ours, ...others])).toBeCloseTo(5e-4, 10);
    expect(() => assertSameLosses([ours, ...others])).not.toThrow();
  });

  it('that differ end the bench, with every number', () => {
    const other = { id: 'jaxjs' as const, losses: [3, 2.01, 1] };
    expect(() => assertSameLosses([ours, other])).toThrow(BenchError);
    expect(() => assertSameLosses([ours, other])).toThrow('jax-js 0.1.25 3.00000, 2.01000, 1.00000');
  });

  it('that are missing or no number agree with nothing', () => {
    expect(() => assertSameLosses([ours, { id: 'tfjs', losses: [3, 2] }])).toThrow(BenchError);
    expect(() => assertSameLosses([ours, { id: 'tfjs', losses: [3, 2, Number.NaN] }])).toThrow(BenchError);
  });

  it('of one library alone agree', () => {
    expect(() => assertSameLosses([ours])).not.toThrow();
    expect(() => assertSameLosses([])).not.toThrow();
  });
});
