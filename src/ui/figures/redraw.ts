/**
 * Redraws figures one a task, so that no task is long: those on screen, each at most four times a second, and never
 * for more than half of the time.
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
}

export interface RedrawHandle {
  setVisible(isVisible: boolean): void;
  /** The figure shows less than is known; `urgent` where the visitor waits for it. */
  markStale(urgent?: boolean): void;
  dispose(): void;
}

const dueAt = ({ isUrgent, drawnAt }: Entry): number => (isUrgent ? 0 : drawnAt + REDRAW_INTERVAL_MS);

export class RedrawQueue {
  private readonly entries = new Set<Entry>();
  /** When the next task is due; later ones that were asked for before find nothing to do. */
  private waitsUntil = Number.POSITIVE_INFINITY;
  /** After a drawing the page rests for as long as it took. */
  private restsUntil = Number.NEGATIVE_INFINITY;
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

  add(draw: () => void): RedrawHandle {
    const drawnAt = Number.NEGATIVE_INFINITY;
    const entry: Entry = { draw, isVisible: false, isStale: true, isUrgent: true, drawnAt };
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

  /** The stale figure on screen that has waited longest. */
  private next(): Entry | null {
    let found: Entry | null = null;
    for (const entry of this.entries)
      if (entry.isVisible && entry.isStale && (!found || dueAt(entry) < dueAt(found))) found = entry;
    return found;
  }

  private schedule(): void {
    const entry = this.next();
    if (!entry) return;
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
      entry.isStale = false;
      entry.isUrgent = false;
      entry.drawnAt = begun;
      entry.draw();
      this.restsUntil = this.now() + Math.max(SHORTEST_REST_MS, this.now() - begun);
    }
    this.schedule();
  }
}
