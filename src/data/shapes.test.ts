import { describe, expect, it } from 'vitest';
import type { Dataset } from './dataset.ts';
import { SHAPE_CLASSES, shapesDataset } from './shapes.ts';

function examples(dataset: Dataset, split: 'train' | 'test', indices: number[]) {
  const [x, y] = [new Float32Array(indices.length * 3072), new Int32Array(indices.length)];
  dataset[split].fill(indices, x, y);
  return { x, y };
}
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe('shapes and textures', () => {
  it('are the same for one seed, whatever is asked for before and however many there are', () => {
    const few = examples(shapesDataset(4, 10, 0), 'train', [7, 2]);
    const many = examples(shapesDataset(4, 60_000, 0), 'train', [2, 7, 59_999]);
    expect(few.x.subarray(0, 3072)).toEqual(many.x.subarray(3072, 6144));
    expect(few.y[1]).toBe(many.y[0]);
  });

  it('differ between seeds and splits', () => {
    const [one, two] = [shapesDataset(1, 5, 5), shapesDataset(2, 5, 5)];
    expect(examples(one, 'train', [0]).x).not.toEqual(examples(two, 'train', [0]).x);
    expect(examples(one, 'train', [0]).x).not.toEqual(examples(one, 'test', [0]).x);
  });

  it('have ten classes, equally likely', () => {
    expect(new Set(SHAPE_CLASSES).size).toBe(10);
    const { y } = examples(shapesDataset(3, 3_000, 0), 'train', upTo(3_000));
    for (let c = 0; c < 10; c++) {
      const count = y.filter((label) => label === c).length;
      expect(Math.abs(count - 300)).toBeLessThan(70);
    }
  });

  it('cannot be told apart by their mean colours, nor by comparing pixels: shape and texture are needed', () => {
    const dataset = shapesDataset(5, 2_000, 300);
    const [train, test] = [examples(dataset, 'train', upTo(2_000)), examples(dataset, 'test', upTo(300))];
    const means = Array.from({ length: 10 }, () => new Float64Array(3072));
    const counts = new Float64Array(10);
    for (const [i, label] of train.y.entries()) {
      counts[label]!++;
      for (let k = 0; k < 3072; k++) means[label]![k]! += train.x[i * 3072 + k]!;
    }
    const distance = (i: number, c: number): number =>
      means[c]!.reduce((sum, value, k) => sum + (test.x[i * 3072 + k]! - value / counts[c]!) ** 2, 0);
    const nearest = upTo(300).map((i) => {
      const distances = upTo(10).map((c) => distance(i, c));
      return distances.indexOf(Math.min(...distances));
    });
    const right = nearest.filter((c, i) => c === test.y[i]).length / 300;
    expect(right).toBeLessThan(0.35);
  });
});
