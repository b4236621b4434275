/** The link that carries the curves shown on the page. */
import type { Carried } from '../record/curves/columns.ts';
import { addressOf } from './link.ts';
import { PageError } from './pageError.ts';
import { shownExperiment, shownRecord } from './recordedRuns.ts';
import { store } from './store.ts';
import type { LinkedView } from './viewLink.ts';

/** Longest link that chats and mail programs leave whole. */
const MOST_CHARACTERS_WITH_CURVES = 2000;

export interface CurvesLink {
  address: string;
  /** What of the run is carried, and at most how many points of a curve. */
  carried: Carried & { points: number };
}

/** Rejects with `not-ready` where there are no curves, or where the address of the page leaves no room for them. */
export async function linkWithCurves(change: Partial<LinkedView> = {}): Promise<CurvesLink> {
  const [record, experiment] = [shownRecord(), shownExperiment()];
  if (!record || !experiment) throw new PageError('not-ready', 'There are no curves yet.', 'Run first.');
  const { encodeCurves } = await import('../record/curves/encode.ts');
  const view = { ...store.getState().view, ...change };
  const without = addressOf(record.experiment, location, view, '-').length - 1;
  const encoded = encodeCurves(record, MOST_CHARACTERS_WITH_CURVES - without);
  if (!encoded)
    throw new PageError(
      'not-ready',
      'The address of this page leaves no room for curves.',
      'Export the run as a file.',
    );
  return { address: addressOf(record.experiment, location, view, encoded.text), carried: encoded.detail };
}
