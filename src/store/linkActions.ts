/** Opening what the address bar says. A link never starts a run. */
import type { Experiment } from '../experiment/experiment.ts';
import { fromFragment } from '../experiment/permalink.ts';
import { configure } from './experimentActions.ts';
import { followView, keepCurves, sameExperiment, writeLink } from './link.ts';
import { addLinkNotice, showLinkNotices, showNotice } from './notices.ts';
import { takePage } from './pageActions.ts';
import { showRecorded } from './recordedRuns.ts';
import { clearRecord } from './runRecord.ts';
import { isBusy, store, updateView } from './store.ts';
import { readView } from './viewLink.ts';

/** Shows the curves that a link carries; resolves once they are shown, or once a notice says why not. */
async function openCurves(run: string, experiment: Experiment): Promise<void> {
  const { decodeCurves } = await import('../record/curves/decode.ts');
  if (!sameExperiment(store.getState().experiment, experiment) || isBusy(store.getState())) return;
  const reading = decodeCurves(run, experiment);
  if (!reading.ok) {
    addLinkNotice(reading.message);
    return;
  }
  clearRecord();
  store.setState({ labState: 'idle', step: 0 });
  showRecorded([{ record: reading.record, experiment, origin: 'link', name: '' }]);
  keepCurves(run, experiment);
  writeLink(experiment);
}

/** Takes the page, the view and the set-up of a fragment, and says what of it could not be used. */
export async function openLink(fragment: string): Promise<void> {
  const { experiment, others } = fromFragment(fragment);
  takePage(others);
  if (isBusy(store.getState())) {
    refuse(experiment);
    return;
  }
  const { change, messages } = readView(others, experiment.steps);
  updateView(change);
  keepCurves('', experiment);
  showRecorded([]);
  showLinkNotices(configure(fragment).notices);
  for (const message of messages) addLinkNotice(message);
  if (others.run !== undefined) await openCurves(others.run, experiment);
}

function refuse(experiment: Experiment): void {
  const asked = store.getState().experiment;
  writeLink(asked);
  if (sameExperiment(experiment, asked)) return;
  showNotice({
    kind: 'link',
    finding: 'The link was not opened, because networks are training.',
    advice: 'Pause or reset, then open it again.',
    actions: [],
  });
}

/** Reads the link of the page now and whenever it changes. Returns a function that stops listening. */
export function followLink(page: Window): () => void {
  const open = (): void =>
    void openLink(page.location.hash).catch(() =>
      addLinkNotice('The curves of the link did not load. Reload to try again.'),
    );
  if (page.location.hash.length > 1) open();
  page.addEventListener('hashchange', open);
  const stopFollowing = followView();
  return () => {
    page.removeEventListener('hashchange', open);
    stopFollowing();
  };
}
