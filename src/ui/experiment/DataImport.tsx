/** Where a data set is, and the ways of bringing it: files dropped or chosen, or one request that is named beforehand. */
import { type DragEvent, type ReactNode, useEffect, useId } from 'react';
import { DATASETS } from '../../experiment/datasets.ts';
import { bringDataset, findDataset, forgetDataset } from '../../store/importActions.ts';
import type { BroughtDataset, DataImport as State } from '../../store/state.ts';
import { formatBytes } from '../format.ts';
import { Icon } from '../shell/icons.tsx';
import { unheard } from '../unheard.ts';
import { useStore } from '../useStore.ts';
import { IdxFilesHelp, SpriteButton } from './dataImportWords.tsx';

interface Wanted {
  files: ReactNode;
  isSeveral: boolean;
  help: ReactNode;
}

const FOUR_FILES = (
  <>
    Drop or choose the four <b>idx files</b>, packed (.gz) or not
  </>
);

const WANTED: Record<BroughtDataset, Wanted> = {
  'cifar-10': {
    files: (
      <>
        Drop or choose <b>cifar-10-binary.tar.gz</b> <span className="sub">(170 MB)</span>
      </>
    ),
    isSeveral: false,
    help: (
      <>
        From <a href="https://www.cs.toronto.edu/~kriz/cifar.html">its authors’ page</a>. It stays on this
        device.
      </>
    ),
  },
  mnist: { files: FOUR_FILES, isSeveral: true, help: <IdxFilesHelp /> },
  'fashion-mnist': { files: FOUR_FILES, isSeveral: true, help: <IdxFilesHelp /> },
};

function statusOf(label: string, { is }: State): string {
  if (is === 'absent') return `${label} is not in this browser yet. Bring it once; it is verified and kept.`;
  if (is === 'kept') return `${label} is kept in this browser, verified by its sha256 sums.`;
  if (is === 'served') return `${label} is on this page’s server.`;
  return '';
}

function Status({ label, state }: { label: string; state: State }) {
  if (state.is === 'importing')
    return (
      <p className="sub" role="status">
        <progress aria-label={`Importing ${label}`} value={state.done} max={state.total} />{' '}
        {formatBytes(state.done)} of {formatBytes(state.total)}
      </p>
    );
  if (state.is === 'failed')
    return (
      <p className="field-problem" role="alert" data-kind={state.kind}>
        <Icon name="warn" /> {state.message} {state.hint}
      </p>
    );
  return (
    <p className="sub" role="status">
      {statusOf(label, state)}
    </p>
  );
}

function Bring({ dataset }: { dataset: BroughtDataset }) {
  const id = useId();
  const { files, isSeveral, help } = WANTED[dataset];
  return (
    <>
      <label htmlFor={id}>{files}</label>
      <input
        id={id}
        type="file"
        multiple={isSeveral}
        onChange={({ target }) => unheard(bringDataset(dataset, [...(target.files ?? [])]))}
      />
      <p className="field-help">{help}</p>
      {dataset === 'cifar-10' && <SpriteButton />}
    </>
  );
}

export function DataImport({ dataset }: { dataset: BroughtDataset }) {
  const state = useStore(({ imports }) => imports[dataset]);
  useEffect(() => unheard(findDataset(dataset)), [dataset]);
  // Every page is served with it, as a rule.
  if (dataset === 'fashion-mnist' && (state.is === 'served' || state.is === 'unknown')) return null;
  const { label } = DATASETS[dataset];
  const canBring = state.is === 'absent' || state.is === 'failed';
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    if (canBring) unheard(bringDataset(dataset, [...event.dataTransfer.files]));
  };
  return (
    // The field inside does the same for the keyboard.
    // biome-ignore lint/a11y/noStaticElementInteractions: see above
    <div className="field data-import" onDragOver={(event) => event.preventDefault()} onDrop={onDrop}>
      <Status label={label} state={state} />
      {canBring && <Bring dataset={dataset} />}
      {(state.is === 'kept' || state.is === 'importing') && (
        <button type="button" className="button" onClick={() => unheard(forgetDataset(dataset))}>
          {state.is === 'kept' ? `Forget ${label}` : 'Stop'}
        </button>
      )}
    </div>
  );
}
