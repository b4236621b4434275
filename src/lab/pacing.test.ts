import { describe, expect, it } from 'vitest';
import { Pacing } from './pacing.ts';

describe('pacing', () => {
  it('waits for every step on a slow device', () => {
    const pacing = new Pacing();
    for (let i = 0; i < 5; i++) pacing.completed(pacing.groupSize, 350 * pacing.groupSize);
    expect(pacing.groupSize).toBe(1);
  });

  it('reads about eight times a second on a fast one, after a few groups', () => {
    const pacing = new Pacing();
    const sizes = Array.from({ length: 8 }, () => {
      const size = pacing.groupSize;
      pacing.completed(size, 5 * size);
      return size;
    });
    expect(sizes).toEqual([1, 2, 4, 8, 16, 24, 24, 24]);
  });

  it('never queues more than 64 steps, and comes down at once', () => {
    const pacing = new Pacing();
    for (let i = 0; i < 20; i++) pacing.completed(pacing.groupSize, 0);
    expect(pacing.groupSize).toBe(64);
    pacing.completed(64, 64_000);
    expect(pacing.groupSize).toBe(1);
  });
});
