/** How fast a network trains, as one number of which less is better: steps to an accuracy, or where there is none the loss at the end. */

import type { RunRecord, VariantRecord } from '../../record/record.ts';
import { median } from '../../record/statistics.ts';
import type { Cast } from './networks.ts';
import { hasTakenAll } from './probes.ts';
import {
  awaitStep,
  isRunning,
  type Measure,
  type Missing,
  missing,
  type Reading,
  ratioOf,
  stepNow,
  stepWords,
  waiting,
} from './reading.ts';

export const ACCURACY = 0.7;
/** Recorded steps in a running median. */
const WINDOW = 9;
/** The end of a run is its last tenth. */
const END = 0.9;

export const SPEED_STATISTIC =
  'Steps until the running median of the training accuracy over 9 recorded steps reaches 70%. For the deep linear network, which has no accuracy: the median training loss over the last tenth of the steps.';

/**
 * The step in the middle of the first 9 recorded steps whose median accuracy reaches the threshold: at least 5 of
 * them do. Infinity where none does.
 */
export function stepsTo(threshold: number, { train: { step, accuracy } }: VariantRecord): number {
  const reach = WINDOW >> 1;
  let above = 0;
  for (let i = 0; i < accuracy.length; i++) {
    if (accuracy[i]! >= threshold) above++;
    if (i >= WINDOW && accuracy[i - WINDOW]! >= threshold) above--;
    if (i >= WINDOW - 1 && above > reach) return step[i - reach]!;
  }
  return Number.POSITIVE_INFINITY;
}

/** The median of a training column over the last tenth of the steps; `diverged` where the network got no further. */
export function atTheEnd(
  record: RunRecord,
  variant: VariantRecord,
  column: 'loss' | 'accuracy',
  diverged: number,
): Reading {
  if (variant.divergedAt !== null) return diverged;
  const { step } = variant.train;
  const { steps } = record.experiment;
  if (!hasTakenAll(record, variant)) return awaitStep([variant], steps);
  const from = step.findIndex((each) => each >= END * steps);
  const middle = median(variant.train[column].slice(from));
  return Number.isNaN(middle) ? missing('The measure has no value in this run.') : middle;
}

const hasAccuracy = ({ experiment }: RunRecord): boolean => experiment.dataset !== 'gaussian';

/** The measure of speed that suits the task of a run. */
export function speedOf(record: RunRecord): Measure {
  if (hasAccuracy(record))
    return {
      words: 'Steps to 70% training accuracy',
      unit: 'steps',
      of: (variant) => stepsTo(ACCURACY, variant),
    };
  return {
    words: 'Training loss over the last tenth',
    unit: 'number',
    of: (variant) => atTheEnd(record, variant, 'loss', Number.POSITIVE_INFINITY),
  };
}

/** Why two networks neither of which has arrived cannot be compared. */
function neitherArrived(cast: Cast): Missing {
  if (cast.every(({ divergedAt }) => divergedAt !== null))
    return missing('All of the networks compared diverged.');
  if (cast.some(isRunning))
    return waiting(
      'None of the networks compared has reached 70% yet; now at step ',
      stepWords(stepNow(cast)),
      '.',
    );
  return missing(
    'None of the networks compared reaches 70% within ',
    stepWords(stepNow(cast)),
    ' steps: train longer.',
  );
}

/** How many times as long the first network takes as the second. */
export function speedRatio(record: RunRecord, slow: VariantRecord, fast: VariantRecord): Reading {
  const { of } = speedOf(record);
  return ratioOf(of(slow), of(fast), neitherArrived([slow, fast]));
}
