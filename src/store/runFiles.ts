/** Runs as files: taken in from anywhere, given out with their set-up and version. */
import { fromFragment, toFragment } from '../experiment/permalink.ts';
import { MOST_BYTES_OF_A_FILE, recordFromFile, viewInFile } from '../record/file.ts';
import type { RunRecord } from '../record/record.ts';
import { configure } from './experimentActions.ts';
import { keepRun } from './keptRuns.ts';
import { showNotice } from './notices.ts';
import { showPage } from './pageActions.ts';
import { type RecordedRun, showRecorded } from './recordedRuns.ts';
import { clearRecord } from './runRecord.ts';
import { isBusy, store, updateView } from './store.ts';
import { looksLikeSweep, openSweep } from './sweeps.ts';
import { readView } from './viewLink.ts';

function refuse(name: string, message: string): null {
  showNotice({
    kind: 'import',
    finding: `“${name.slice(0, 60)}” was not imported.`,
    advice: message,
    actions: [],
  });
  return null;
}

interface ImportedRun {
  is: 'run';
  record: RunRecord;
  name: string;
  /** How a report's figures were shown, as a link's fragment. */
  view: string;
}

/** Keeps the run of a file, or opens its sweep. Null where it holds neither, which a notice says. Never rejects. */
export async function importFile(file: File): Promise<ImportedRun | { is: 'sweep' } | null> {
  if (file.size > MOST_BYTES_OF_A_FILE)
    return refuse(file.name, 'It is larger than 300 MB, which no run is.');
  const text = await file.text().catch(() => null);
  if (text === null) return refuse(file.name, 'The browser could not read it.');
  if (looksLikeSweep(text))
    return openSweep(text, file.name)
      ? { is: 'sweep' }
      : refuse(file.name, 'It is a damaged sweep, or one of another version. Merge its runs again.');
  const reading = recordFromFile(text);
  if (!reading.ok) return refuse(file.name, reading.message);
  const name = file.name.replace(/\.(json|html?)$/i, '');
  await keepRun(reading.record, name);
  return { is: 'run', record: reading.record, name, view: viewInFile(text) };
}

/** Shows runs on the figures, the first in place of a run of this page. False while networks train. */
export function showOnFigures(runs: readonly Pick<RecordedRun, 'record' | 'name' | 'origin'>[]): boolean {
  const [first] = runs;
  if (!first || isBusy(store.getState())) return false;
  clearRecord();
  store.setState({ labState: 'idle', step: 0 });
  configure(toFragment(first.record.experiment));
  showRecorded(runs.map((run) => ({ ...run, experiment: run.record.experiment })));
  return true;
}

/** Keeps the run of a file, and shows it as the file did; a sweep is shown on the page of runs. Never rejects. */
async function openRunFile(file: File): Promise<void> {
  const imported = await importFile(file);
  if (!imported) return;
  if (imported.is === 'sweep') {
    showPage('runs');
    return;
  }
  const { record, name, view } = imported;
  if (!showOnFigures([{ record, name, origin: 'file' }])) {
    refuse(name, 'It is on the page of runs; networks are training, so it is not shown here.');
    return;
  }
  if (view !== '') updateView(readView(fromFragment(view).others, record.experiment.steps).change);
}

/** Opens files that are dropped on the lab. Returns a function that stops it. */
export function takeDrops(page: Document): () => void {
  const onDragOver = (event: DragEvent): void => {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
  };
  const onDrop = (event: DragEvent): void => {
    const file = event.dataTransfer?.files[0];
    if (!file || event.defaultPrevented) return;
    event.preventDefault();
    if (store.getState().view.page === 'lab') void openRunFile(file);
  };
  page.addEventListener('dragover', onDragOver);
  page.addEventListener('drop', onDrop);
  return () => {
    page.removeEventListener('dragover', onDragOver);
    page.removeEventListener('drop', onDrop);
  };
}

/** Hands a file to the visitor. */
export function saveFile(name: string, type: string, content: string | Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** normscape-2026-11-14-run.json: of the day on which it was made. */
export const fileName = ({ environment }: RunRecord, what: string): string =>
  `normscape-${/^\d{4}-\d\d-\d\d/.exec(environment.startedAt)?.[0] ?? 'run'}-${what}`;
