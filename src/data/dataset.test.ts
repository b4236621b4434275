import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { DATASETS } from '../experiment/datasets.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { defaultExperiment } from '../experiment/settings.ts';
import { type Dataset, type DatasetLoading, loadDataset } from './dataset.ts';
import { readManifest } from './manifest.ts';
import { DataCache, type Progress } from './shards.ts';
import { BASE_URL, committed, type FakeServer, fakeServer, inPieces } from './testing.ts';

const SHARD = 'fashion-mnist/train-01.shard';
const manifest = readManifest(
  new TextDecoder().decode(committed('fashion-mnist/manifest.json')),
  DATASETS['fashion-mnist'],
);

let cache: DataCache;
beforeEach(() => {
  cache = new DataCache();
});

const small = (): Experiment => ({ ...defaultExperiment(), trainExamples: 4_000, testExamples: 100 });

function load(
  server: FakeServer,
  experiment = small(),
  more: { signal?: AbortSignal; onProgress?: (progress: Progress) => void } = {},
): Promise<DatasetLoading> {
  const retryDelaysMs = [1, 1, 1];
  return loadDataset(experiment, { baseUrl: BASE_URL, cache, fetch: server.fetch, retryDelaysMs, ...more });
}

async function loaded(server: FakeServer, experiment = small()): Promise<Dataset> {
  const loading = await load(server, experiment);
  if (!loading.ok) throw new Error(loading.problem.message);
  return loading.dataset;
}

describe('loading Fashion-MNIST', () => {
  it('asks only for the shards that the experiment needs', async () => {
    const server = fakeServer();
    const dataset = await loaded(server);
    expect(server.requests.sort()).toEqual(
      ['manifest.json', 'test-00.shard', 'train-00.shard', 'train-01.shard'].map((f) => `fashion-mnist/${f}`),
    );
    expect(dataset).toMatchObject({ shape: [28, 28, 1], classes: 10 });
    expect([dataset.train.count, dataset.test.count]).toEqual([4_000, 100]);
  });

  it('asks for no test shard where no test examples are wanted', async () => {
    const server = fakeServer();
    const dataset = await loaded(server, { ...small(), testExamples: 0 });
    expect(server.requests.filter((path) => path.includes('test'))).toEqual([]);
    expect(dataset.test.count).toBe(0);
  });

  it('takes an address without a slash at its end', async () => {
    const { fetch } = fakeServer();
    const loading = await loadDataset(small(), { baseUrl: BASE_URL.slice(0, -1), cache, fetch });
    expect(loading.ok).toBe(true);
  });

  it('reports bytes that add up and never go back', async () => {
    const reports: Progress[] = [];
    await load(
      fakeServer((path, attempt) =>
        path === SHARD && attempt === 1 ? inPieces(committed(path).slice(0, 500_000)) : undefined,
      ),
      small(),
      { onProgress: (progress) => reports.push(progress) },
    );
    const total = [manifest.train[0]!, manifest.train[1]!, manifest.test[0]!].reduce(
      (a, s) => a + s.bytes,
      0,
    );
    expect(reports.length).toBeGreaterThan(10);
    expect(reports.at(-1)).toEqual({ done: total, total });
    expect(reports.every(({ done }, i) => i === 0 || done > reports[i - 1]!.done)).toBe(true);
  });

  it('loads nothing twice: not for another experiment, not after a failure', async () => {
    const broken = fakeServer((path) => (path === SHARD ? new Response(null, { status: 404 }) : undefined));
    expect((await load(broken)).ok).toBe(false);
    const first = fakeServer();
    await loaded(first);
    const second = fakeServer();
    const reports: Progress[] = [];
    await load(second, { ...small(), seed: 5 }, { onProgress: (progress) => reports.push(progress) });
    expect(first.requests).toContain(SHARD);
    expect(second.requests).toEqual([]);
    expect(reports).toEqual([]);
    const third = fakeServer();
    await loaded(third, { ...small(), trainExamples: 4_001 });
    expect(third.requests).toEqual(['fashion-mnist/train-02.shard']);
  });

  it('has 6,000 training and 1,000 test images of each class', async () => {
    const dataset = await loaded(fakeServer(), {
      ...small(),
      trainExamples: 60_000,
      testExamples: 10_000,
    });
    for (const [examples, each] of [
      [dataset.train, 6_000],
      [dataset.test, 1_000],
    ] as const) {
      const labels = labelsOf(dataset, examples.count, examples);
      const counts = Array.from({ length: 10 }, (_, c) => labels.filter((label) => label === c).length);
      expect(counts).toEqual(Array.from({ length: 10 }, () => each));
    }
  });

  it('standardises to mean 0 and variance 1 over the training images', async () => {
    const dataset = await loaded(fakeServer(), { ...small(), trainExamples: 60_000 });
    let [sum, squares] = [0, 0];
    const x = new Float32Array(1_000 * 784);
    for (let first = 0; first < 60_000; first += 1_000) {
      dataset.train.fill(range(first, 1_000), x, new Int32Array(1_000));
      for (const value of x) {
        sum += value;
        squares += value * value;
      }
    }
    expect(sum / (60_000 * 784)).toBeCloseTo(0, 6);
    expect(squares / (60_000 * 784)).toBeCloseTo(1, 6);
  });

  it('gives labels in the order of the idx files', async () => {
    const dataset = await loaded(fakeServer());
    expect(labelsOf(dataset, 10, dataset.train)).toEqual([9, 0, 0, 3, 0, 2, 7, 2, 5, 5]);
    expect(labelsOf(dataset, 2_005, dataset.train).slice(1_999)).toEqual([8, 4, 7, 1, 7, 3]);
    expect(labelsOf(dataset, 10, dataset.test)).toEqual([9, 2, 1, 1, 6, 1, 4, 6, 5, 7]);
  });

  it('gives the bytes of an image, standardised', async () => {
    const { train } = await loaded(fakeServer());
    const x = new Float32Array(784);
    train.fill([0], x, new Int32Array(1));
    // Row 3, columns 12 to 20 of the first training image, an ankle boot.
    [1, 0, 0, 13, 73, 0, 0, 1, 4].forEach((byte, i) => {
      expect(x[3 * 28 + 12 + i]).toBe(Math.fround((byte / 255 - manifest.mean[0]!) / manifest.std[0]!));
    });
  });

  // sha256 sums of the four idx files, decompressed, after their headers of 16 and 8 bytes.
  it.each([
    [
      'train',
      '2e487a6c89124f78f2d7521542223cafe96f7123c3ca13d447772ac6ecbb3012',
      '657fbd221bfc9f4198cc14b5619cc33ec57c58dd0e47af4d99d6650759e869a7',
    ],
    [
      'test',
      'c867c93ff95360594e8ec3287995350b824dd110b11595c0e13d5423f621867a',
      '3d0e6c6ea990b53b6f8f500a41cac93881d981b315f84578b7d915342ade01e9',
    ],
  ] as const)('holds exactly the images and labels of the %s idx files', async (split, images, labels) => {
    await loaded(fakeServer(), { ...small(), trainExamples: 60_000, testExamples: 10_000 });
    const sums = [createHash('sha256'), createHash('sha256')] as const;
    for (const { contentsSha256, examples } of manifest[split]) {
      const contents = cache.shards.get(contentsSha256)!;
      sums[0].update(contents.subarray(0, examples * 784));
      sums[1].update(contents.subarray(examples * 784));
    }
    expect(sums.map((sum) => sum.digest('hex'))).toEqual([images, labels]);
  });

  it('refuses examples that do not exist and arrays of another length', async () => {
    const { train } = await loaded(fakeServer());
    const x = new Float32Array(784);
    expect(() => train.fill([4_000], x, new Int32Array(1))).toThrow(
      'Example 4000 was asked for; there are 4000',
    );
    expect(() => train.fill([0.5], x, new Int32Array(1))).toThrow(RangeError);
    expect(() => train.fill([0, 1], x, new Int32Array(2))).toThrow('needs 1568 inputs');
  });
});

