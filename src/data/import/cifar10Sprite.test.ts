import { PNG } from 'pngjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SILENCE_MS } from '../download.ts';
import type { DataError } from '../problem.ts';
import type { Bytes } from '../shards.ts';
import { inPieces } from '../testing.ts';
import { importCifar10Sprite } from './cifar10Sprite.ts';
import type { Cifar10Sums } from './cifar10Writer.ts';
import { pngRows } from './pngRows.ts';
import { cifar10Archive, cifar10Sprite, memoryStore } from './testArchives.ts';

const FOLDER = 'https://sprites.test/';

function bring(images: Bytes, labels: Bytes, sums: Cifar10Sums, statedBytes?: number) {
  const { files, store } = memoryStore();
  const reports: number[] = [];
  const transport = {
    fetch: async (url: string) => {
      const answer = inPieces(url.endsWith('.png') ? images : labels, 1_000);
      if (statedBytes) answer.headers.set('content-length', `${statedBytes}`);
      return answer;
    },
    signal: new AbortController().signal,
    retryDelaysMs: [],
  };
  const onProgress = ({ done }: { done: number }): void => void reports.push(done);
  return {
    files,
    reports,
    done: importCifar10Sprite({ folder: FOLDER, transport, store, sums, onProgress }),
  };
}

describe('the sprite of CIFAR-10', () => {
  it('is verified as the archive’s files are, and becomes the same shards', async () => {
    const { images, labels, sums } = cifar10Sprite(20);
    expect(sums.files).toEqual((await cifar10Archive(20)).sums.files);
    const { files, reports, done } = bring(images, labels, sums);
    const manifest = await done;
    expect(reports.at(-1)).toBe(images.length);
    expect([...files.keys()]).toEqual(
      [...manifest.train, ...manifest.test].map(({ file }) => file).concat('manifest.json'),
    );
  });

  const sprite = cifar10Sprite(20);
  const changed = (bytes: Bytes, at: number, to: number): Bytes => {
    const copy = bytes.slice();
    copy[at] = to;
    return copy;
  };
  it.each<[string, Bytes, Bytes, RegExp]>([
    ['is no PNG', new TextEncoder().encode('<html>not found</html>'), sprite.labels, /it is not a PNG/],
    ['is cut', sprite.images.slice(0, sprite.images.length >> 1), sprite.labels, /could not be read/],
    ['has other sizes', cifar10Sprite(19).images, sprite.labels, /1024 x 114 pixels, not 1024 x 120/],
    ['is interlaced', changed(sprite.images, 28, 1), sprite.labels, /interlacing 1/],
    [
      'has two labels for an image',
      sprite.images,
      changed(sprite.labels, 1, 1),
      /labels of image 0 are 1 1 0/,
    ],
    ['has too few labels', sprite.images, sprite.labels.slice(10), /have 1190 bytes, not 1200/],
    [
      'has a wrong label',
      sprite.images,
      changed(changed(sprite.labels, 1, 1), 0, 0),
      /data_batch_1\.bin is corrupted: its sha256/,
    ],
  ])('is refused, and nothing kept, where it %s', async (_, images, labels, message) => {
    const { files, done } = bring(images, labels, sprite.sums);
    const error = await done.catch((reason: unknown) => reason);
    expect((error as DataError).problem.kind).toBe('data-corrupt');
    expect((error as DataError).message).toMatch(message);
    expect(files.size).toBe(0);
  });
});

describe('a connection to the sprite’s server', () => {
  const { images, labels, sums } = cifar10Sprite(20);
  const part = images.slice(0, 500);

  async function problemWith(answer: () => Promise<Response>, signal = new AbortController().signal) {
    const { files, store } = memoryStore();
    const fetch = (url: string): Promise<Response> =>
      url.endsWith('.png') ? answer() : Promise.resolve(new Response(labels));
    const transport = { fetch, signal, retryDelaysMs: [] };
    const error = await importCifar10Sprite({ folder: FOLDER, transport, store, sums }).catch(
      (reason: unknown) => reason,
    );
    expect(files.size).toBe(0);
    return error;
  }
  /** Its beginning, and then what `pull` does. */
  const beginning =
    (pull: (controller: ReadableStreamDefaultController<Bytes>) => Promise<void>) => async () =>
      new Response(new ReadableStream({ start: (controller) => controller.enqueue(part), pull }));

  afterEach(() => void vi.useRealTimers());

  it.each([
    ['before it answers', () => new Promise<Response>(() => {})],
    ['in the middle', beginning(() => new Promise(() => {}))],
  ])('that falls silent %s is told as a network that fails', async (_, answer) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const failing = problemWith(answer);
    let ended = false;
    void failing.then(() => {
      ended = true;
    });
    // Streams go on between two advances of the clock.
    for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
    await vi.advanceTimersByTimeAsync(SILENCE_MS - 1);
    expect(ended).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await failing).toMatchObject({
      problem: { kind: 'data-network', message: expect.stringContaining('nothing came for 20 s') },
    });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that breaks in the middle is told as a network that fails', async () => {
    const broken = beginning(() => Promise.reject(new TypeError('network error')));
    expect(await problemWith(broken)).toMatchObject({
      problem: { kind: 'data-network', message: expect.stringContaining('network error') },
    });
  });

  it('is let go of as soon as the import is aborted', async () => {
    const controller = new AbortController();
    const reason = new Error('stopped by a person');
    const stopped = beginning(async () => {
      controller.abort(reason);
      await new Promise(() => {});
    });
    expect(await problemWith(stopped, controller.signal)).toBe(reason);
  });
});

describe('a sprite longer than its images can be', () => {
  const { images, labels, sums } = cifar10Sprite(20);
  const most = 120 * 3_073 + 620_000;
  const message = 'longer than 988,760 bytes';

  it('is not read where its server says so', async () => {
    const { files, reports, done } = bring(images, labels, sums, most + 1);
    await expect(done).rejects.toThrow(message);
    expect([reports, files.size]).toEqual([[], 0]);
  });

  it('is read no further where it does not', async () => {
    const comment = new Uint8Array(1_000_012);
    new DataView(comment.buffer).setUint32(0, 1_000_000);
    comment.set(new TextEncoder().encode('tEXt'), 4);
    const header = 8 + 25;
    const longer = new Uint8Array([...images.slice(0, header), ...comment, ...images.slice(header)]);
    const { files, reports, done } = bring(longer, labels, sums);
    await expect(done).rejects.toThrow(message);
    expect(reports.at(-1)).toBeLessThanOrEqual(most);
    expect(files.size).toBe(0);
  });
});

it.each([3, 4] as const)('reads what another encoder wrote, with %i channels', async (channels) => {
  const [width, height] = [37, 29];
  const picture = new PNG({ width, height });
  for (let i = 0; i < picture.data.length; i++) picture.data[i] = i % 4 === 3 ? 255 : (i * i) >> 4;
  const colorType = channels === 3 ? 2 : 6;
  const rows: number[] = [];
  const filters = [0, 1, 2, 3, 4].map((filterType) =>
    PNG.sync.write(picture, { colorType, filterType, inputHasAlpha: true }),
  );
  for (const file of filters) {
    for await (const { pixels } of pngRows(inPieces(new Uint8Array(file), 50).body!, { width, height }))
      rows.push(...pixels);
    const expected = [...picture.data].filter((_, i) => channels === 4 || i % 4 !== 3);
    expect(rows.splice(0)).toEqual(expected);
  }
});
