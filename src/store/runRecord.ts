/** The record of the run on the page. It grows in place, outside the store; the store counts its versions. */
import type { Experiment } from '../experiment/experiment.ts';
import { addMeasured, emptyRecord, type Measured } from '../record/build.ts';
import type { Environment, RunRecord } from '../record/record.ts';
import { store } from './store.ts';

let record: RunRecord | null = null;

/** The record as it grows; null before the first run. Not to be changed or kept: copy what must last. */
export function currentRecord(): RunRecord | null {
  return record;
}

function countVersion(): void {
  store.setState(({ recordVersion }) => ({ recordVersion: recordVersion + 1 }));
}

export function beginRecord(experiment: Experiment, environment: Environment): void {
  record = emptyRecord(experiment, environment);
  countVersion();
}

export function clearRecord(): void {
  record = null;
  countVersion();
}

/** Adds what was measured. What comes before any run has begun is dropped. */
export function growRecord(measured: readonly Measured[]): void {
  if (!record) return;
  for (const one of measured) addMeasured(record, one);
  countVersion();
}
