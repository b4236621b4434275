/** Brings a part of the lab into sight, from any page. */
import { showPage } from './pageActions.ts';

/** Parts of the page come when they are loaded; one that is not there by then is left out of this experiment or view. */
const PATIENCE_MS = 3_000;

/** The element with this id as soon as it is there; null where it does not come. */
function arrival(id: string): Promise<HTMLElement | null> {
  return new Promise((resolve) => {
    const look = (): void => {
      const found = document.getElementById(id);
      if (found) end(found);
    };
    const observer = new MutationObserver(look);
    const timer = setTimeout(() => end(null), PATIENCE_MS);
    const end = (found: HTMLElement | null): void => {
      observer.disconnect();
      clearTimeout(timer);
      resolve(found);
    };
    observer.observe(document.body, { childList: true, subtree: true });
    look();
  });
}

/** Shows the lab and scrolls to a section or figure, where the keyboard goes on. */
export async function revealInLab(id: string): Promise<void> {
  showPage('lab');
  const found = await arrival(id);
  if (!found) return;
  found.setAttribute('tabindex', '-1');
  found.focus({ preventScroll: true });
  found.scrollIntoView();
}
