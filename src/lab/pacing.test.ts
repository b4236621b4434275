import { describe, expect, it } from 'vitest';
import { Pacing } from './pacing.ts';

describe('pacing', () => {
  it('reads every step on a slow device', () => {
    const pacing = new Pacing();
    for (let i = 0; i < 5; i++) pacing.completed(pacing.groupSize, 450 * pacing.groupSize);
    expect(pacing.groupSize).toBe(1);
  });

  it('reads about every 0.4 s, or every twentieth step, on a fast one, after a few groups', () => {
    const pacing = new Pacing();
    const sizes = Array.from({ length: 8 }, () => {
      const size = pacing.groupSize;
      pacing.completed(size, 10 * size);
      return size;
    });
    expect(sizes).toEqual([1, 2, 4, 8, 16, 20, 20, 20]);
  });

  it('has a pause wait for about half a second where a step takes less than 100 ms', () => {
    for (const stepMs of [1, 3, 10, 33, 62, 72, 99]) {
      const pacing = new Pacing();
      for (let i = 0; i < 10; i++) pacing.completed(pacing.groupSize, stepMs * pacing.groupSize);
      expect((pacing.groupSize + pacing.lead) * stepMs).toBeLessThanOrEqual(520);
    }
  });

  it('never makes a group of more than 20 steps, and comes down at once', () => {
    const pacing = new Pacing();
    for (let i = 0; i < 20; i++) pacing.completed(pacing.groupSize, 0);
    expect(pacing.groupSize).toBe(20);
    pacing.completed(20, 20_000);
    expect(pacing.groupSize).toBe(1);
  });
});
