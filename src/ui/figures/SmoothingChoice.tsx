/** How strongly lines are smoothed: by running medians of ours, or by an exponential mean as strong as is asked for. */
import { updateView } from '../../store/store.ts';
import { MOST_SMOOTHING } from '../../store/viewLink.ts';
import { useStore } from '../useStore.ts';

export function SmoothingChoice() {
  const smoothing = useStore(({ view }) => view.smoothing);
  return (
    <div className="smoothing-choice">
      <label>
        Smoothing, weight of what was before: {smoothing ?? 'none chosen'}
        <input
          type="range"
          min={0}
          max={MOST_SMOOTHING}
          step={0.01}
          value={smoothing ?? 0}
          onChange={(event) => updateView({ smoothing: Number(event.target.value) })}
        />
      </label>
      <p className="sub">
        An exponential mean, debiased; the values stay behind it, faintly. 0 draws the values.
      </p>
      <button
        type="button"
        className="button quiet"
        aria-pressed={smoothing === null}
        onClick={() => updateView({ smoothing: null })}
      >
        Running medians (ours)
      </button>
    </div>
  );
}
