/** Fetches one file, patiently: failures that may pass are tried again, the others are told apart. */
import { DataError } from './problem.ts';

export type Fetch = (url: string, init: { signal: AbortSignal; cache: RequestCache }) => Promise<Response>;

export interface Transport {
  fetch: Fetch;
  signal: AbortSignal;
  /** Pauses before the second, third … attempt. */
  retryDelaysMs: readonly number[];
}

/** A connection that gives no byte for so long has failed. */
export const SILENCE_MS = 20_000;

/** Timeouts, rate limits and server errors may pass. */
const isPassing = (status: number): boolean => status === 408 || status === 429 || status >= 500;

/**
 * The bytes of `url`. Reading stops soon after `expectedBytes`, so more of them than that mean a wrong file.
 * Throws DataError (missing, network), and the signal's reason once it is aborted.
 *
 * @param onBytes how many bytes of the current attempt have come
 */
export async function download(
  url: string,
  expectedBytes: number,
  transport: Transport,
  cache: RequestCache,
  onBytes: (count: number) => void = () => {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { signal, retryDelaysMs } = transport;
  for (let attempt = 0; ; attempt++) {
    const outcome = await attemptOnce(url, expectedBytes, transport, cache, onBytes);
    if ('bytes' in outcome) return outcome.bytes;
    const delayMs = retryDelaysMs[attempt];
    if (delayMs === undefined)
      throw new DataError(
        'data-network',
        `${url} could not be loaded: ${attempt + 1} attempts failed, the last with “${outcome.failure}”.`,
        'Check the connection and the server, then try again. What has already been loaded is kept.',
      );
    await pause(delayMs, signal);
  }
}

/** The bytes, or a failure that may pass. */
async function attemptOnce(
  url: string,
  expectedBytes: number,
  transport: Transport,
  cache: RequestCache,
  onBytes: (count: number) => void,
): Promise<{ bytes: Uint8Array<ArrayBuffer> } | { failure: string }> {
  transport.signal.throwIfAborted();
  const silence = watchSilence();
  const signal = AbortSignal.any([transport.signal, silence.signal]);
  const attempt = async (): Promise<{ bytes: Uint8Array<ArrayBuffer> } | { failure: string }> => {
    const response = await transport.fetch(url, { signal, cache });
    signal.throwIfAborted();
    silence.isBroken();
    if (isPassing(response.status)) return { failure: `status ${response.status}` };
    if (!response.ok || isPage(response)) throw missing(url, response);
    const heard = (count: number): void => {
      signal.throwIfAborted();
      silence.isBroken();
      onBytes(count);
    };
    return { bytes: await collect(response.body, expectedBytes, heard) };
  };
  try {
    return await unlessAborted(attempt(), signal);
  } catch (error) {
    transport.signal.throwIfAborted();
    if (error instanceof DataError) throw error;
    return { failure: error instanceof Error ? error.message : String(error) };
  } finally {
    silence.end();
  }
}

/** A signal that is aborted once nothing has broken the silence for too long. */
function watchSilence(): { signal: AbortSignal; isBroken(): void; end(): void } {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = (): void => clearTimeout(timer);
  const isBroken = (): void => {
    end();
    timer = setTimeout(
      () => controller.abort(new Error(`nothing came for ${SILENCE_MS / 1000} s`)),
      SILENCE_MS,
    );
  };
  isBroken();
  return { signal: controller.signal, isBroken, end };
}

/** What the work gives. Rejects where it takes so long that the connection has failed, or as `unlessAborted`. */
export async function unlessSilent<T>(
  work: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const silence = watchSilence();
  const either = AbortSignal.any([signal, silence.signal]);
  try {
    return await unlessAborted(work(either), either);
  } finally {
    silence.end();
  }
}

/** What the work gives. Rejects with the signal's reason once it is aborted, though the work may not hear of it. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop!);
  }
}

/** Servers of single-page applications answer a missing file with their page, and call that a success. */
function isPage(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith('text/html') ?? false;
}

function missing(url: string, response: Response): DataError {
  const answer = response.ok ? 'a web page' : `status ${response.status}`;
  return new DataError(
    'data-missing',
    `${url} is not on the server: it answered with ${answer}.`,
    'The page was published without all of its data. Build it again, serve the whole folder “dist”, data/ included, and try again.',
  );
}

/** Everything that a stream gives, up to the first chunk that exceeds `limit` bytes. */
export async function collect(
  stream: ReadableStream<Uint8Array<ArrayBuffer>> | null,
  limit: number,
  onBytes: (count: number) => void = () => {},
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  const reader = stream?.getReader();
  while (reader && length <= limit) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    length += value.length;
    onBytes(length);
  }
  if (length > limit) await reader?.cancel();
  const all = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    all.set(chunk, offset);
    offset += chunk.length;
  }
  return all;
}

/** Waits. Rejects with the signal's reason once it is aborted. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal.addEventListener('abort', stop, { once: true });
  });
}
