/** The set-up and the view in the address bar: read at the start and when it changes, written when they change. */
import type { Experiment } from '../experiment/experiment.ts';
import { MOST_CHARACTERS_OF_A_LINK, toFragment, toLinkFragment } from '../experiment/permalink.ts';
import { defaultExperiment } from '../experiment/settings.ts';
import { store } from './store.ts';
import { firstView, type LinkedView, viewParts } from './viewLink.ts';

/** Whether two experiments ask for the same. */
export function sameExperiment(one: Experiment, other: Experiment): boolean {
  return toFragment(one) === toFragment(other);
}

/**
 * The address of a page with an experiment and its curves; without fragment where everything is as at first. The set-up is
 * packed where the address without its curves would be too long for a link.
 */
export function addressOf(
  experiment: Experiment,
  { origin, pathname, search }: Pick<Location, 'origin' | 'pathname' | 'search'>,
  view: LinkedView = firstView(),
  run = '',
): string {
  const isDefault = sameExperiment(experiment, defaultExperiment()) && run === '';
  const page = `${origin === 'null' ? '' : origin}${pathname}${search}`;
  const shown = viewParts(view);
  const others = [page, ...shown].join('&').length;
  const parts = [
    ...(isDefault ? [] : [toLinkFragment(experiment, MOST_CHARACTERS_OF_A_LINK - others).slice(1)]),
    ...shown,
    ...(run === '' ? [] : [`run=${run}`]),
  ];
  const fragment = parts.length > 0 ? `#${parts.join('&')}` : '';
  return `${page}${fragment}`;
}

/** The curves that the link brought: they stay in the address as long as it asks for their set-up. */
let curves: { run: string; experiment: Experiment } | null = null;

export function keepCurves(run: string, experiment: Experiment): void {
  curves = run === '' ? null : { run, experiment };
}

/** The address of what is on the page. */
export function presentAddress(experiment: Experiment, view: LinkedView = store.getState().view): string {
  const run = curves && sameExperiment(curves.experiment, experiment) ? curves.run : '';
  return addressOf(experiment, location, view, run);
}

export function writeLink(experiment: Experiment): void {
  if (typeof history === 'undefined') return;
  history.replaceState(history.state, '', presentAddress(experiment));
}

/** Writes changes of the view into the address. Returns a function that stops it. */
export function followView(): () => void {
  return store.subscribe(({ view, experiment }, before) => {
    if (view !== before.view && viewParts(view).join() !== viewParts(before.view).join())
      writeLink(experiment);
  });
}
