/** The list of keys, opened by “?” or from the foot of the page. */
import { useEffect, useRef } from 'react';
import { onKeysAsked } from '../keyboard.ts';
import { Icon } from './icons.tsx';

const KEYS: [keys: string, what: string][] = [
  ['Space', 'Run or pause'],
  ['S', 'One step'],
  ['← →', 'Move the time cursor by one probe; with Shift by ten'],
  ['+ −', 'Zoom in or out, around the time cursor'],
  ['0', 'Show all steps'],
  ['Esc', 'Put the time cursor away; then show all steps'],
  ['1 – 8', 'Show one network alone, or all again'],
  ['?', 'This list'],
];

export function KeysDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => onKeysAsked(() => dialog.current?.showModal()), []);
  return (
    <dialog ref={dialog} className="keys" aria-labelledby="keys-title" closedby="any">
      <header>
        <h2 id="keys-title">Keys</h2>
        <button
          type="button"
          className="button quiet icon-only"
          aria-label="Close"
          onClick={() => dialog.current?.close()}
        >
          <Icon name="close" />
        </button>
      </header>
      <dl>
        {KEYS.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p className="sub keys-note">
        Keys work while no field has the focus. Drag over a figure to zoom. Shift and a press on a name hide
        that network.
      </p>
    </dialog>
  );
}
