/** How long a run has been running, pauses left out, and how fast it goes. */

/** The speed is that of the last steps, over at least this long. */
const WINDOW_MS = 8000;

export class RunClock {
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
    this.startedAt ??= this.now();
  }

  stop(): void {
    this.before = this.elapsedMs;
    this.startedAt = null;
  }

  reached(step: number): void {
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
