/** The merged sweep that was opened last: shown on the page of runs, and kept in the browser until it is closed. */
import { del, get, createStore as openDatabase, set } from 'idb-keyval';
import { createStore } from 'zustand/vanilla';
import { type MergedSweep, readMergedSweep, SWEEP_FORMAT } from '../record/sweep.ts';

export interface OpenedSweep {
  name: string;
  sweep: MergedSweep;
}

/** Null while none is open. */
export const openedSweep = createStore<{ opened: OpenedSweep | null }>(() => ({ opened: null }));

const KEY = 'opened';
const database = () => openDatabase('normscape-sweep', 'sweep');

/** Whether a file says of itself that it is a merged sweep; what it holds is unread. */
export const looksLikeSweep = (text: string): boolean => text.slice(0, 200).includes(`"${SWEEP_FORMAT}"`);

/** False where the text is no merged sweep. A browser that does not keep it shows it all the same. */
export function openSweep(text: string, name: string): boolean {
  const sweep = sweepFrom(text);
  if (!sweep) return false;
  openedSweep.setState({ opened: { name, sweep } });
  keep(async () => set(KEY, { name, sweep }, database()));
  return true;
}

export function closeSweep(): void {
  openedSweep.setState({ opened: null });
  keep(async () => del(KEY, database()));
}

/** Shows the one that an earlier visit opened; what cannot be read is left alone. */
export async function showKeptSweep(): Promise<void> {
  const found = await Promise.resolve()
    .then(() => get<unknown>(KEY, database()))
    .catch(() => null);
  if (typeof found !== 'object' || found === null || openedSweep.getState().opened) return;
  const { name, sweep } = found as Record<string, unknown>;
  const read = readMergedSweep(sweep);
  if (read && typeof name === 'string') openedSweep.setState({ opened: { name, sweep: read } });
}

function sweepFrom(text: string): MergedSweep | null {
  try {
    return readMergedSweep(JSON.parse(text));
  } catch {
    return null;
  }
}

/** The sweep is a file that the visitor has: where it cannot be kept, nothing is lost. */
function keep(work: () => Promise<void>): void {
  work().catch(() => {});
}
