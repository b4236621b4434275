/** A run goes on while its tab is hidden, unless the browser freezes the tab. On return the page says which. */
import { formatNumber } from '../experiment/read.ts';
import { showNotice } from './notices.ts';
import { store } from './store.ts';

/** Shorter absences are not worth a word. */
const WORTH_TELLING_MS = 60_000;
/** Steps that were computed before a tab froze are told once it wakes. */
const SETTLING_MS = 500;

/** Says what a run did while the page could not be seen, from `step` on. */
export function tellOfAbsence(step: number, wasRunning: boolean): void {
  const { labState, step: now } = store.getState();
  if (!wasRunning) return;
  const at = formatNumber(now);
  const finding =
    now > step
      ? `While the page was hidden the run went on from step ${formatNumber(step)} to step ${at}.`
      : `The browser paused the run at step ${at} while the page was hidden.`;
  const goesOn = labState === 'running' ? 'It goes on now. ' : '';
  showNotice({
    kind: 'hidden',
    finding,
    advice: `${goesOn}Time in which the browser or the machine slept is not counted, in the seconds as in the steps a second.`,
    actions: [],
  });
}

/** Listens to the page being hidden and shown again. */
export function watchVisibility(page: Document, now: () => number = () => Date.now()): void {
  let left: { atMs: number; step: number; wasRunning: boolean } | null = null;
  page.addEventListener('visibilitychange', () => {
    if (page.visibilityState === 'hidden') {
      const { step, labState } = store.getState();
      left = { atMs: now(), step, wasRunning: labState === 'running' };
      return;
    }
    const before = left;
    left = null;
    if (before && now() - before.atMs >= WORTH_TELLING_MS)
      setTimeout(() => tellOfAbsence(before.step, before.wasRunning), SETTLING_MS);
  });
}
