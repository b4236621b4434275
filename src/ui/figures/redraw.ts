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

export interface RedrawQueue {
  add(draw: () => void): RedrawHandle;
}

/** `now` in milliseconds; `later` runs a task of its own after a delay. */
export function createRedrawQueue(
  now: () => number = () => performance.now(),
  later: (task: () => void, delayMs: number) => void = (task, delayMs) => void setTimeout(task, delayMs),
): RedrawQueue {
  const entries = new Set<Entry>();
  /** When the next task is due; later ones that were asked for before find nothing to do. */
  let waitsUntil = Number.POSITIVE_INFINITY;
  /** After a drawing the page rests for as long as it took. */
  let restsUntil = Number.NEGATIVE_INFINITY;

  const dueAt = (entry: Entry): number => (entry.isUrgent ? 0 : entry.drawnAt + REDRAW_INTERVAL_MS);

  /** The stale figure on screen that has waited longest. */
  function next(): Entry | null {
    let found: Entry | null = null;
    for (const entry of entries)
      if (entry.isVisible && entry.isStale && (!found || dueAt(entry) < dueAt(found))) found = entry;
    return found;
  }

  function schedule(): void {
    const entry = next();
    if (!entry) return;
    const at = Math.max(now(), restsUntil, dueAt(entry));
    if (at >= waitsUntil) return;
    waitsUntil = at;
    later(drawNext, at - now());
  }

  function drawNext(): void {
    const begun = now();
    waitsUntil = Number.POSITIVE_INFINITY;
    const entry = next();
    if (!entry) return;
    if (Math.max(dueAt(entry), restsUntil) <= begun) {
      entry.isStale = false;
      entry.isUrgent = false;
      entry.drawnAt = begun;
      entry.draw();
      restsUntil = now() + Math.max(SHORTEST_REST_MS, now() - begun);
    }
    schedule();
  }

  return {
    add(draw) {
      const entry: Entry = {
        draw,
        isVisible: false,
        isStale: true,
        isUrgent: true,
        drawnAt: Number.NEGATIVE_INFINITY,
      };
      entries.add(entry);
      return {
        setVisible(isVisible) {
          entry.isVisible = isVisible;
          schedule();
        },
        markStale(urgent = false) {
          entry.isStale = true;
          entry.isUrgent ||= urgent;
          schedule();
        },
        dispose: () => void entries.delete(entry),
      };
    },
  };
}