describe('a failure while loading', () => {
  const failing = async (server: FakeServer) => {
    const loading = await load(server);
    expect(cache.shards.size).toBeLessThan(3);
    expect(loading.ok).toBe(false);
    if (loading.ok) throw new Error('unreachable');
    expect(loading.problem.hint).not.toBe('');
    return loading.problem;
  };

  it('names a missing shard', async () => {
    const problem = await failing(
      fakeServer((path) => (path === SHARD ? new Response('no', { status: 404 }) : undefined)),
    );
    expect(problem).toMatchObject({ kind: 'data-missing' });
    expect(problem.message).toContain('train-01.shard is not on the server: it answered with status 404');
  });

  it('takes a web page in place of a file for a missing file', async () => {
    const page = () => new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } });
    expect(await failing(fakeServer((path) => (path === SHARD ? page() : undefined)))).toMatchObject({
      kind: 'data-missing',
    });
    expect(await failing(fakeServer((path) => (path.endsWith('.json') ? page() : undefined)))).toMatchObject({
      kind: 'data-missing',
    });
  });

  it('names a shard with one wrong byte', async () => {
    const problem = await failing(
      fakeServer((path) => {
        if (path !== SHARD) return undefined;
        const bytes = committed(path);
        bytes[400_000]! ^= 1;
        return inPieces(bytes);
      }),
    );
    expect(problem.kind).toBe('data-corrupt');
    expect(problem.message).toContain('train-01.shard is corrupted: its sha256 sum begins with');
  });

  it('names a shard that is cut, and one that is too long', async () => {
    const cut = await failing(
      fakeServer((path) => (path === SHARD ? inPieces(committed(path).slice(0, 300_000)) : undefined)),
    );
    expect(cut.kind).toBe('data-corrupt');
    expect(cut.message).toContain('train-01.shard is cut: 300,000 bytes came');
    const endless = await failing(
      fakeServer((path) => (path === SHARD ? inPieces(new Uint8Array(3_000_000)) : undefined)),
    );
    expect(endless.message).toContain('longer than');
  });

  it('asks once more for a damaged shard, past the browser’s cache', async () => {
    const server = fakeServer((path, attempt) =>
      path === SHARD && attempt === 1 ? inPieces(new Uint8Array(10)) : undefined,
    );
    await loaded(server);
    expect(server.modes.filter((mode) => mode.startsWith(SHARD))).toEqual([
      `${SHARD} default`,
      `${SHARD} reload`,
    ]);
  });

  it('names the part of a manifest that is wrong', async () => {
    const text = new TextDecoder().decode(committed('fashion-mnist/manifest.json'));
    const broken: [string, string][] = [
      [text.slice(0, -30), 'it is not JSON'],
      [text.replace('"version": 1', '"version": 2'), 'at version'],
      [text.replace('train-01.shard', '../secret'), 'at train.1.file, a shard’s name looks like'],
      [text.replace('"examples": 2000', '"examples": 1999'), 'at train, all shards but the last must hold'],
      [text.replace('"Trouser",', ''), 'its number of classes is 9, not 10'],
    ];
    for (const [json, words] of broken) {
      const problem = await failing(
        fakeServer((path) => (path.endsWith('manifest.json') ? new Response(json) : undefined)),
      );
      expect(problem.kind).toBe('data-corrupt');
      expect(problem.message).toContain(words);
    }
  });

  it('asks for the manifest again after its shards did not fit it', async () => {
    await failing(fakeServer((path) => (path === SHARD ? inPieces(new Uint8Array(10)) : undefined)));
    const server = fakeServer();
    await loaded(server);
    expect(server.modes).toContain('fashion-mnist/manifest.json no-cache');
  });

  it('is survived where the network fails for a moment', async () => {
    const server = fakeServer((_, attempt) => {
      if (attempt === 1) throw new TypeError('Failed to fetch');
      if (attempt === 2) return new Response(null, { status: 503 });
      if (attempt === 3)
        return new Response(new ReadableStream({ pull: (c) => c.error(new TypeError('connection lost')) }));
      return undefined;
    });
    await loaded(server);
    expect(server.requests.length).toBe(4 * 4);
  });

  it('is told where the network stays away', async () => {
    const problem = await failing(
      fakeServer(() => {
        throw new TypeError('Failed to fetch');
      }),
    );
    expect(problem.kind).toBe('data-network');
    expect(problem.message).toContain('4 attempts failed, the last with “Failed to fetch”');
  });

  it.each([
    ['before anything is asked for', 'start'],
    ['while a shard arrives', 'shard'],
    ['while waiting to try again', 'pause'],
  ])('rejects with the reason when aborted %s', async (_, when) => {
    const controller = new AbortController();
    const reason = new Error('stopped by a person');
    const server = fakeServer((path) => {
      if (path !== SHARD) return undefined;
      setTimeout(() => controller.abort(reason), 5);
      if (when === 'pause') return new Response(null, { status: 503 });
      return new Response(
        new ReadableStream({
          start: (c) => controller.signal.addEventListener('abort', () => c.error(reason)),
        }),
      );
    });
    if (when === 'start') controller.abort(reason);
    const options = { baseUrl: BASE_URL, cache, fetch: server.fetch, signal: controller.signal };
    await expect(loadDataset(small(), { ...options, retryDelaysMs: [60_000] })).rejects.toBe(reason);
  });
});

describe('CIFAR-10, where it is not there', () => {
  it.each([404, 200])('says how to bring it (status %i)', async (status) => {
    const page = () => new Response('<!doctype html>', { status, headers: { 'content-type': 'text/html' } });
    const loading = await load(fakeServer(page), { ...small(), dataset: 'cifar-10' });
    expect(loading).toMatchObject({ ok: false, problem: { kind: 'data-missing' } });
    expect(loading.ok ? '' : loading.problem.hint).toContain('drop its archive');
  });
});

function range(first: number, length: number): Uint32Array {
  return Uint32Array.from({ length }, (_, i) => first + i);
}

function labelsOf(dataset: Dataset, count: number, examples: Dataset['train']): number[] {
  const labels = new Int32Array(count);
  const size = dataset.shape[0] * dataset.shape[1] * dataset.shape[2];
  for (let first = 0; first < count; first += 1_000) {
    const n = Math.min(1_000, count - first);
    examples.fill(range(first, n), new Float32Array(n * size), labels.subarray(first, first + n));
  }
  return [...labels];
}
