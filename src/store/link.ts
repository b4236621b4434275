/** The set-up in the address bar: read at the start and when it changes, written when a setting changes. */
import type { Experiment } from '../experiment/experiment.ts';
import { toFragment } from '../experiment/permalink.ts';
import { defaultExperiment } from '../experiment/settings.ts';

/** Whether two experiments ask for the same. */
export function sameExperiment(one: Experiment, other: Experiment): boolean {
  return toFragment(one) === toFragment(other);
}

/** The address of the page with an experiment; without fragment where everything is the default. */
export function addressOf(experiment: Experiment, page: Location): string {
  const fragment = sameExperiment(experiment, defaultExperiment()) ? '' : toFragment(experiment);
  return `${page.origin === 'null' ? '' : page.origin}${page.pathname}${page.search}${fragment}`;
}

export function writeLink(experiment: Experiment): void {
  if (typeof history === 'undefined') return;
  history.replaceState(history.state, '', addressOf(experiment, location));
}
