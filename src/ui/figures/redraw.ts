/**
 * Redraws figures one a task, so that no task is long: those on screen, each at most four times a second, and never
 * for more than half of the time once each has been drawn.
 */

/** Four redraws a second of one figure at most. */
export const REDRAW_INTERVAL_MS = 250;
/** Leaves room for input and painting between two figures. */
const SHORTEST_REST_MS = 8;

interface Entry {
  draw: () => void;
  isVisible: boolean;
  isStale: boolean;
  /** Wants to be drawn now: the visitor changed what is shown. */
  isUrgent: boolean;
  drawnAt: number;
  /** Part of a figure that has been drawn: it is finished before another one begins. */
  isPart: boolean;
}

export interface RedrawHandle {
  setVisible(isVisible: boolean): void;
  /** The figure shows less than is known; `urgent` where the visitor waits for it. */
  markStale(urgent?: boolean): void;
  dispose(): void;
}

const dueAt = ({ isUrgent, drawnAt }: Entry): number => (isUrgent ? 0 : drawnAt + REDRAW_INTERVAL_MS);
const isBefore = (a: Entry, b: Entry): boolean => (a.isPart === b.isPart ? dueAt(a) < dueAt(b) : a.isPart);

export class RedrawQueue {
  private readonly entries = new Set<Entry>();
  /** When the next task is due; later ones that were asked for before find nothing to do. */
  private waitsUntil = Number.POSITIVE_INFINITY;
  /** After a drawing the page rests: for as long as it took, but where something was drawn for the first time. */
  private restsUntil = Number.NEGATIVE_INFINITY;
  private readonly waiting: (() => void)[] = [];
  private readonly now: () => number;
  private readonly later: (task: () => void, delayMs: number) => void;

  /** `now` in milliseconds; `later` runs a task of its own after a delay. */
  constructor(
    now: () => number = () => performance.now(),
    later: (task: () => void, delayMs: number) => void = (task, delayMs) => void setTimeout(task, delayMs),
  ) {
    this.now = now;
    this.later = later;
  }

  add(draw: () => void, { isPart = false } = {}): RedrawHandle {
    const drawnAt = Number.NEGATIVE_INFINITY;
    const entry: Entry = { draw, isVisible: false, isStale: true, isUrgent: true, drawnAt, isPart };
    this.entries.add(entry);
    return {
      setVisible: (isVisible) => {
        entry.isVisible = isVisible;
        this.schedule();
      },
      markStale: (urgent = false) => {
        entry.isStale = true;
        entry.isUrgent ||= urgent;
        this.schedule();
      },
      dispose: () => void this.entries.delete(entry),
    };
  }

  /** Resolves as soon as every figure on screen shows what is known. */
  drawn(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.schedule();
    });
  }

  /** Draws every figure that shows less than is known, on screen or not: for a picture of all of them. */
  drawAll(): void {
    for (const entry of this.entries) {
      if (!entry.isStale) continue;
      entry.isStale = false;
      entry.isUrgent = false;
      entry.drawnAt = this.now();
      entry.draw();
    }
  }

  /** The stale part of a figure on screen, else the figure, that has waited longest. */
  private next(): Entry | null {
    let found: Entry | null = null;
    for (const entry of this.entries)
      if (entry.isVisible && entry.isStale && (!found || isBefore(entry, found))) found = entry;
    return found;
  }

  private schedule(): void {
    const entry = this.next();
    if (!entry) {
      for (const resolve of this.waiting.splice(0)) resolve();
      return;
    }
    const at = Math.max(this.now(), this.restsUntil, dueAt(entry));
    if (at >= this.waitsUntil) return;
    this.waitsUntil = at;
    this.later(() => this.drawNext(), at - this.now());
  }

  private drawNext(): void {
    const begun = this.now();
    this.waitsUntil = Number.POSITIVE_INFINITY;
    const entry = this.next();
    if (entry && Math.max(dueAt(entry), this.restsUntil) <= begun) {
      const isFirst = entry.drawnAt === Number.NEGATIVE_INFINITY;
      entry.isStale = false;
      entry.isUrgent = false;
      entry.drawnAt = begun;
      entry.draw();
      const rest = isFirst ? 0 : this.now() - begun;
      this.restsUntil = this.now() + Math.max(SHORTEST_REST_MS, rest);
    }
    this.schedule();
  }
}
