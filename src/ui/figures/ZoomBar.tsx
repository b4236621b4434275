/** Says which part of the run the figures show, and shows all of it again. There only while they are zoomed. */
import { shownRecord } from '../../store/recordedRuns.ts';
import { stepsOnPage, zoomBy, zoomTo } from '../../store/zoomActions.ts';
import { formatCount, formatValue } from '../format.ts';
import { rangeIn } from '../series/range.ts';
import { secondsOf } from '../series/time.ts';
import { Icon } from '../shell/icons.tsx';
import { useStore } from '../useStore.ts';

/** “1.24 – 3.01 s”, where the axis counts seconds. */
function secondsWords([from, to]: readonly [number, number]): string {
  const record = shownRecord();
  const pace = record && secondsOf(record);
  return pace ? `, ${formatValue(pace.toX(from))} – ${formatValue(pace.toX(to))} s` : '';
}

export function ZoomBar() {
  const { zoom, time } = useStore(({ view }) => view);
  const steps = useStore(stepsOnPage);
  // On an axis of seconds a slower recorded run goes on beyond the steps of all.
  const range = time === 'seconds' ? zoom : rangeIn(zoom, steps);
  if (!range) return null;
  return (
    <fieldset className="zoom-bar" aria-label="Zoom">
      <span>
        Steps {formatCount(range[0])} – {formatCount(range[1])}
        {time === 'seconds' && secondsWords(range)}
      </span>
      <button
        type="button"
        className="button quiet icon-only"
        aria-label="Zoom in"
        onClick={() => zoomBy(0.5)}
      >
        <Icon name="plus" />
      </button>
      <button
        type="button"
        className="button quiet icon-only"
        aria-label="Zoom out"
        onClick={() => zoomBy(2)}
      >
        <Icon name="minus" />
      </button>
      <button
        type="button"
        className="button outlined"
        aria-label="Show all steps"
        onClick={() => zoomTo(null)}
      >
        Show all
      </button>
    </fieldset>
  );
}
