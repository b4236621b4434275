/** The tour, by driver.js: arrow keys go on and back, Escape ends it. Loaded when it is asked for. */
import { driver } from 'driver.js';
import 'driver.js/dist/driver.css';
import { showPage } from '../../store/pageActions.ts';
import { rememberTour } from './offer.ts';
import { STOPS } from './stops.ts';
import './tour.css';

/** The lab may have to be drawn first. */
const LONGEST_WAIT_MS = 500;

/** What driver.js says of the element that it points at is meant for buttons. */
function keepRole(element: Element | undefined): void {
  for (const name of ['aria-haspopup', 'aria-expanded', 'aria-controls']) element?.removeAttribute(name);
}

export function startTour(): void {
  rememberTour();
  showPage('lab');
  driver({
    steps: STOPS.map(({ selector, title, words }) => ({
      element: selector,
      popover: { title, description: words },
    })),
    animate: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    duration: 240,
    skipMissingElement: true,
    waitForElement: LONGEST_WAIT_MS,
    disableActiveInteraction: true,
    overlayOpacity: 0.45,
    overlayColor: '#000',
    stagePadding: 8,
    stageRadius: 10,
    popoverClass: 'tour',
    showProgress: true,
    progressText: '{{current}} of {{total}}',
    nextBtnText: 'Next',
    prevBtnText: 'Back',
    doneBtnText: 'Done',
    onHighlighted: keepRole,
    onPopoverRender: ({ closeButton, nextButton }, { state }) => {
      closeButton.setAttribute('aria-label', 'End the tour');
      keepRole(state.activeElement);
      // The key that goes on, not the one that ends.
      requestAnimationFrame(() => nextButton.focus({ preventScroll: true }));
    },
  }).drive();
}
