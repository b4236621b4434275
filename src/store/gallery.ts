/**
 * The first picture: where nothing has run here yet, the recorded run of the experiment asked for, if the page is served
 * with one. It stays behind a run of the same experiment, and goes when another begins.
 */
import { toFragment } from '../experiment/permalink.ts';
import type { GalleryEntry } from '../record/galleryIndex.ts';
import type { RunRecord } from '../record/record.ts';
import { sameExperiment } from './link.ts';
import { showNotice } from './notices.ts';
import { recordedRuns, showRecorded } from './recordedRuns.ts';
import { currentRecord } from './runRecord.ts';
import { isBusy, store } from './store.ts';

const FOLDER = 'runs/';

async function json(path: string): Promise<unknown> {
  const response = await fetch(`${FOLDER}${path}`);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

let entries: Promise<readonly GalleryEntry[]> | null = null;
const records = new Map<string, Promise<RunRecord | null>>();

async function loadEntries(): Promise<readonly GalleryEntry[]> {
  const [{ readGalleryIndex }, raw] = await Promise.all([
    import('../record/galleryIndex.ts'),
    json('index.json'),
  ]);
  const index = readGalleryIndex(raw);
  if (!index) throw new Error('index.json is no list of runs.');
  return index.runs;
}

async function loadRecord(file: string): Promise<RunRecord | null> {
  const [{ readRecord }, raw] = await Promise.all([import('../record/json.ts'), json(file)]);
  const reading = readRecord(raw);
  return reading.ok ? reading.record : null;
}

let isSaid = false;

/** Once a visit: what the figures would have shown first. */
function sayMissing(): void {
  if (isSaid) return;
  isSaid = true;
  showNotice({
    kind: 'gallery',
    finding: 'The recorded runs did not load.',
    advice: 'The figures stay empty until a run is made here. Reload to try again.',
    actions: [],
  });
}

/** Nothing of the visitor's own, and nothing that a link or a file brought, is shown. */
export function showsNothingOfTheVisitor(): boolean {
  const origins = recordedRuns().map(({ origin }) => origin);
  return !currentRecord() && !isBusy(store.getState()) && origins.every((origin) => origin === 'gallery');
}

/** Shows the recorded run of what is asked. A run that is not there or cannot be read changes nothing. Never rejects. */
async function showFirstPicture(): Promise<void> {
  const { experiment } = store.getState();
  if (!showsNothingOfTheVisitor()) return;
  try {
    entries ??= loadEntries();
    const link = toFragment(experiment);
    const found = (await entries).find((entry) => entry.link === link);
    if (!found) return;
    if (!records.has(found.file)) records.set(found.file, loadRecord(found.file));
    const record = await records.get(found.file)!;
    if (!record) throw new Error(`${found.file} is no run.`);
    if (!showsNothingOfTheVisitor() || !sameExperiment(store.getState().experiment, record.experiment))
      return;
    if (recordedRuns()[0]?.record === record) return;
    showRecorded([{ record, experiment: record.experiment, origin: 'gallery', name: '' }]);
  } catch {
    // A page without its gallery works as well; the next experiment asks again.
    entries = null;
    records.clear();
    sayMissing();
  }
}

function dropOtherPicture(): void {
  const [first] = recordedRuns();
  const record = currentRecord();
  if (first?.origin === 'gallery' && record && !sameExperiment(first.experiment, record.experiment))
    showRecorded([]);
}

export interface GalleryWatch {
  /** Resolves once the first picture is shown, or is not to be. */
  shown: Promise<void>;
  stop(): void;
}

/** From now on. */
export function followGallery(): GalleryWatch {
  const shown = showFirstPicture();
  const stop = store.subscribe((now, before) => {
    if (now.experiment !== before.experiment || (now.labState === 'idle' && before.labState !== 'idle'))
      void showFirstPicture();
    if (now.labState === 'running' && before.labState !== 'running') dropOtherPicture();
  });
  return { shown, stop };
}
