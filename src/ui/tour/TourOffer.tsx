/** One quiet line on a first visit, and the entry at the foot of the page that starts the tour at any time. */
import { useState } from 'react';
import { Icon } from '../shell/icons.tsx';
import { unheard } from '../unheard.ts';
import { isTourOffered, rememberTour } from './offer.ts';

const begin = (): void => unheard(import('./tour.ts').then(({ startTour }) => startTour()));

export function TourButton() {
  return (
    <button type="button" className="button quiet" onClick={begin}>
      Tour
    </button>
  );
}

export function TourOffer() {
  const [isOffered, setIsOffered] = useState(isTourOffered);
  if (!isOffered) return null;
  const answer = (act: () => void) => () => {
    setIsOffered(false);
    act();
  };
  return (
    <p className="tour-offer">
      New here?
      <button type="button" className="tour-start" onClick={answer(begin)}>
        Take the tour, under a minute
      </button>
      <button
        type="button"
        className="button quiet icon-only"
        aria-label="No tour, thank you"
        onClick={answer(rememberTour)}
      >
        <Icon name="close" />
      </button>
    </p>
  );
}
