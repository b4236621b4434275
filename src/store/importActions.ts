/** Bringing CIFAR-10 into this browser. The work is done in a worker of its own, which is gone afterwards. */
import * as v from 'valibot';
import { isKept } from '../data/keptData.ts';
import { type ImportRequest, importReport } from '../worker/importMessages.ts';

export type ImportState =
  | { is: 'unknown' | 'absent' | 'kept' | 'served' }
  | { is: 'importing'; done: number; total: number }
  | { is: 'failed'; message: string; hint: string };

const folder = (): string => new URL('data/cifar-10/', document.baseURI).href;

/** Where CIFAR-10 is: in this browser, on the server, or nowhere. */
export async function findCifar10(): Promise<ImportState> {
  if (await isKept(folder())) return { is: 'kept' };
  const answer = await fetch(`${folder()}manifest.json`, { method: 'HEAD' }).catch(() => null);
  const isThere = answer?.ok && !answer.headers.get('content-type')?.startsWith('text/html');
  return { is: isThere ? 'served' : 'absent' };
}

/** Imports, telling how far it is; resolves with how it ended. */
export function importCifar10(
  from: ImportRequest['from'],
  tell: (state: ImportState) => void,
): Promise<ImportState> {
  const worker = new Worker(new URL('../worker/importWorker.ts', import.meta.url), { type: 'module' });
  tell({ is: 'importing', done: 0, total: 1 });
  return new Promise<ImportState>((resolve) => {
    const fail = (message: string): void =>
      resolve({ is: 'failed', message, hint: 'Reload the page and try again.' });
    worker.onerror = ({ message }) => fail(message || 'The import could not be started.');
    worker.onmessage = ({ data }: MessageEvent<unknown>) => {
      const parsed = v.safeParse(importReport, data);
      if (!parsed.success) return;
      const report = parsed.output;
      if (report.type === 'progress') tell({ is: 'importing', done: report.done, total: report.total });
      else if (report.type === 'done') resolve({ is: 'kept' });
      else resolve({ is: 'failed', message: report.message, hint: report.hint });
    };
    worker.postMessage({ folder: folder(), from } satisfies ImportRequest);
  }).finally(() => worker.terminate());
}
