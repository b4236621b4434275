/** Where CIFAR-10 is, and the two ways of bringing it: its archive dropped, or one request that is named beforehand. */
import { type DragEvent, useEffect, useId, useState } from 'react';
import { findCifar10, type ImportState, importCifar10 } from '../../store/importActions.ts';
import { formatBytes } from '../format.ts';
import { Icon } from '../shell/icons.tsx';
import { unheard } from '../unheard.ts';

const WORDS = {
  unknown: '',
  absent: 'CIFAR-10 is not in this browser yet. Bring it once; it is verified and kept.',
  kept: 'CIFAR-10 is kept in this browser, verified by its sha256 sums.',
  served: 'CIFAR-10 is on this page’s server.',
};

function Status({ state }: { state: ImportState }) {
  if (state.is === 'importing')
    return (
      <p className="sub" role="status">
        <progress aria-label="Importing CIFAR-10" value={state.done} max={state.total} />{' '}
        {formatBytes(state.done)} of {formatBytes(state.total)}
      </p>
    );
  if (state.is === 'failed')
    return (
      <p className="field-problem" role="alert">
        <Icon name="warn" /> {state.message} {state.hint}
      </p>
    );
  return (
    <p className="sub" role="status">
      {WORDS[state.is]}
    </p>
  );
}

export function Cifar10Import() {
  const [state, setState] = useState<ImportState>({ is: 'unknown' });
  const id = useId();
  useEffect(() => {
    let isShown = true;
    unheard(findCifar10().then((found) => isShown && setState(found)));
    return () => {
      isShown = false;
    };
  }, []);
  const bring = (from: File | 'sprite' | undefined): void => {
    if (from) unheard(importCifar10(from, setState).then(setState));
  };
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    bring(event.dataTransfer.files[0]);
  };
  const canBring = state.is === 'absent' || state.is === 'failed';
  return (
    // The field inside does the same for the keyboard.
    // biome-ignore lint/a11y/noStaticElementInteractions: see above
    <div className="field data-import" onDragOver={(event) => event.preventDefault()} onDrop={onDrop}>
      <Status state={state} />
      {canBring && (
        <>
          <label htmlFor={id}>
            Drop or choose <b>cifar-10-binary.tar.gz</b> <span className="sub">(170 MB)</span>
          </label>
          <input
            id={id}
            type="file"
            accept=".gz,application/gzip"
            onChange={(event) => bring(event.target.files?.[0])}
          />
          <p className="field-help">
            From <a href="https://www.cs.toronto.edu/~kriz/cifar.html">its authors’ page</a>. It stays on this
            device.
          </p>
          <button type="button" className="button" onClick={() => bring('sprite')}>
            Fetch it from storage.googleapis.com
          </button>
          <p className="field-help">
            The public copy that TensorFlow.js’s demos use, about 180 MB, from Google’s servers. Nothing is
            requested before you press.
          </p>
        </>
      )}
    </div>
  );
}
