/** The set-up in the address bar: read at the start and when it changes, written when a setting changes. */
import type { Experiment } from '../experiment/experiment.ts';
import { escapeValue, toFragment } from '../experiment/permalink.ts';
import { defaultExperiment } from '../experiment/settings.ts';
import type { View } from './state.ts';
import { store } from './store.ts';

/** Whether two experiments ask for the same. */
export function sameExperiment(one: Experiment, other: Experiment): boolean {
  return toFragment(one) === toFragment(other);
}

/** The address of a page with an experiment; without fragment where everything is the default. */
export function addressOf(
  experiment: Experiment,
  { origin, pathname, search }: Location,
  { page, pageView }: Pick<View, 'page' | 'pageView'> = { page: 'lab', pageView: '' },
): string {
  const setUp = sameExperiment(experiment, defaultExperiment()) ? [] : [toFragment(experiment).slice(1)];
  const view = pageView === '' ? [] : [`view=${escapeValue(pageView)}`];
  const parts = page === 'lab' ? setUp : [...setUp, `page=${page}`, ...view];
  const fragment = parts.length > 0 ? `#${parts.join('&')}` : '';
  return `${origin === 'null' ? '' : origin}${pathname}${search}${fragment}`;
}

export function writeLink(experiment: Experiment): void {
  if (typeof history === 'undefined') return;
  history.replaceState(history.state, '', addressOf(experiment, location, store.getState().view));
}
