/** How long a thread works, without the time that it waits. */

export class WorkClock {
  /** Milliseconds so far. */
  ms = 0;

  /** Runs a piece of work that does not wait; for one that does, what counts is its time until it first waits. */
  time<T>(work: () => T): T {
    const startedAt = performance.now();
    try {
      return work();
    } finally {
      this.ms += performance.now() - startedAt;
    }
  }
}
