/** One experiment run in the page, to its end: begun, or gone on with where an earlier recording was interrupted. */
import type { Page } from 'playwright';
import type { Experiment } from '../../src/experiment/experiment.ts';
import { toFragment } from '../../src/experiment/permalink.ts';
import type { RunRecord } from '../../src/record/record.ts';
import type { Scripting } from '../../src/store/scripting.ts';

const POLL_INTERVAL_MS = 500;

/** What the page keeps for later calls. */
interface RecordingWindow {
  normscape: Scripting;
  recording?: { done: boolean; problem: string | null };
}

export interface Begun {
  device: string;
  /** 0 for a new run, else the step at which it goes on. */
  step: number;
}

/** The step at which an interrupted run of the same experiment stands; 0 where there is none. */
async function interruptedAt(page: Page, experiment: Experiment): Promise<number> {
  const interrupted = await page.evaluate(async () => {
    const { normscape } = window as unknown as RecordingWindow;
    await normscape.ready;
    return normscape.interrupted();
  });
  return interrupted && toFragment(interrupted.experiment) === toFragment(experiment) ? interrupted.step : 0;
}

/** Begins the run, or goes on with the interrupted one if it is the same experiment. Rejects without a device. */
export async function begin(page: Page, experiment: Experiment): Promise<Begun> {
  const step = await interruptedAt(page, experiment);
  const device = await page.evaluate(
    async ({ asked, goesOn }) => {
      const scope = window as unknown as RecordingWindow;
      const { backend, adapter, software } = await scope.normscape.ready;
      const recording: NonNullable<RecordingWindow['recording']> = { done: false, problem: null };
      scope.recording = recording;
      if (!goesOn) scope.normscape.configure(asked);
      const run = goesOn ? scope.normscape.continueInterrupted() : scope.normscape.run();
      run.then(
        () => {
          recording.done = true;
        },
        (error: unknown) => {
          recording.problem = error instanceof Error ? error.message : String(error);
        },
      );
      return `${backend}, ${adapter}${software ? ' (software)' : ''}`;
    },
    { asked: experiment, goesOn: step > 0 },
  );
  return { device, step };
}

export interface RunProgress {
  step: number;
  steps: number;
  stepsPerSecond: number;
}

/** Waits for the end; says how far it is twice a second. Rejects with the page's problem. */
export async function finish(page: Page, onProgress: (progress: RunProgress) => void): Promise<RunRecord> {
  for (;;) {
    const { progress, done, problem } = await page.evaluate(() => {
      const { normscape, recording } = window as unknown as RecordingWindow;
      return { progress: normscape.progress(), ...recording! };
    });
    if (problem !== null) throw new Error(problem);
    onProgress(progress);
    if (done) break;
    await page.waitForTimeout(POLL_INTERVAL_MS);
  }
  const record = await page.evaluate(() => (window as unknown as RecordingWindow).normscape.record());
  if (!record) throw new Error('The page holds no record at the end of the run.');
  return record;
}
