/** Judges a run at most once a second, claim by claim in short tasks. */
import { CLAIMS, type Judged } from '../../paper/claims/claims.ts';
import type { RunRecord } from '../../record/record.ts';

export const JUDGING_INTERVAL_MS = 1000;
/** A task ends with the claim that it has come to after this time. */
const TASK_MS = 6;
/** Leaves room for input and painting between two tasks. */
const REST_MS = 12;

interface Clock {
  now(): number;
  /** Runs a task of its own after a delay. */
  later(task: () => void, delayMs: number): void;
}

const pageClock: Clock = {
  now: () => performance.now(),
  later: (task, delayMs) => void setTimeout(task, delayMs),
};

const text = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'number' ? String(part) : part));

/** The earlier entry where the outcome is the same, so that its row need not be drawn again. */
function unchanged(before: Judged | undefined, now: Judged): Judged {
  return before && text(before.outcome) === text(now.outcome) ? before : now;
}

export class Judge {
  private readonly recordNow: () => RunRecord;
  private readonly onJudged: (judged: readonly Judged[], record: RunRecord) => void;
  private readonly clock: Clock;
  private last: readonly Judged[] = [];
  private begunAt = Number.NEGATIVE_INFINITY;
  private isStale = false;
  private isWorking = false;
  private waitsUntil = Number.POSITIVE_INFINITY;
  private isDisposed = false;

  constructor(
    recordNow: () => RunRecord,
    onJudged: (judged: readonly Judged[], record: RunRecord) => void,
    clock: Clock = pageClock,
  ) {
    this.recordNow = recordNow;
    this.onJudged = onJudged;
    this.clock = clock;
  }

  /** There is more to judge by; `urgent` where the visitor waits for it. */
  markStale(urgent = false): void {
    this.isStale = true;
    if (this.isWorking) return;
    const at = Math.max(this.clock.now(), urgent ? 0 : this.begunAt + JUDGING_INTERVAL_MS);
    if (at >= this.waitsUntil) return;
    this.waitsUntil = at;
    this.clock.later(() => this.begin(), at - this.clock.now());
  }

  dispose(): void {
    this.isDisposed = true;
  }

  private begin(): void {
    this.waitsUntil = Number.POSITIVE_INFINITY;
    if (this.isWorking || !this.isStale || this.isDisposed) return;
    this.isStale = false;
    this.isWorking = true;
    this.begunAt = this.clock.now();
    this.goOn(this.recordNow(), []);
  }

  private goOn(record: RunRecord, judged: Judged[]): void {
    if (this.isDisposed) return;
    const begun = this.clock.now();
    while (judged.length < CLAIMS.length && this.clock.now() - begun < TASK_MS) {
      const claim = CLAIMS[judged.length]!;
      judged.push(unchanged(this.last[judged.length], { claim, outcome: claim.judge(record) }));
    }
    if (judged.length < CLAIMS.length) this.clock.later(() => this.goOn(record, judged), REST_MS);
    else this.finish(record, judged);
  }

  private finish(record: RunRecord, judged: readonly Judged[]): void {
    this.isWorking = false;
    this.last = judged;
    this.onJudged(judged, record);
    if (this.isStale) this.markStale();
  }
}
