/** What becomes of a run whose tab was closed or crashed: continued, kept as it is, or discarded. */
import type { RunRecord } from '../record/record.ts';
import { returnToRun } from './experimentActions.ts';
import type { Lab } from './lab.ts';
import { dismissNotice } from './notices.ts';
import { PageError } from './pageError.ts';
import { connectedLab, recordCopy, run, takeOver } from './runActions.ts';
import { isBusy, store } from './store.ts';

function interruptedId(): string {
  const { interrupted } = store.getState();
  if (!interrupted) throw new PageError('not-ready', 'There is no interrupted run.');
  return interrupted.id;
}

function forget(): void {
  store.setState({ interrupted: null });
  dismissNotice('interrupted');
}

async function take(work: (lab: Lab, id: string) => Promise<void>): Promise<void> {
  const id = interruptedId();
  if (isBusy(store.getState()))
    throw new PageError('busy', 'Networks are training already.', 'Pause or reset first.');
  forget();
  await takeOver((lab) => work(lab, id));
  returnToRun();
}

/** Goes on with the interrupted run; resolves with its record when it ends or is paused. Rejects with a `PageError`. */
export async function continueInterrupted(): Promise<RunRecord> {
  await take((lab, id) => lab.resume(id));
  return run();
}

/** Ends the interrupted run where it stands; resolves with its record. Rejects with a `PageError`. */
export async function keepInterrupted(): Promise<RunRecord> {
  await take((lab, id) => lab.keep(id));
  return recordCopy();
}

export async function discardInterrupted(): Promise<void> {
  const id = interruptedId();
  forget();
  await connectedLab().discard(id);
}
