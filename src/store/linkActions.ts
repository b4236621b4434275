/** Opening what the address bar says. A link never starts a run. */
import { fromFragment } from '../experiment/permalink.ts';
import { configure } from './experimentActions.ts';
import { sameExperiment, writeLink } from './link.ts';
import { showLinkNotices, showNotice } from './notices.ts';
import { takePage } from './pageActions.ts';
import { isBusy, store } from './store.ts';

/** Takes the page and the set-up of a fragment, and says what of it could not be used. */
export function openLink(fragment: string): void {
  const { experiment, others } = fromFragment(fragment);
  takePage(others);
  if (!isBusy(store.getState())) {
    showLinkNotices(configure(fragment).notices);
    return;
  }
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
  const open = (): void => openLink(page.location.hash);
  if (page.location.hash.length > 1) open();
  page.addEventListener('hashchange', open);
  return () => page.removeEventListener('hashchange', open);
}
