import { describe, expect, it } from 'vitest';
import type { Dataset, Examples } from './dataset.ts';
import { imageExamples } from './images.ts';
import { Minibatches, testBatches } from './minibatches.ts';

/** Examples that are told apart by their numbers: x = [i, −i], class i. */
function numbered(count: number): Examples {
  return {
    count,
    fill(indices, x, y) {
      for (let i = 0; i < indices.length; i++) {
        x.set([indices[i]!, -indices[i]!], 2 * i);
        y[i] = indices[i]!;
      }
    },
  };
}

function dataset(train: number, test = 0): Dataset {
  return { shape: [1, 1, 2], classes: Math.max(train, test), train: numbered(train), test: numbered(test) };
}

const examplesOf = (batches: Minibatches, first: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => [...batches.at(first + i).y]).flat();

describe('Minibatches', () => {
  it('show every example once an epoch, in another order each epoch', () => {
    const batches = new Minibatches(dataset(30), 5, 1);
    expect(batches.stepsPerEpoch).toBe(6);
    const epochs = [0, 6, 12].map((first) => examplesOf(batches, first, 6));
    for (const epoch of epochs)
      expect([...epoch].sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, i) => i));
    expect(epochs[0]).not.toEqual(epochs[1]);
    expect(epochs[1]).not.toEqual(epochs[2]);
  });

  it('leave out what does not fill a last batch', () => {
    const batches = new Minibatches(dataset(13), 4, 1);
    expect(batches.stepsPerEpoch).toBe(3);
    expect(new Set(examplesOf(batches, 0, 3)).size).toBe(12);
    expect(batches.at(3).y.length).toBe(4);
  });

  it('are the same for the same seed, whatever was asked for before', () => {
    const straight = new Minibatches(dataset(30), 4, 7);
    const jumping = new Minibatches(dataset(30), 4, 7);
    const wanted = [25, 0, 7, 8, 25, 3];
    const expected = Array.from({ length: 26 }, (_, step) => straight.at(step));
    for (const step of wanted) expect(jumping.at(step)).toEqual(expected[step]);
    expect(examplesOf(new Minibatches(dataset(30), 4, 8), 0, 7)).not.toEqual(examplesOf(straight, 0, 7));
  });

  it('are the whole set in order where the batch is as large as the set', () => {
    const batches = new Minibatches(dataset(9), 9, 1);
    expect([...batches.at(0).y]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(batches.at(5)).toBe(batches.at(0));
  });

  it('hold inputs and targets of the same examples', () => {
    const { x, y } = new Minibatches(dataset(30), 6, 2).at(3);
    expect([...x]).toEqual([...y].flatMap((i) => [i, -i]));
  });

  it('overwrite an earlier minibatch where they are given one', () => {
    const batches = new Minibatches(dataset(30), 6, 2);
    const expected = structuredClone(batches.at(3));
    const spent = batches.at(0);
    expect(batches.at(3, spent)).toBe(spent);
    expect(spent).toEqual(expected);
  });

  it('have vectors for targets where there are no classes', () => {
    const batches = new Minibatches({ ...dataset(6), classes: 0 }, 3, 1);
    expect(batches.at(0).y).toBeInstanceOf(Float32Array);
    expect(batches.at(0).y.length).toBe(6);
  });

  it.each([0, 31, 2.5])('refuse a batch of %d from 30 examples', (size) => {
    expect(() => new Minibatches(dataset(30), size, 1)).toThrow(
      `from 1 to the 30 training examples; found ${size}`,
    );
  });
});

describe('minibatches of bytes', () => {
  const images = imageExamples([Uint8Array.from({ length: 30 * (4 + 1) }, (_, i) => i)], 30, 30, {
    shape: [2, 2, 1],
    mean: [0.5],
    std: [0.25],
  });
  const ofImages = { shape: [2, 2, 1] as const, classes: 10, train: images, test: images };

  it('are the same examples, in the arrays of an earlier one', () => {
    const batches = new Minibatches(ofImages, 6, 2);
    const first = batches.codedAt(0)!;
    for (const step of [1, 4, 7]) {
      const { codes, tables, y } = batches.codedAt(step, first)!;
      expect(codes).toBe(first.codes);
      const { x, y: classes } = batches.at(step);
      expect([...codes].map((code) => tables[code])).toEqual([...x]);
      expect(y).toEqual(classes);
    }
  });

  it('are not there for the whole set, and for examples that are no bytes', () => {
    expect(new Minibatches(ofImages, 30, 2).codedAt(0)).toBeNull();
    expect(new Minibatches(dataset(30), 6, 2).codedAt(0)).toBeNull();
  });
});

describe('testBatches', () => {
  it('show every example once, the last batch filled up and counted', () => {
    const batches = [...testBatches(dataset(2, 10), 4)];
    expect(batches.map(({ y, count }) => [[...y], count])).toEqual([
      [[0, 1, 2, 3], 4],
      [[4, 5, 6, 7], 4],
      [[8, 9, 9, 9], 2],
    ]);
  });

  it('are none where there are no test examples', () => {
    expect([...testBatches(dataset(2, 0), 4)]).toEqual([]);
  });
});
