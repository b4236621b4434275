/** Every run that ends is kept in the browser, until it is deleted. */
import { summaryOf } from '../record/kept/keptRun.ts';
import { type KeepingProblem, keptRuns } from '../record/kept/storage.ts';
import { newId } from '../record/newId.ts';
import type { RunRecord } from '../record/record.ts';
import { showNotice } from './notices.ts';
import { recordCopy } from './runActions.ts';
import { store } from './store.ts';

export const kept = keptRuns();

export function showKeepingProblem({ message }: KeepingProblem): void {
  showNotice({
    kind: 'storage',
    finding: message,
    advice: 'What is on the page stays as it is.',
    actions: [],
  });
}

/** Keeps a record under a new id; null where the browser refused, which a notice says. */
export async function keepRun(record: RunRecord, name: string): Promise<string | null> {
  const id = newId();
  const result = await kept.keep(summaryOf(record, id, name, Date.now()), record);
  if (result.ok) return id;
  showKeepingProblem(result.problem);
  return null;
}

/** Keeps runs as they end. Returns a function that stops it. */
export function keepFinishedRuns(): () => void {
  return store.subscribe((now, before) => {
    if (now.labState === 'finished' && before.labState !== 'finished') void keepRun(recordCopy(), '');
  });
}
