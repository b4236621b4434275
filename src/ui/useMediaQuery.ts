/** Whether a media query holds, followed as it changes. */
import { useSyncExternalStore } from 'react';

export const PHONE = '(max-width: 760px)';
/** Where the experiment's card is too narrow for the row of figures and “All settings” side by side. */
export const NARROW_CARD = '(max-width: 900px), (min-width: 1200px) and (max-width: 1360px)';

export function useMediaQuery(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const list = matchMedia(query);
      list.addEventListener('change', changed);
      return () => list.removeEventListener('change', changed);
    },
    () => matchMedia(query).matches,
  );
}
