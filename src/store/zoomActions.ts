/** Which steps of the run the figures over time show. */
import { decimal } from '../experiment/decimal.ts';
import { ghostRuns, shownRecord } from './recordedRuns.ts';
import type { StepRange } from './state.ts';
import { store, updateView } from './store.ts';
import { cursorStep } from './viewActions.ts';

const FEWEST_STEPS = 2;

/** Of the longest run on the page, or of what is asked where nothing has run. */
export function stepsOnPage(): number {
  const { experiment } = shownRecord() ?? store.getState();
  return Math.max(experiment.steps, ...ghostRuns().map(({ record }) => record.experiment.steps));
}

/** Shows the steps between two, in whichever order; null for all. A range that is too narrow grows at its end. */
export function zoomTo(range: StepRange | null): void {
  if (!range) {
    if (store.getState().view.zoom === null) return;
    updateView({ zoom: null });
    store.setState({ announcement: 'The figures show all steps.' });
    return;
  }
  const from = Math.max(0, Math.floor(Math.min(...range)));
  const to = Math.max(Math.ceil(Math.max(...range)), from + FEWEST_STEPS);
  updateView({ zoom: [from, to] });
  store.setState({ announcement: `The figures show steps ${decimal(from)} to ${decimal(to)}.` });
}

/** Shows so many times as many steps, around the time cursor or the middle; all of them where that is as many. */
export function zoomBy(factor: number): void {
  const { view } = store.getState();
  const all = stepsOnPage();
  const [from, to] = view.zoom ?? [0, all];
  const width = Math.max(FEWEST_STEPS, Math.round((to - from) * factor));
  if (width >= all) {
    zoomTo(null);
    return;
  }
  const cursor = cursorStep({ view });
  const centre = cursor !== null && cursor >= from && cursor <= to ? cursor : (from + to) / 2;
  const begin = Math.round(Math.max(0, Math.min(all - width, centre - width / 2)));
  zoomTo([begin, begin + width]);
}

/** Moves the range to the pinned cursor where that has left it. */
export function followCursor(): void {
  const { zoom, pinnedStep } = store.getState().view;
  if (!zoom || pinnedStep === null || (pinnedStep >= zoom[0] && pinnedStep <= zoom[1])) return;
  const width = zoom[1] - zoom[0];
  const begin = Math.round(Math.max(0, Math.min(stepsOnPage() - width, pinnedStep - width / 2)));
  zoomTo([begin, begin + width]);
}
