/** Run, pause, step, reset, and where the run stands. Stays under the top bar once scrolled past; on a phone at the bottom. */
import { useRef } from 'react';
import { isChangedSinceRun } from '../../store/experimentActions.ts';
import { shownRecord, shownRecorded } from '../../store/recordedRuns.ts';
import { canGoOn, reset } from '../../store/runActions.ts';
import { currentRecord } from '../../store/runRecord.ts';
import type { PageState } from '../../store/state.ts';
import { isBusy } from '../../store/store.ts';
import { runOrPause, singleStep } from '../keyboard.ts';
import { Icon, type IconName } from '../shell/icons.tsx';
import { Notices } from '../shell/Notices.tsx';
import { unheard } from '../unheard.ts';
import { useStore } from '../useStore.ts';
import { recordedWords } from './recordedWords.ts';
import { type RunNumbers, type RunWords, runWords } from './runWords.ts';
import { Scrubber } from './Scrubber.tsx';
import { useNumbers } from './useNumbers.ts';
import { useStuck } from './useStuck.ts';

function numbersOf(state: PageState): RunNumbers {
  const record = currentRecord();
  const recorded = shownRecorded();
  const { labState, starting, step, steps, stepsPerSecond, progress, experiment } = state;
  return {
    labState,
    starting,
    step,
    steps: recorded?.record.experiment.steps ?? steps,
    stepsPerSecond,
    progress,
    asked: experiment.steps,
    canGoOn: canGoOn(),
    hasRecord: shownRecord() !== null,
    isChanged: isChangedSinceRun(experiment),
    elapsedMs: record?.timing.elapsedMs ?? 0,
    recorded: recorded && { words: recordedWords(recorded), steps: recorded.record.experiment.steps },
  };
}

const BUTTON_ICONS: Record<RunWords['button'], IconName> = {
  Run: 'play',
  'Run it here': 'play',
  Preparing: 'play',
  Pause: 'pause',
  'Go on': 'play',
  'Run again': 'play',
};

function Bold({ text }: { text: string }) {
  const [before = '', bold = '', after = ''] = text.split('*');
  return (
    <span>
      {before}
      {bold && <b>{bold}</b>}
      {after}
    </span>
  );
}

function Buttons({ button }: { button: RunWords['button'] }) {
  const busy = useStore(isBusy);
  const hasDevice = useStore(({ device }) => device !== null);
  const hasRecord = useStore(({ recordVersion }) => recordVersion > 0 && currentRecord() !== null);
  const isFinished = useStore(({ labState }) => labState === 'finished');
  return (
    <>
      <button
        type="button"
        className="button primary"
        disabled={!hasDevice || button === 'Preparing'}
        onClick={runOrPause}
      >
        <Icon name={BUTTON_ICONS[button]} />
        {button}
      </button>
      <button
        type="button"
        className="button quiet step"
        disabled={busy || !hasDevice || isFinished}
        onClick={singleStep}
      >
        <Icon name="step" />
        Step
      </button>
      <button
        type="button"
        className="button quiet reset"
        disabled={!hasRecord && !busy}
        onClick={() => unheard(reset())}
      >
        <Icon name="reset" />
        Reset
      </button>
    </>
  );
}

export function RunBar() {
  const place = useRef<HTMLDivElement>(null);
  const isStuck = useStuck(place);
  const numbers = useNumbers(numbersOf);
  const words = runWords(numbers);
  return (
    <div ref={place} className="run-place">
      <div className={isStuck ? 'run stuck' : 'run'}>
        <Notices about="run" />
        <Buttons button={words.button} />
        <div className="time">
          <p className="meta">
            <Bold text={words.left} />
            <Bold text={words.middle} />
            <Bold text={words.right} />
          </p>
          <Scrubber
            done={words.done}
            step={numbers.recorded ? numbers.steps : numbers.step}
            steps={numbers.hasRecord ? numbers.steps : numbers.asked}
            hasRecord={numbers.hasRecord}
          />
        </div>
      </div>
    </div>
  );
}
