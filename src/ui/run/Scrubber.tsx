/** The track of the run: how far it has come, with a thumb that moves the time cursor over all figures. */
import type { KeyboardEvent } from 'react';
import { cursorStep, moveCursor, pinAt } from '../../store/viewActions.ts';
import { formatCount } from '../format.ts';
import { useStore } from '../useStore.ts';

interface ScrubberProps {
  done: number;
  step: number;
  steps: number;
  hasRecord: boolean;
}

/** Probes that a key moves the thumb by; the keys ← and → are those of the whole page. */
const REACH: Record<string, number> = { ArrowDown: -1, ArrowUp: 1, PageDown: -10, PageUp: 10 };

/** A single step, as the browser would take, may be nearer to the old probe than to the next. */
function onKeyDown(event: KeyboardEvent): void {
  const probes = REACH[event.key];
  if (probes === undefined) return;
  event.preventDefault();
  moveCursor(probes);
}

export function Scrubber({ done, step, steps, hasRecord }: ScrubberProps) {
  const cursor = useStore(cursorStep);
  const value = cursor ?? step;
  return (
    <div className="track">
      <i style={{ width: `${(100 * done).toFixed(2)}%` }} />
      <input
        type="range"
        aria-label="Time cursor"
        aria-valuetext={`Step ${formatCount(value)}`}
        min={0}
        max={Math.max(1, steps)}
        value={hasRecord ? value : 0}
        disabled={!hasRecord}
        onKeyDown={onKeyDown}
        onChange={(event) => pinAt(Number(event.target.value))}
      />
    </div>
  );
}
