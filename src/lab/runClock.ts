/** How long a run has been running, pauses left out, and how fast it goes. */

/** The speed is that of the last steps, over at least this long. */
const WINDOW_MS = 8000;

/** A running lab looks at the clock far more often: between two looks so far apart the browser or the machine slept. */
const ASLEEP_MS = 60_000;
const LOOK_EVERY_MS = 1000;

export class RunClock {
  private lookedAt = 0;
  private timer: ReturnType<typeof setInterval> | undefined;
  private before = 0;
  private startedAt: number | null = null;
  private marks: { step: number; atMs: number }[] = [];
  private readonly now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.now = now;
  }

  get elapsedMs(): number {
    return this.before + (this.startedAt === null ? 0 : this.now() - this.startedAt);
  }

  /** Steps a second over the last few seconds; 0 until two steps have been reached. */
  get stepsPerSecond(): number {
    const [first, last] = [this.marks[0], this.marks.at(-1)];
    if (!first || !last || last.atMs <= first.atMs) return 0;
    return ((last.step - first.step) / (last.atMs - first.atMs)) * 1000;
  }

  start(): void {
    if (this.startedAt !== null) return;
    this.startedAt = this.now();
    this.lookedAt = this.startedAt;
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  /** Time that was slept through does not count: a frozen tab, a closed lid. */
  private look(): void {
    const now = this.now();
    const since = now - this.lookedAt;
    this.lookedAt = now;
    if (this.startedAt !== null && since > ASLEEP_MS) this.startedAt += since;
  }

  stop(): void {
    this.look();
    clearInterval(this.timer);
    this.before = this.elapsedMs;
    this.startedAt = null;
  }

  reached(step: number): void {
    this.look();
    const atMs = this.elapsedMs;
    this.marks.push({ step, atMs });
    while (this.marks.length > 2 && atMs - this.marks[1]!.atMs > WINDOW_MS) this.marks.shift();
  }

  /** Starts from `elapsedMs`, where a run goes on. */
  reset(elapsedMs = 0): void {
    this.before = elapsedMs;
    this.startedAt = null;
    this.marks = [];
  }
}
