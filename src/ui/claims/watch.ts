/** Keeps the standing of the claims up with the run on the page. */
import { tallyOf } from '../../paper/claims/claims.ts';
import { emptyRecord } from '../../record/build.ts';
import type { Environment, RunRecord } from '../../record/record.ts';
import { shownRecord } from '../../store/recordedRuns.ts';
import { store } from '../../store/store.ts';
import { Judge } from './judge.ts';
import { publish } from './standing.ts';
import { tallyWords } from './words.ts';

/** Of a record in which nothing has been seen. */
const NOWHERE: Environment = { backend: 'cpu', adapter: '', software: false, app: '', startedAt: '' };

/** The run on the page, or where nothing has run an empty one of what is asked, which says what it would need. */
const recordNow = (): RunRecord => shownRecord() ?? emptyRecord(store.getState().experiment, NOWHERE);

/** Judges as the run goes on. Returns a function that stops it. */
export function watchClaims(): () => void {
  const judge = new Judge(recordNow, (judged, record) => {
    const { variants, seeds, dataset } = record.experiment;
    const kind = dataset === 'gaussian' ? 'dln' : 'vgg';
    const hasRun = record === shownRecord();
    const tally = tallyOf(judged);
    const isAnyDecided = tally.agrees + tally.disagrees > 0;
    publish({ judged, words: tallyWords(tally), isAnyDecided, variants, seeds, kind, hasRun });
  });
  const stopListening = store.subscribe((now, before) => {
    if (now.labState !== before.labState || now.experiment !== before.experiment) judge.markStale(true);
    else if (now.recordVersion !== before.recordVersion) judge.markStale();
  });
  judge.markStale(true);
  return () => {
    stopListening();
    judge.dispose();
  };
}
