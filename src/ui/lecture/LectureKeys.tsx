/** The list of the lecture's keys. */
import type { RefObject } from 'react';
import { Icon } from '../shell/icons.tsx';

const KEYS: readonly [keys: string, what: string][] = [
  ['← →', 'Page before, next page'],
  ['Space', 'Reveal, then the next page'],
  ['1 2 3', 'Predict'],
  ['R', 'Reveal, or hide again'],
  ['L', 'Train here, or pause'],
  ['F', 'Full screen'],
  ['Esc', 'Back to the lab'],
  ['?', 'This list'],
];

export function LectureKeys({ dialog }: { dialog: RefObject<HTMLDialogElement | null> }) {
  return (
    <dialog ref={dialog} className="keys lecture-keys" aria-labelledby="lecture-keys-title" closedby="any">
      <header>
        <h2 id="lecture-keys-title">Keys</h2>
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
    </dialog>
  );
}
