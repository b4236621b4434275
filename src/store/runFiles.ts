/** Runs as files: taken in from anywhere, given out with their set-up and version. */
import { toFragment } from '../experiment/permalink.ts';
import { MOST_BYTES_OF_A_FILE, recordFromFile } from '../record/file.ts';
import type { RunRecord } from '../record/record.ts';
import { configure } from './experimentActions.ts';
import { keepRun } from './keptRuns.ts';
import { showNotice } from './notices.ts';
import { type RecordedRun, showRecorded } from './recordedRuns.ts';
import { clearRecord } from './runRecord.ts';
import { isBusy, store } from './store.ts';

function refuse(name: string, message: string): null {
  showNotice({
    kind: 'import',
    finding: `“${name.slice(0, 60)}” was not imported.`,
    advice: message,
    actions: [],
  });
  return null;
}

/** Keeps the run of a file. Null where it holds none, which a notice says. Never rejects. */
export async function importRun(file: File): Promise<{ record: RunRecord; name: string } | null> {
  if (file.size > MOST_BYTES_OF_A_FILE)
    return refuse(file.name, 'It is larger than 300 MB, which no run is.');
  const text = await file.text().catch(() => null);
  if (text === null) return refuse(file.name, 'The browser could not read it.');
  const reading = recordFromFile(text);
  if (!reading.ok) return refuse(file.name, reading.message);
  const name = file.name.replace(/\.(json|html?)$/i, '');
  await keepRun(reading.record, name);
  return { record: reading.record, name };
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
