/** The runs kept in this browser: compare them on the figures, name them, delete them, take them out and in. */
import { type DragEvent, useState } from 'react';
import { toText } from '../../experiment/read.ts';
import { EXPERIMENT_KEYS, setting } from '../../experiment/settings.ts';
import type { KeptRun } from '../../record/kept/keptRun.ts';
import { showPage } from '../../store/pageActions.ts';
import { importFile, showOnFigures } from '../../store/runFiles.ts';
import { isBusy } from '../../store/store.ts';
import { formatCount } from '../format.ts';
import { Notices } from '../shell/Notices.tsx';
import { useStore } from '../useStore.ts';
import { RunRow } from './RunRow.tsx';
import { Sweep } from './Sweep.tsx';
import { type RunList, recordOfKept, useKeptRuns } from './useKeptRuns.ts';
import './runs.css';

/** More lines of one network than this cannot be told apart. */
const MOST_COMPARED = 4;
const LETTERS = 'ABCD';

async function overlay(runs: readonly KeptRun[]): Promise<void> {
  const read = await Promise.all(runs.map(async (run) => ({ run, record: await recordOfKept(run) })));
  const found = read.flatMap(({ run, record }) =>
    record ? [{ record, name: run.name, origin: 'list' as const }] : [],
  );
  if (showOnFigures(found)) showPage('lab');
}

async function importAll(files: FileList | null, list: RunList): Promise<void> {
  for (const file of files ?? []) await importFile(file);
  await list.reload();
}

/** What differs between the runs picked, setting by setting. */
function Differences({ runs }: { runs: readonly KeptRun[] }) {
  const texts = EXPERIMENT_KEYS.map((key) => ({
    label: setting(key).label,
    values: runs.map(({ experiment }) => toText(experiment[key], ', ') || 'none'),
  }));
  const differing = texts.filter(({ values }) => new Set(values).size > 1);
  return (
    <table className="differences">
      <caption>{`${differing.length} of ${EXPERIMENT_KEYS.length} settings differ`}</caption>
      <thead>
        <tr>
          <th scope="col">Setting</th>
          {runs.map(({ id }, i) => (
            <th key={id} scope="col">
              {LETTERS[i]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {differing.map(({ label, values }) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            {values.map((value, i) => (
              <td key={runs[i]!.id}>{value}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Compare({ runs }: { runs: readonly KeptRun[] }) {
  const busy = useStore(isBusy);
  return (
    <section className="compare" aria-label="Compare">
      <h2>{runs.length > 1 ? `${[...LETTERS.slice(0, runs.length)].join(' against ')}` : 'Compare'}</h2>
      {runs.length === 0 ? (
        <p className="caption">
          Choose up to {MOST_COMPARED} runs. The first is drawn boldly, the others thinly behind it.
        </p>
      ) : (
        <button type="button" className="button primary" disabled={busy} onClick={() => void overlay(runs)}>
          {runs.length === 1 ? 'Show on the figures' : 'Overlay on the figures'}
        </button>
      )}
      {busy && <p className="caption">Networks are training; pause or let them end first.</p>}
      {runs.length > 1 && <Differences runs={runs} />}
    </section>
  );
}

function Head({ list }: { list: RunList }) {
  return (
    <header className="runs-head">
      <h1>Runs</h1>
      <span className="sub">Kept in this browser</span>
      <label className="button quiet import">
        Import a file
        <input
          type="file"
          className="unseen"
          accept=".json,.html,application/json,text/html"
          multiple
          onChange={(event) => void importAll(event.target.files, list)}
        />
      </label>
    </header>
  );
}

function Deleted({ list: { deleted, undo } }: { list: RunList }) {
  if (!deleted) return null;
  return (
    <p className="deleted" role="status">
      “{deleted.name || 'Untitled'}” was deleted.
      <button type="button" className="button quiet" onClick={() => void undo()}>
        Undo
      </button>
    </p>
  );
}

function Rows({
  list,
  picked,
  setPicked,
}: {
  list: RunList;
  picked: readonly string[];
  setPicked: (ids: string[]) => void;
}) {
  const toggle = (id: string): void =>
    setPicked(
      picked.includes(id) ? picked.filter((one) => one !== id) : [...picked, id].slice(-MOST_COMPARED),
    );
  return (
    <div className="run-table">
      <table>
        <thead>
          <tr>
            <th scope="col">
              <span className="unseen">Compared</span>
            </th>
            <th scope="col">Run, and what differs from the default</th>
            <th scope="col">Training loss</th>
            <th scope="col" className="number">
              Steps
            </th>
            <th scope="col">Test accuracy, %</th>
            <th scope="col">Device</th>
            <th scope="col">
              <span className="unseen">File or delete</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {(list.runs ?? []).map((run) => (
            <RunRow
              key={run.id}
              run={run}
              letter={LETTERS[picked.indexOf(run.id)] ?? ''}
              onPick={() => toggle(run.id)}
              onRename={(name) => void list.rename(run, name)}
              onDelete={() => void list.remove(run)}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

export default function RunsPage() {
  const list = useKeptRuns();
  const [picked, setPicked] = useState<string[]>([]);
  const [isOver, setIsOver] = useState(false);
  const runs = list.runs ?? [];
  const compared = picked.flatMap((id) => runs.find((run) => run.id === id) ?? []);
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    setIsOver(false);
    void importAll(event.dataTransfer.files, list);
  };
  return (
    <main
      className={isOver ? 'page runs over' : 'page runs'}
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={onDrop}
    >
      <Head list={list} />
      <Notices about="page" />
      <section className="run-list" aria-label="Run list">
        {list.runs?.length === 0 && (
          <p className="caption">
            No run is kept yet. Every run that ends is put here; files of runs and merged sweeps may be
            dropped here too.
          </p>
        )}
        {runs.length > 0 && <Rows list={list} picked={compared.map(({ id }) => id)} setPicked={setPicked} />}
        <Deleted list={list} />
        {list.unreadable > 0 && (
          <p className="sub">{formatCount(list.unreadable)} kept by another version are not shown.</p>
        )}
      </section>
      <Compare runs={compared} />
      <Sweep />
    </main>
  );
}
