/** Which page is shown. All pages share one address, whose fragment names the page after the set-up. */
import { presentAddress, writeLink } from './link.ts';
import { PAGES, type PageId } from './state.ts';
import { store, updateView } from './store.ts';

/** Goes to a page as a link would; what is asked, and a run, stay as they are. */
export function showPage(page: PageId): void {
  if (page === store.getState().view.page) return;
  updateView({ page });
  history.pushState(null, '', presentAddress(store.getState().experiment));
  scrollTo(0, 0);
}

/** Takes what a link says about the page; the lab where it says nothing known. */
export function takePage({ page, view = '' }: Record<string, string>): void {
  const known = PAGES.find((one) => one === page) ?? 'lab';
  updateView(known === 'lab' ? { page: known } : { page: known, pageView: view });
}

/** Keeps in the address what the page shown wants to find there again. */
export function setPageView(pageView: string): void {
  updateView({ pageView });
  writeLink(store.getState().experiment);
}
