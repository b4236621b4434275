/** A report of a problem, for whoever is to help: what happened, where, and on what. Nothing of it is sent anywhere. */
import { toFragment } from '../experiment/permalink.ts';
import { currentRecord } from './runRecord.ts';
import type { PageNotice } from './state.ts';
import { store } from './store.ts';

declare const __APP_VERSION__: string;

/** Plain text, a line each. */
export function reportOf({ kind, finding, advice }: PageNotice): string {
  const { device, deviceState, engine, labState, step, steps, experiment } = store.getState();
  const asked = currentRecord()?.experiment ?? experiment;
  const lines: [string, string][] = [
    ['problem', kind],
    ['message', finding],
    ['advice', advice],
    ['run', `${labState} at step ${step} of ${steps}`],
    ['experiment', toFragment(asked)],
    ['device', device ? `${device.backend}, ${device.adapter} (${deviceState})` : deviceState],
    ['engine', engine ? [engine.engine, engine.reason].filter(Boolean).join(': ') : 'none'],
    ['app', __APP_VERSION__],
    ['browser', globalThis.navigator?.userAgent ?? 'unknown'],
    ['time', new Date().toISOString()],
  ];
  return lines.map(([name, value]) => `${name}: ${value}`).join('\n');
}

/** To the clipboard; where that is not allowed, as a file. */
export async function copyReport(notice: PageNotice): Promise<void> {
  const report = reportOf(notice);
  try {
    await navigator.clipboard.writeText(report);
    store.setState({ announcement: 'The report was copied.' });
  } catch {
    saveAsFile(report);
    store.setState({ announcement: 'The report was saved as a file.' });
  }
}

function saveAsFile(text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  link.download = 'normscape-report.txt';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href));
}
