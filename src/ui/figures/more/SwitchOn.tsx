/** Stands where figures would be whose measurement is off: what it costs, and one press that asks for it. */
import type { Experiment } from '../../../experiment/experiment.ts';
import { changeSettings } from '../../../store/experimentActions.ts';
import { isBusy } from '../../../store/store.ts';
import { useStore } from '../../useStore.ts';

interface SwitchOnProps {
  /** “Measure the sharpness”. */
  label: string;
  /** What the measurement shows, and what it costs. */
  words: string;
  isAsked: (experiment: Experiment) => boolean;
  change: (experiment: Experiment) => Partial<Experiment>;
}

export function SwitchOn({ label, words, isAsked, change }: SwitchOnProps) {
  const experiment = useStore((state) => state.experiment);
  const busy = useStore(isBusy);
  if (isAsked(experiment)) return <p className="caption switch-on">{words} The next run measures it.</p>;
  return (
    <div className="switch-on">
      <p className="caption">{words}</p>
      <button
        type="button"
        className="button outlined"
        disabled={busy}
        onClick={() => changeSettings(change(experiment))}
      >
        {label}
      </button>
    </div>
  );
}
