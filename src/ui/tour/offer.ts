/** Whether the tour is offered: on a first visit, and not over what a link brought. */
const KEY = 'normscape-tour';

/** Storage may be forbidden; the tour is then offered at every visit. */
function isKnown(): boolean {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return false;
  }
}

export function rememberTour(): void {
  try {
    localStorage.setItem(KEY, 'known');
  } catch {
    return;
  }
}

/** As the page was opened: the address changes with what the visitor does. */
const isPlainVisit = typeof location !== 'undefined' && location.hash.length < 2;

export const isTourOffered = (): boolean => isPlainVisit && !isKnown();
