import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../experiment/settings.ts';
import { type Dataset, loadDataset } from './dataset.ts';
import { gaussianDataset } from './gaussian.ts';
import { DataCache } from './shards.ts';
import { BASE_URL, fakeServer } from './testing.ts';

const WIDTH = 5;

function vectors(dataset: Dataset, split: 'train' | 'test'): { x: Float32Array; y: Float32Array } {
  const { count } = dataset[split];
  const width = dataset.shape[2];
  const x = new Float32Array(count * width);
  const y = new Float32Array(count * width);
  dataset[split].fill(
    Array.from({ length: count }, (_, i) => i),
    x,
    y,
  );
  return { x, y };
}

/** Solves M a = b for a square M, by elimination with pivots. */
function solve(rows: number[][], right: number[]): number[] {
  const n = right.length;
  const m = rows.map((row, i) => [...row, right[i]!]);
  for (let k = 0; k < n; k++) {
    const pivot = m
      .slice(k)
      .reduce((best, row, i) => (Math.abs(row[k]!) > Math.abs(m[best]![k]!) ? i + k : best), k);
    [m[k], m[pivot]] = [m[pivot]!, m[k]!];
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const factor = m[i]![k]! / m[k]![k]!;
      for (let j = k; j <= n; j++) m[i]![j]! -= factor * m[k]![j]!;
    }
  }
  return m.map((row, i) => row[n]! / row[i]!);
}

describe('Gaussian vectors', () => {
  it('have targets that are one matrix times the input, the same for training and test', () => {
    const dataset = gaussianDataset(3, WIDTH, 400, 50);
    const train = vectors(dataset, 'train');
    const rows = Array.from({ length: WIDTH }, (_, i) => [...train.x.subarray(i * WIDTH, (i + 1) * WIDTH)]);
    const matrix = Array.from({ length: WIDTH }, (_, out) =>
      solve(
        rows,
        rows.map((_, i) => train.y[i * WIDTH + out]!),
      ),
    );
    for (const { x, y } of [train, vectors(dataset, 'test')])
      for (let example = 0; example < x.length / WIDTH; example++)
        for (let out = 0; out < WIDTH; out++) {
          const product = matrix[out]!.reduce((sum, a, j) => sum + a * x[example * WIDTH + j]!, 0);
          expect(y[example * WIDTH + out]).toBeCloseTo(product, 4);
        }
  });

  it('have mean 0 and variance 1, and differ between training and test', () => {
    const dataset = gaussianDataset(3, 10, 5_000, 5_000);
    const { x } = vectors(dataset, 'train');
    const mean = x.reduce((a, b) => a + b) / x.length;
    const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
    expect(mean).toBeCloseTo(0, 1);
    expect(variance).toBeCloseTo(1, 1);
    expect(vectors(dataset, 'test').x.slice(0, 10)).not.toEqual(x.slice(0, 10));
  });

  it('repeat with the seed, and the first ones stay when more are asked for', () => {
    const few = vectors(gaussianDataset(3, WIDTH, 100, 10), 'train');
    const many = vectors(gaussianDataset(3, WIDTH, 200, 10), 'train');
    expect(many.x.slice(0, few.x.length)).toEqual(few.x);
    expect(many.y.slice(0, few.y.length)).toEqual(few.y);
    expect(vectors(gaussianDataset(4, WIDTH, 100, 10), 'train').x).not.toEqual(few.x);
  });

  it('are as long as the deep linear network is wide, and fetch nothing', async () => {
    const server = fakeServer();
    const loading = await loadDataset(
      {
        ...defaultExperiment(),
        dataset: 'gaussian',
        network: 'dln:4x7',
        trainExamples: 20,
        testExamples: 0,
      },
      { baseUrl: BASE_URL, cache: new DataCache(), fetch: server.fetch },
    );
    expect(loading).toMatchObject({
      ok: true,
      dataset: { shape: [1, 1, 7], classes: 0, train: { count: 20 }, test: { count: 0 } },
    });
    expect(server.requests).toEqual([]);
  });

  it('refuse arrays of another length', () => {
    const { train } = gaussianDataset(3, WIDTH, 10, 0);
    expect(() => train.fill([0], new Float32Array(WIDTH), new Float32Array(1))).toThrow('5 targets');
  });
});
