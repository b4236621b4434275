import { describe, expect, it } from 'vitest';
import { interleave, repetitions, Sampled, turnOrder } from './rounds.ts';

describe('rounds', () => {
  it('give everybody one turn, and begin with another one each time', () => {
    expect([0, 1, 2, 3].map((round) => turnOrder(3, round))).toEqual([
      [0, 1, 2],
      [1, 2, 0],
      [2, 0, 1],
      [0, 1, 2],
    ]);
  });

  it('interleave: a turn begins when the one before is done', async () => {
    const log: string[] = [];
    const sampled = (name: string) =>
      new Sampled(async () => {
        log.push(`${name} begins`);
        await Promise.resolve();
        log.push(`${name} ends`);
        return log.length;
      });
    const [a, b] = [sampled('a'), sampled('b')];
    const done: string[] = [];
    await interleave([a, b], 2, (turns, total) => done.push(`${turns} of ${total}`));
    expect(log.map((line) => line.replace(' begins', '(').replace(' ends', ')')).join('')).toBe(
      'a(a)b(b)b(b)a(a)',
    );
    expect([a.samples, b.samples]).toEqual([
      [2, 8],
      [4, 6],
    ]);
    expect(done).toEqual(['1 of 4', '2 of 4', '3 of 4', '4 of 4']);
  });

  it('end when a turn fails', async () => {
    const failing = new Sampled(() => Promise.reject(new Error('no')));
    await expect(interleave([failing], 3)).rejects.toThrow('no');
  });
});

describe('repetitions', () => {
  it('fill a turn, at least one and at most so many', () => {
    expect(repetitions(100, 1000, 40)).toBe(10);
    expect(repetitions(7000, 1000, 40)).toBe(1);
    expect(repetitions(0.5, 1000, 40)).toBe(40);
    expect(repetitions(0, 1000, 40)).toBe(40);
  });
});
