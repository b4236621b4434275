/** Bringing data sets into this browser. Each import has a worker of its own, which is gone afterwards. */
import * as v from 'valibot';
import { forgetKept, isKept } from '../data/keptData.ts';
import { type ImportRequest, importReport } from '../worker/importMessages.ts';
import { BROUGHT_DATASETS, type BroughtDataset, type DataImport } from './state.ts';
import { store } from './store.ts';

const WORKERS = new Map<BroughtDataset, Worker>();

const folderOf = (id: BroughtDataset): string => new URL(`data/${id}/`, document.baseURI).href;

function tell(id: BroughtDataset, state: DataImport): void {
  store.setState(({ imports }) => ({ imports: { ...imports, [id]: state } }));
}

export function isBrought(id: string): id is BroughtDataset {
  return (BROUGHT_DATASETS as readonly string[]).includes(id);
}

/** Finds out whether a data set is in this browser, on the server, or nowhere. */
export async function findDataset(id: BroughtDataset): Promise<void> {
  if (WORKERS.has(id)) return;
  const found = (await isKept(folderOf(id))) ? 'kept' : (await isServed(id)) ? 'served' : 'absent';
  if (!WORKERS.has(id)) tell(id, { is: found });
}

async function isServed(id: BroughtDataset): Promise<boolean> {
  const answer = await fetch(`${folderOf(id)}manifest.json`, { method: 'HEAD' }).catch(() => null);
  return !!answer?.ok && !answer.headers.get('content-type')?.startsWith('text/html');
}

/** Imports files that were chosen or dropped, or CIFAR-10's public sprite. One import of a data set at a time. */
export async function bringDataset(id: BroughtDataset, from: readonly File[] | 'sprite'): Promise<void> {
  const request = requestOf(id, from);
  if (!request || WORKERS.has(id)) return;
  const worker = new Worker(new URL('../worker/importWorker.ts', import.meta.url), { type: 'module' });
  WORKERS.set(id, worker);
  tell(id, { is: 'importing', done: 0, total: 1 });
  const end = await ended(worker, request, (state) => WORKERS.get(id) === worker && tell(id, state));
  worker.terminate();
  if (WORKERS.get(id) !== worker) return;
  WORKERS.delete(id);
  tell(id, end);
}

function requestOf(id: BroughtDataset, from: readonly File[] | 'sprite'): ImportRequest | null {
  const folder = folderOf(id);
  if (from === 'sprite') return { from: 'cifar-10-sprite', folder };
  const [file] = from;
  if (!file) return null;
  if (id === 'cifar-10') return { from: 'cifar-10-archive', folder, file };
  return { from: 'idx-files', folder, dataset: id, files: [...from] };
}

function ended(
  worker: Worker,
  request: ImportRequest,
  onProgress: (state: DataImport) => void,
): Promise<DataImport> {
  return new Promise((resolve) => {
    worker.onerror = (event) => {
      event.preventDefault();
      const message = event.message || 'The import could not be started.';
      resolve({ is: 'failed', kind: 'internal', message, hint: 'Reload the page and try again.' });
    };
    worker.onmessage = ({ data }: MessageEvent<unknown>) => {
      const parsed = v.safeParse(importReport, data);
      if (!parsed.success) return;
      const report = parsed.output;
      if (report.type === 'progress') onProgress({ is: 'importing', done: report.done, total: report.total });
      else if (report.type === 'done') resolve({ is: 'kept' });
      else {
        const { kind, message, hint } = report;
        resolve({ is: 'failed', kind, message, hint });
      }
    };
    worker.postMessage(request);
  });
}

/** Takes a data set out of this browser, or gives up bringing it. */
export async function forgetDataset(id: BroughtDataset): Promise<void> {
  WORKERS.get(id)?.terminate();
  WORKERS.delete(id);
  await forgetKept(folderOf(id));
  tell(id, { is: 'unknown' });
  await findDataset(id);
}
