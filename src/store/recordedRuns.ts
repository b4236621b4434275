/**
 * Runs that were made earlier or elsewhere, shown beside what runs here: the first stands in for a run until there is one on
 * the page, and is a thin line behind it from then on; so are the others. Like the record, they stay outside the store.
 */
import type { Experiment } from '../experiment/experiment.ts';
import type { RunRecord } from '../record/record.ts';
import { currentRecord } from './runRecord.ts';
import { store } from './store.ts';

export interface RecordedRun {
  record: RunRecord;
  /** What was asked for; a link's record may carry fewer seeds and layers than that. */
  experiment: Experiment;
  origin: 'link' | 'file' | 'list' | 'gallery';
  /** How it is told from others; empty where it needs no name. */
  name: string;
}

let recorded: readonly RecordedRun[] = [];

export const recordedRuns = (): readonly RecordedRun[] => recorded;

/** Shows these, the first in place of a run, and no others. Nothing that runs or has run here is touched. */
export function showRecorded(runs: readonly RecordedRun[]): void {
  if (runs.length === 0 && recorded.length === 0) return;
  recorded = runs;
  store.setState(({ recordVersion }) => ({ recordVersion: recordVersion + 1 }));
}

/** The run that the figures show: the one on the page, else the first recorded one. */
export const shownRecord = (): RunRecord | null => currentRecord() ?? recorded[0]?.record ?? null;

/** Where the run that is shown was not made on this page: that run. */
export const shownRecorded = (): RecordedRun | null => (currentRecord() ? null : (recorded[0] ?? null));

/** What the run that is shown was asked for. */
export const shownExperiment = (): Experiment | null =>
  currentRecord()?.experiment ?? recorded[0]?.experiment ?? null;

/** The recorded runs that stand behind the one shown. */
export const ghostRuns = (): readonly RecordedRun[] => (currentRecord() ? recorded : recorded.slice(1));
