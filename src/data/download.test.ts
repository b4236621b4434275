import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultExperiment } from '../experiment/settings.ts';
import { loadDataset } from './dataset.ts';
import { download, type Fetch, SILENCE_MS } from './download.ts';
import { DataCache } from './shards.ts';
import { BASE_URL } from './testing.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const URL_OF_FILE = `${BASE_URL}file`;

/** A body that gives so many bytes, one every so often, and then nothing more, for ever or to its end. */
function body(count: number, everyMs: number, ends: boolean): ReadableStream<Uint8Array<ArrayBuffer>> {
  let given = 0;
  return new ReadableStream({
    async pull(controller) {
      if (given++ < count) {
        await new Promise((resolve) => setTimeout(resolve, everyMs));
        controller.enqueue(new Uint8Array([given]));
      } else if (ends) controller.close();
      else await new Promise(() => {});
    },
  });
}

/** Attempts, each at its time, answered one after another; the last answer stands for all that follow. */
function asked(...answers: (() => Response | Promise<Response>)[]) {
  const beganMs = performance.now();
  const atMs: number[] = [];
  const signals: AbortSignal[] = [];
  const fetch: Fetch = async (_, { signal }) => {
    signals.push(signal);
    atMs.push(performance.now() - beganMs);
    return answers[Math.min(atMs.length, answers.length) - 1]!();
  };
  return { fetch, atMs, signals };
}

const abandoned = new AbortController();
const load = (fetch: Fetch, signal = abandoned.signal): Promise<Uint8Array> =>
  download(URL_OF_FILE, 100, { fetch, signal, retryDelaysMs: [250] }, 'default');

describe('a connection that falls silent', () => {
  it.each<[string, () => Response | Promise<Response>, number]>([
    ['before it answers', () => new Promise<Response>(() => {}), 0],
    ['before the first byte', () => new Response(body(0, 0, false)), 0],
    ['in the middle', () => new Response(body(3, 15_000, false)), 45_000],
  ])('%s is given up and asked again', async (_, silent, spokeUntilMs) => {
    const { fetch, atMs, signals } = asked(silent, () => new Response(body(2, 0, true)));
    const loading = load(fetch);
    await vi.advanceTimersByTimeAsync(spokeUntilMs + SILENCE_MS - 1);
    expect([signals[0]!.aborted, atMs.length]).toEqual([false, 1]);
    await vi.advanceTimersByTimeAsync(1);
    expect(signals[0]!.aborted).toBe(true);
    await vi.advanceTimersByTimeAsync(1_000);
    expect([...(await loading)]).toEqual([1, 2]);
    expect(atMs).toEqual([0, spokeUntilMs + SILENCE_MS + 250]);
  });

  it('each time is told as a network that fails', async () => {
    const { fetch } = asked(() => new Response(body(1, 0, false)));
    const loading = load(fetch).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(3 * SILENCE_MS);
    expect(await loading).toMatchObject({
      problem: { kind: 'data-network', message: expect.stringContaining('“nothing came for 20 s”') },
    });
  });

  it('is let go of as soon as it is aborted', async () => {
    const { fetch, signals } = asked(() => new Response(body(1, 0, false)));
    const controller = new AbortController();
    const loading = load(fetch, controller.signal).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(100);
    const reason = new Error('stopped by a person');
    controller.abort(reason);
    expect(await loading).toBe(reason);
    expect(signals[0]!.aborted).toBe(true);
  });

  it('is not one that is slow, and leaves no timer behind', async () => {
    const { fetch, atMs } = asked(() => new Response(body(10, SILENCE_MS - 1, true)));
    const loading = load(fetch);
    await vi.advanceTimersByTimeAsync(10 * SILENCE_MS);
    expect([(await loading).length, atMs.length, vi.getTimerCount()]).toEqual([10, 1, 0]);
  });
});

it('a data set’s file is asked for after pauses of 250 ms, 1 s and 3 s, unless told otherwise', async () => {
  const { fetch, atMs } = asked(() => Promise.reject(new TypeError('Failed to fetch')));
  const loading = loadDataset(defaultExperiment(), { baseUrl: BASE_URL, cache: new DataCache(), fetch });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await loading).toMatchObject({ ok: false, problem: { kind: 'data-network' } });
  expect(atMs).toEqual([0, 250, 1_250, 4_250]);
});
