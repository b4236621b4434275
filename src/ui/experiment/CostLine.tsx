/** Before Run: what the experiment costs on this device, and what of a preset is ours. */
import { problemsAtControls } from '../../store/refusal.ts';
import { measureDevice } from '../../store/runActions.ts';
import { isBusy } from '../../store/store.ts';
import { Popover } from '../shell/Popover.tsx';
import { unheard } from '../unheard.ts';
import { useStore } from '../useStore.ts';
import { type CostWords, costWords, type KnownSpeed } from './costWords.ts';
import { usePreset } from './usePreset.ts';

function Note({ note }: { note: string }) {
  return (
    <Popover label="What is ours" trigger="What is ours" triggerClass="note-button">
      <p className="preset-note">{note}</p>
    </Popover>
  );
}

function MeasureButton() {
  const isMeasuring = useStore((state) => state.isMeasuringPace);
  const busy = useStore(isBusy);
  return (
    <button
      type="button"
      className="note-button"
      disabled={busy || isMeasuring}
      onClick={() => unheard(measureDevice())}
    >
      {isMeasuring ? 'Measuring this device' : 'Measure this device'}
    </button>
  );
}

/** What is known of the device's speed. */
function useKnownSpeed(): KnownSpeed {
  const flopsPerSecond = useStore((state) => state.flopsPerSecond);
  const flopsPerGradient = useStore((state) => state.flopsPerGradient);
  const pace = useStore((state) => state.pace);
  return { flopsPerSecond, flopsPerGradient, pace };
}

function Time({ words }: { words: CostWords }) {
  const canMeasure = useStore(({ device }) => device?.backend === 'webgpu');
  if (!words.time)
    return canMeasure ? (
      <>
        Time not known yet: <MeasureButton />
      </>
    ) : (
      'Time unknown until it has run once here'
    );
  return (
    <>
      <b>{words.time}</b>
      {words.basis === 'measurement' && ', by a short measurement of this device'}
    </>
  );
}

export function CostLine() {
  const experiment = useStore((state) => state.experiment);
  const hasProblem = useStore((state) => problemsAtControls(state).length > 0);
  const speed = useKnownSpeed();
  const match = usePreset();
  const words = hasProblem ? null : costWords(experiment, speed);
  return (
    <div className="cost">
      {words ? (
        <p>
          <Time words={words} /> · {words.operations} · {words.memory} of GPU memory
        </p>
      ) : (
        <p>Its cost is not known while settings contradict each other.</p>
      )}
      {match && <Note note={match.preset.notes[match.size]} />}
    </div>
  );
}
