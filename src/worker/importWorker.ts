/** The module worker in which a data set is unpacked, verified and kept. One import, then it ends. */
import * as v from 'valibot';
import type { Transport } from '../data/download.ts';
import { importCifar10Archive } from '../data/import/cifar10Archive.ts';
import { importCifar10Sprite } from '../data/import/cifar10Sprite.ts';
import { importIdxFiles } from '../data/import/idxFiles.ts';
import { forgetKept, keptStore } from '../data/keptData.ts';
import { DataError } from '../data/problem.ts';
import { storageFailure } from '../lab/runStorage.ts';
import { type ImportReport, type ImportRequest, importRequest, SPRITE_FOLDER } from './importMessages.ts';

const RETRY_DELAYS_MS = [500, 2_000];
const PROGRESS_EVERY_MS = 100;

const report = (message: ImportReport): void => postMessage(message);

async function take(request: ImportRequest): Promise<void> {
  let toldAtMs = 0;
  const onProgress = ({ done, total }: { done: number; total: number }): void => {
    const now = performance.now();
    if (done < total && now - toldAtMs < PROGRESS_EVERY_MS) return;
    toldAtMs = now;
    report({ type: 'progress', done, total });
  };
  await forgetKept(request.folder);
  const options = { store: await keptStore(request.folder), onProgress };
  switch (request.from) {
    case 'cifar-10-archive': {
      const { file } = request;
      await importCifar10Archive({ stream: file.stream(), bytes: file.size }, options);
      return;
    }
    case 'cifar-10-sprite':
      await importCifar10Sprite({ folder: SPRITE_FOLDER, transport: transport(), ...options });
      return;
    case 'idx-files':
      await importIdxFiles(request.dataset, request.files, options);
      return;
    default:
      request satisfies never;
  }
}

const transport = (): Transport => ({
  fetch: (url, init) => fetch(url, init),
  signal: new AbortController().signal,
  retryDelaysMs: RETRY_DELAYS_MS,
});

function problemOf(error: unknown): ImportReport {
  if (error instanceof DataError) return { type: 'problem', ...error.problem };
  const { reason, message } = storageFailure(error);
  return {
    type: 'problem',
    kind: `storage-${reason}`,
    message: `The data set could not be kept: ${message}.`,
    hint: 'Make room in this browser’s storage, or leave private browsing, and try again.',
  };
}

addEventListener('message', async ({ data }: MessageEvent<unknown>) => {
  try {
    await take(v.parse(importRequest, data));
    report({ type: 'done' });
  } catch (error) {
    report(problemOf(error));
  }
});
