import { describe, expect, it } from 'vitest';
import { CLAIMS, type Judged } from '../../paper/claims/claims.ts';
import { recordOf, runOf } from '../../paper/claims/testing.ts';
import type { RunRecord } from '../../record/record.ts';
import { JUDGING_INTERVAL_MS, Judge } from './judge.ts';

/** A clock that stands still but for what is told to take time; tasks run when their time has come. */
class TestClock {
  time = 0;
  private tasks: { at: number; task: () => void }[] = [];

  /** Reading it costs a millisecond, as if a claim took that long. */
  now = (): number => this.time++;
  later = (task: () => void, delayMs: number): void => {
    this.tasks.push({ at: this.time + delayMs, task });
  };

  /** Runs everything due until then; gives how many tasks that were. */
  runUntil(end: number): number {
    for (let count = 0; ; count++) {
      this.tasks.sort((a, b) => a.at - b.at);
      const next = this.tasks[0];
      if (!next || next.at > end) {
        this.time = Math.max(this.time, end);
        return count;
      }
      this.tasks.shift();
      this.time = Math.max(this.time, next.at);
      next.task();
    }
  }
}

function judging(record: () => RunRecord) {
  const clock = new TestClock();
  const results: (readonly Judged[])[] = [];
  const judge = new Judge(record, (judged) => results.push(judged), clock);
  return { clock, results, judge };
}

const RUN = runOf({ none: { arrives: 60 }, batch: { arrives: 20 } });

describe('judging a run as it goes on', () => {
  it('judges every claim, in tasks that are cut short', () => {
    const { clock, results, judge } = judging(() => RUN);
    judge.markStale(true);
    expect(clock.runUntil(5000)).toBeGreaterThan(2);
    expect(results).toHaveLength(1);
    expect(results[0]!.map(({ claim }) => claim.id)).toEqual(CLAIMS.map(({ id }) => id));
    expect(results[0]![0]!.outcome.verdict).toBe('agrees');
  });

  it('judges at most once a second, however often there is more', () => {
    const { clock, results, judge } = judging(() => RUN);
    for (let i = 0; i < 1000; i++) {
      judge.markStale();
      clock.runUntil(clock.time + 10);
    }
    const most = Math.ceil(clock.time / JUDGING_INTERVAL_MS) + 1;
    expect(results.length).toBeLessThanOrEqual(most);
    expect(results.length).toBeGreaterThan(most / 2);
  });

  it('judges the last state even when it came while the one before was judged', () => {
    let record = recordOf(['none', 'batch']);
    const { clock, results, judge } = judging(() => record);
    judge.markStale(true);
    clock.runUntil(5);
    record = RUN;
    judge.markStale(true);
    clock.runUntil(10_000);
    expect(results.at(-1)![0]!.outcome.verdict).toBe('agrees');
    expect(clock.runUntil(100_000)).toBe(0);
  });

  it('gives the same entry while an outcome stays, and a new one where it changes', () => {
    let record = RUN;
    const { clock, results, judge } = judging(() => record);
    judge.markStale(true);
    clock.runUntil(5000);
    record = runOf({ none: { arrives: 20 }, batch: { arrives: 60 } });
    judge.markStale(true);
    clock.runUntil(10_000);
    const [first, second] = results;
    expect(second![0]).not.toBe(first![0]);
    expect(second![0]!.outcome.verdict).toBe('disagrees');
    const theorems = CLAIMS.findIndex(({ id }) => id === 'theorems');
    expect(second![theorems]).toBe(first![theorems]);
  });

  it('says nothing more once it is disposed of', () => {
    const { clock, results, judge } = judging(() => RUN);
    judge.markStale(true);
    judge.dispose();
    clock.runUntil(5000);
    expect(results).toEqual([]);
  });
});
