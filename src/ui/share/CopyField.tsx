/** A text that is copied with one press, and how long it is. */
import { useId, useRef, useState } from 'react';
import { formatCount } from '../format.ts';
import './share.css';

/** Copies, or where the browser forbids it selects the text for the visitor to copy. */
async function copy(text: string, field: HTMLInputElement | null): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    field?.focus();
    field?.select();
    return false;
  }
}

export function CopyField({ label, text }: { label: string; text: string }) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [said, setSaid] = useState({ text, words: '' });
  const words = said.text === text ? said.words : '';
  return (
    <div className="copy">
      <label htmlFor={id} className="unseen">
        {label}
      </label>
      <input
        ref={field}
        id={id}
        className="field-input"
        readOnly
        value={text}
        onFocus={(event) => event.target.select()}
      />
      <button
        type="button"
        className="button"
        aria-label={`Copy: ${label}`}
        onClick={() =>
          void copy(text, field.current).then((done) =>
            setSaid({ text, words: done ? 'Copied.' : 'Selected; press Ctrl+C or ⌘C.' }),
          )
        }
      >
        Copy
      </button>
      <p className="sub" role="status">
        {words || `${formatCount(text.length)} characters`}
      </p>
    </div>
  );
}
