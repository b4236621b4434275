/** Why a run cannot start: the first obstacle, with the control at which it is shown. */
import { problemsOf } from '../experiment/check.ts';
import { costOf } from '../experiment/cost.ts';
import type { Experiment, ExperimentKey, Problem } from '../experiment/experiment.ts';
import { formatNumber } from '../experiment/read.ts';
import { setting } from '../experiment/settings.ts';
import type { PageState } from './state.ts';

export interface Refusal {
  kind: 'invalid-experiment' | 'out-of-memory' | 'not-ready';
  message: string;
  hint: string;
}

/** Everything wrong at a control: texts that cannot be used, and settings that contradict each other. */
export function problemsAtControls({
  experiment,
  drafts,
}: Pick<PageState, 'experiment' | 'drafts'>): Problem[] {
  const typed = Object.entries(drafts).map(([key, { message }]) => ({ key: key as ExperimentKey, message }));
  return [...typed, ...problemsOf(experiment).filter(({ key }) => !drafts[key])];
}

/** Null where the experiment can run on the device. */
export function refusalOf(state: Pick<PageState, 'experiment' | 'drafts' | 'device'>): Refusal | null {
  const problem = problemsAtControls(state)[0];
  if (problem)
    return {
      kind: 'invalid-experiment',
      message: problem.message,
      hint: `Nothing was started. Change “${setting(problem.key).label}”.`,
    };
  if (!state.device)
    return {
      kind: 'not-ready',
      message: 'The device has not been opened yet.',
      hint: 'Wait until its name appears at the top, then run.',
    };
  return memoryRefusal(state.experiment, state.device.memoryBytes);
}

const gigabytes = (bytes: number): string => `${formatNumber(Number((bytes / 1e9).toPrecision(2)))} GB`;

function memoryRefusal(experiment: Experiment, memoryBytes: number): Refusal | null {
  const { bytes } = costOf(experiment);
  if (bytes <= memoryBytes) return null;
  return {
    kind: 'out-of-memory',
    message: `This experiment needs about ${gigabytes(bytes)}; this device offers ${gigabytes(memoryBytes)}.`,
    hint: `Nothing was started. ${reduction(experiment, memoryBytes)}`,
  };
}

/** What to reduce of an experiment that turned out to be too large, though it was estimated to fit. */
export function reductionOf(experiment: Experiment): string {
  return reduction(experiment, costOf(experiment).bytes / 2);
}

/** What to reduce: the largest batch that fits, else the number of networks, else the network itself. */
function reduction(experiment: Experiment, memoryBytes: number): string {
  const fits = (change: Partial<Experiment>): boolean =>
    costOf({ ...experiment, ...change }).bytes <= memoryBytes;
  let batch = experiment.batchSize === 'full' ? experiment.trainExamples : experiment.batchSize;
  while (batch > 2) {
    batch = Math.max(2, 2 ** Math.floor(Math.log2(batch - 1)));
    if (fits({ batchSize: batch })) return `Reduce the batch size: ${formatNumber(batch)} would fit.`;
  }
  if (experiment.seeds > 1 && fits({ seeds: 1 })) return 'Reduce the number of seeds: one would fit.';
  if (fits({ seeds: 1, variants: experiment.variants.slice(0, 1), batchSize: 2 }))
    return 'Train fewer networks side by side, with a smaller batch.';
  return 'Choose a narrower network: even one network with a batch of 2 would not fit.';
}
