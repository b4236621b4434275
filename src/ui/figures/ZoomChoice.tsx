/** Which steps the figures over time show, without a drag: for fingers and for keys. */
import { stepsOnPage, zoomTo } from '../../store/zoomActions.ts';
import { formatCount } from '../format.ts';
import { rangeIn } from '../series/range.ts';
import { useStore } from '../useStore.ts';

interface EndProps {
  label: string;
  value: number;
  steps: number;
  onChange: (step: number) => void;
}

function End({ label, value, steps, onChange }: EndProps) {
  return (
    <label>
      {label} {formatCount(value)}
      <input
        type="range"
        min={0}
        max={steps}
        value={value}
        aria-valuetext={`Step ${formatCount(value)}`}
        onChange={(event) => onChange(Number(event.target.value))}
      />
    </label>
  );
}

export function ZoomChoice() {
  const zoom = useStore(({ view }) => view.zoom);
  const steps = useStore(stepsOnPage);
  const [from, to] = rangeIn(zoom, steps) ?? [0, steps];
  const show = (begin: number, end: number): void => zoomTo(begin <= 0 && end >= steps ? null : [begin, end]);
  return (
    <div className="range-choice">
      <End
        label="From step"
        value={from}
        steps={steps}
        onChange={(step) => show(Math.min(step, to - 2), to)}
      />
      <End
        label="To step"
        value={to}
        steps={steps}
        onChange={(step) => show(from, Math.max(step, from + 2))}
      />
      <p className="sub">Or drag over a figure. All figures over time follow.</p>
      <button type="button" className="button quiet" disabled={zoom === null} onClick={() => zoomTo(null)}>
        Show all steps
      </button>
    </div>
  );
}
