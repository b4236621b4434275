/** What the run bar says in each state: left where the run stands, in the middle how fast, at the right how long. */
import type { PageState } from '../../store/state.ts';
import { formatBytes, formatCount, formatDuration } from '../format.ts';

export interface RunWords {
  button: 'Run' | 'Run it here' | 'Preparing' | 'Pause' | 'Go on' | 'Run again';
  /** Parts between asterisks are bold. */
  left: string;
  middle: string;
  right: string;
  /** Share of the track that is done. */
  done: number;
}

export type RunNumbers = Pick<
  PageState,
  'labState' | 'starting' | 'step' | 'steps' | 'stepsPerSecond' | 'progress'
> & {
  /** Steps of what is asked, where nothing has run. */
  asked: number;
  canGoOn: boolean;
  hasRecord: boolean;
  /** What is asked differs from the run that is shown. */
  isChanged: boolean;
  elapsedMs: number;
  /** Where the run that is shown was made, where that is not here; its steps. */
  recorded: { words: string; steps: number } | null;
};

const bold = (words: string): string => `*${words}*`;

function timeLeft({ step, steps, stepsPerSecond }: RunNumbers): string {
  if (!(stepsPerSecond > 0)) return '';
  return `${bold(formatDuration(((steps - step) / stepsPerSecond) * 1000))} left`;
}

function loading({ progress }: RunNumbers): Pick<RunWords, 'left' | 'right' | 'done'> {
  if (!progress) return { left: 'Preparing', right: '', done: 0 };
  const { label, done, total, unit } = progress;
  const share = total > 0 ? done / total : 0;
  const right =
    unit === 'bytes'
      ? `${bold(formatBytes(done))} of ${formatBytes(total)}`
      : bold(`${Math.floor(100 * share)}%`);
  return { left: label, right, done: share };
}

function running(numbers: RunNumbers): RunWords {
  const { step, steps, stepsPerSecond } = numbers;
  return {
    button: 'Pause',
    left: `${bold(formatCount(step))} of ${formatCount(steps)} steps`,
    middle: stepsPerSecond > 0 ? `${bold(speed(stepsPerSecond))} steps/s` : '',
    right: timeLeft(numbers),
    done: doneOf(numbers),
  };
}

function paused(numbers: RunNumbers): RunWords {
  const { step, steps, canGoOn } = numbers;
  return {
    button: canGoOn ? 'Go on' : 'Run',
    left: `Paused at ${bold(formatCount(step))} of ${formatCount(steps)}`,
    middle: '',
    right: timeLeft(numbers),
    done: doneOf(numbers),
  };
}

export function runWords(numbers: RunNumbers): RunWords {
  const { labState, starting, step, steps, asked, isChanged } = numbers;
  const ready: RunWords = {
    button: 'Run',
    left: `${bold(formatCount(asked))} steps`,
    middle: '',
    right: '',
    done: 0,
  };
  if (starting || labState === 'preparing') return { ...ready, button: 'Preparing', ...loading(numbers) };
  const again = isChanged ? 'Run' : 'Run again';
  switch (labState) {
    case 'idle':
      return numbers.recorded ? ofRecorded(numbers.recorded, numbers.isChanged) : ready;
    case 'running':
      return running(numbers);
    case 'paused':
      return paused(numbers);
    case 'finished': {
      if (step < steps)
        return {
          button: again,
          left: `${bold('Ended')} at step ${formatCount(step)} of ${formatCount(steps)}`,
          middle: '',
          right: '',
          done: doneOf(numbers),
        };
      const left = `${bold('Finished')} in ${formatDuration(numbers.elapsedMs)} on this device`;
      return { button: again, left, middle: '', right: `${bold(formatCount(steps))} steps`, done: 1 };
    }
    case 'failed': {
      const left = `${bold('Stopped')} at step ${formatCount(step)} by a problem`;
      return { button: again, left, middle: '', right: '', done: doneOf(numbers) };
    }
    default:
      return labState satisfies never;
  }
}

function ofRecorded({ words, steps }: { words: string; steps: number }, isChanged: boolean): RunWords {
  return {
    button: isChanged ? 'Run' : 'Run it here',
    left: `◉ ${words.replace('recorded', bold('Recorded'))}`,
    middle: '',
    right: `${bold(formatCount(steps))} steps`,
    done: 1,
  };
}

const doneOf = ({ step, steps }: RunNumbers): number => (steps > 0 ? step / steps : 0);

const speed = (stepsPerSecond: number): string =>
  stepsPerSecond >= 10 ? formatCount(Math.round(stepsPerSecond)) : stepsPerSecond.toPrecision(2);
