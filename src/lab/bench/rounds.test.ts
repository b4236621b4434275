import { describe, expect, it } from 'vitest';
import { interleave, repetitions, turnOrder } from './rounds.ts';

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
    const timed = (name: string) => ({
      turn: async () => {
        log.push(`${name} begins`);
        await Promise.resolve();
        log.push(`${name} ends`);
        return `${name}${log.length}`;
      },
    });
    const done: number[] = [];
    const samples = await interleave([timed('a'), timed('b')], 2, (turns) => done.push(turns));
    expect(log.map((line) => line.replace(' begins', '(').replace(' ends', ')')).join('')).toBe(
      'a(a)b(b)b(b)a(a)',
    );
    expect(samples).toEqual([
      ['a2', 'a8'],
      ['b4', 'b6'],
    ]);
    expect(done).toEqual([1, 2, 3, 4]);
  });

  it('end when a turn fails', async () => {
    const failing = { turn: () => Promise.reject(new Error('no')) };
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
