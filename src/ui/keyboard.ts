/** Keys of the lab. They rest while a control has the focus that needs them itself, and while another page is shown. */
import { pause, run, step } from '../store/runActions.ts';
import { isBusy, store } from '../store/store.ts';
import { cursorStep, isolate, moveCursor, pinAt, shownVariants } from '../store/viewActions.ts';
import { followCursor, zoomBy, zoomTo } from '../store/zoomActions.ts';
import { unheard } from './unheard.ts';

const listeners = new Set<() => void>();

/** Calls `open` when the list of keys is asked for. Returns a function that stops it. */
export function onKeysAsked(open: () => void): () => void {
  listeners.add(open);
  return () => listeners.delete(open);
}

export function askForKeys(): void {
  for (const open of listeners) open();
}

/** Runs or pauses: what the one black button does. */
export function runOrPause(): void {
  const state = store.getState();
  if (state.labState === 'running') unheard(pause());
  else if (!isBusy(state)) unheard(run());
}

/** One step, where nothing is running. */
export function singleStep(): void {
  if (!isBusy(store.getState())) unheard(step());
}

function walkCursor(probes: number): void {
  moveCursor(probes);
  followCursor();
}

/** Puts the cursor away, or where there is none the zoom. */
function putAway(): void {
  if (cursorStep(store.getState()) === null) zoomTo(null);
  else pinAt(null);
}

const TYPED_IN =
  'input:not([type=checkbox], [type=radio], [type=range]), textarea, select, [contenteditable]';
const PRESSED_WITH_SPACE = 'button, a, summary, input, select, textarea, [role=slider]';

function isFree(target: EventTarget | null, selector: string): boolean {
  return (
    !(target instanceof Element) ||
    (!target.closest(selector) && !target.closest('dialog, [popover], [role=dialog]'))
  );
}

/** What a key does, or null. */
export function actionOf(event: Pick<KeyboardEvent, 'key' | 'shiftKey'>): (() => void) | null {
  const reach = event.shiftKey ? 10 : 1;
  switch (event.key) {
    case ' ':
      return runOrPause;
    case 's':
    case 'S':
      return singleStep;
    case 'ArrowLeft':
      return () => walkCursor(-reach);
    case 'ArrowRight':
      return () => walkCursor(reach);
    case 'Escape':
      return putAway;
    case '+':
    case '=':
      return () => zoomBy(0.5);
    case '-':
    case '−':
      return () => zoomBy(2);
    case '0':
      return () => zoomTo(null);
    case '?':
      return askForKeys;
    default: {
      const id = /^[1-8]$/.test(event.key) ? shownVariants()[Number(event.key) - 1] : undefined;
      return id === undefined ? null : () => isolate(id);
    }
  }
}

/** Listens to the keys of the page. Returns a function that stops it. */
export function listenToKeys(page: Document): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (store.getState().view.page !== 'lab') return;
    // The browser closes what is open, wherever the focus is.
    if (event.key === 'Escape' && page.querySelector(':popover-open, dialog[open]')) return;
    if (!isFree(event.target, event.key === ' ' ? PRESSED_WITH_SPACE : TYPED_IN)) return;
    const action = actionOf(event);
    if (!action) return;
    event.preventDefault();
    action();
  };
  page.addEventListener('keydown', onKey);
  return () => page.removeEventListener('keydown', onKey);
}
