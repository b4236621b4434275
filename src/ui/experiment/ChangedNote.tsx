/** Once a setting differs from the run whose curves are shown: what differs, and the way back. */
import { isChangedSinceRun, returnToRun } from '../../store/experimentActions.ts';
import { shownExperiment } from '../../store/recordedRuns.ts';
import { isBusy } from '../../store/store.ts';
import { useStore } from '../useStore.ts';
import { changeWords } from './words.ts';

export function ChangedNote() {
  const experiment = useStore((state) => state.experiment);
  const busy = useStore(isBusy);
  const hasRecord = useStore(({ recordVersion }) => recordVersion > 0 && shownExperiment() !== null);
  const shown = shownExperiment();
  if (busy || !hasRecord || !shown || !isChangedSinceRun(experiment)) return null;
  return (
    <p className="changed-note" role="status">
      <span>
        <b>Changed since the run shown below:</b> {changeWords(shown, experiment)}. Its curves stay until the
        next run.
      </span>
      <button type="button" className="button quiet" onClick={returnToRun}>
        Change back
      </button>
    </p>
  );
}
