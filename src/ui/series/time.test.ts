import { describe, expect, it } from 'vitest';
import { recordOf } from './records.ts';
import { secondsOf } from './time.ts';

describe('seconds of a run', () => {
  it('pass through the times that were measured, and go on at the last speed', () => {
    const record = recordOf(['none'], { steps: 40 });
    record.timing = { elapsedMs: 3000, step: [10, 20], atMs: [1000, 3000] };
    const { toX, toStep } = secondsOf(record)!;
    expect([0, 5, 10, 15, 20, 30].map(toX)).toEqual([0, 0.5, 1, 2, 3, 5]);
    expect([0, 0.5, 1, 2, 3, 5].map(toStep)).toEqual([0, 5, 10, 15, 20, 30]);
  });

  it('are even where a link carries only the whole time, and unknown before any', () => {
    const record = recordOf(['none'], { steps: 40 });
    expect(secondsOf(record)).toBeNull();
    record.timing = { elapsedMs: 8000, step: [], atMs: [] };
    expect(secondsOf(record)!.toX(10)).toBe(2);
    record.timing = { elapsedMs: 0, step: [10, 5], atMs: [Number.NaN, 1] };
    expect(secondsOf(record)!.toX(5)).toBe(0.001);
  });
});
