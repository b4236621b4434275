/** The track of the run: how far it has come, with a thumb that moves the time cursor over all figures. */
import { cursorStep, pinAt } from '../../store/viewActions.ts';
import { formatCount } from '../format.ts';
import { useStore } from '../useStore.ts';

interface ScrubberProps {
  done: number;
  step: number;
  steps: number;
  hasRecord: boolean;
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
        onChange={(event) => pinAt(Number(event.target.value))}
      />
    </div>
  );
}
