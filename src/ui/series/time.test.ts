import { describe, expect, it } from 'vitest';
import { recordOf } from './records.ts';
import { atPaceOf, lastStepAtPaceOf, secondsOf } from './time.ts';

describe('seconds of a run', () => {
  it('pass through the times that were measured, and go on at the last speed', () => {
    const record = recordOf(['none'], { steps: 40 });
    record.timing = { elapsedMs: 3000, step: [10, 20], atMs: [1000, 3000] };
    const { toX, toStep } = secondsOf(record)!;
    expect([0, 5, 10, 15, 20, 30].map(toX)).toEqual([0, 0.5, 1, 2, 3, 5]);
    expect([0, 0.5, 1, 2, 3, 5].map(toStep)).toEqual([0, 5, 10, 15, 20, 30]);
  });

  it('put a recorded run beside another, each value at the second at which it was measured', () => {
    const run = recordOf(['none'], { steps: 40 });
    run.timing = { elapsedMs: 4000, step: [40], atMs: [4000] };
    const recorded = recordOf(['none'], { steps: 40 });
    recorded.timing = { elapsedMs: 20_000, step: [10, 40], atMs: [8000, 20_000] };
    recorded.variants[0]!.train = { step: [0, 10, 40], loss: [3, 2, 1], accuracy: [0, 0, 0] };
    recorded.variants[0]!.divergedAt = 40;
    const [pace, its] = [secondsOf(run)!, secondsOf(recorded)!];
    const [beside] = atPaceOf(recorded, its, pace).variants;
    expect(beside!.train.step.map(pace.toX)).toEqual([0, 8, 20]);
    expect(beside!.divergedAt).toBe(200);
    expect(lastStepAtPaceOf(recorded, its, pace)).toBe(200);
    expect(recorded.variants[0]!.train.step).toEqual([0, 10, 40]);
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
