import { afterAll, expect, it, vi } from 'vitest';
import { RunArchive } from '../lab/runArchive.ts';
import { RunLocks } from '../lab/runLocks.ts';
import { openSession, smallExperiment } from '../lab/testSession.ts';
import { memoryLocks, memoryStorage } from '../lab/testStorage.ts';
import { keepInterrupted } from './interruptedActions.ts';
import { keepFinishedRuns, kept } from './keptRuns.ts';
import { connect } from './runActions.ts';
import { clearRecord } from './runRecord.ts';
import { initialState } from './state.ts';
import { store } from './store.ts';

afterAll(() => {
  vi.restoreAllMocks();
  clearRecord();
  store.setState(initialState(), true);
});

it('an interrupted run that is kept goes into the list of runs, once', async () => {
  const storage = memoryStorage();
  const first = openSession(undefined, new RunArchive(storage, new RunLocks(memoryLocks())));
  await first.session.configure(smallExperiment());
  await first.session.step(7);

  vi.spyOn(crypto, 'randomUUID').mockImplementation(() => {
    throw new Error('Insecure contexts have none.');
  });
  const put = vi.spyOn(kept, 'keep').mockResolvedValue({ ok: true, value: undefined });
  const stop = keepFinishedRuns();
  const left = memoryStorage(structuredClone(storage.values));
  await connect(openSession(undefined, new RunArchive(left, new RunLocks(memoryLocks()))).session);
  await vi.waitFor(() => expect(store.getState().interrupted).not.toBeNull());
  await keepInterrupted();
  stop();
  expect(put).toHaveBeenCalledTimes(1);
  const [summary, record] = put.mock.calls[0]!;
  expect(summary.results.map(({ id }) => id)).toEqual(['none', 'batch']);
  expect(record.variants.map(({ status, train }) => [status, train.step.length])).toEqual([
    ['stopped', 7],
    ['stopped', 7],
  ]);
});
