/** Which page is shown. All pages share one address, whose fragment names the page after the set-up. */
import { presentAddress, writeLink } from './link.ts';
import { PAGES, type PageId } from './state.ts';
import { store, updateView } from './store.ts';

function keepView(page: PageId, text: string): void {
  updateView({ pageViews: { ...store.getState().view.pageViews, [page]: text } });
}

/** Goes to a page as a link would, and there to what `part` names; what is asked, and a run, stay as they are. */
export function showPage(page: PageId, part?: string): void {
  const { view, experiment } = store.getState();
  if (page === view.page && part === undefined) return;
  const pageViews = part === undefined ? view.pageViews : { ...view.pageViews, [page]: part };
  // First, because a change of the view is written over the address that is the present one.
  history.pushState(null, '', presentAddress(experiment, { ...view, page, pageViews }));
  updateView({ page, pageViews });
  if (page !== view.page) scrollTo(0, 0);
}

/** Takes what a link says about the page; the lab where it says nothing known. */
export function takePage({ page = '', view }: Record<string, string>): void {
  // `lecture.3` is short for the page and what it shows.
  const [name, part = ''] = page.split('.', 2);
  const known = PAGES.find((one) => one === name) ?? 'lab';
  updateView({ page: known });
  if (known !== 'lab') keepView(known, view ?? part);
}

/** Keeps in the address what the page shown wants to find there again. */
export function setPageView(text: string): void {
  keepView(store.getState().view.page, text);
  writeLink(store.getState().experiment);
}
