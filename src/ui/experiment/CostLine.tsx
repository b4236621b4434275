/** Before Run: what the experiment costs on this device, and what of a preset is ours. */
import { problemsAtControls } from '../../store/refusal.ts';
import { Popover } from '../shell/Popover.tsx';
import { useStore } from '../useStore.ts';
import { costWords } from './costWords.ts';
import { usePreset } from './usePreset.ts';

function Note({ note }: { note: string }) {
  return (
    <Popover label="What is ours" trigger="What is ours" triggerClass="note-button">
      <p className="preset-note">{note}</p>
    </Popover>
  );
}

export function CostLine() {
  const experiment = useStore((state) => state.experiment);
  const hasProblem = useStore((state) => problemsAtControls(state).length > 0);
  const flopsPerSecond = useStore((state) => state.flopsPerSecond);
  const flopsPerGradient = useStore((state) => state.flopsPerGradient);
  const match = usePreset();
  const words = hasProblem ? null : costWords(experiment, { flopsPerSecond, flopsPerGradient });
  return (
    <div className="cost">
      {words ? (
        <p>
          {words.time ? <b>{words.time}</b> : 'Time unknown until it has run once here'} · {words.operations}{' '}
          · {words.memory} of GPU memory
        </p>
      ) : (
        <p>Its cost is not known while settings contradict each other.</p>
      )}
      {match && <Note note={match.preset.notes[match.size]} />}
    </div>
  );
}
