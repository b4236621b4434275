/** Which examples a step sees, as arrays ready for the network. */
import { permutation } from '../random/permutation.ts';
import type { Dataset } from './dataset.ts';
import { imageSize } from './manifest.ts';

export interface Batch {
  /** [batch, height, width, channels] */
  x: Float32Array<ArrayBuffer>;
  /** Classes [batch], or target vectors [batch, outputs]. */
  y: Int32Array<ArrayBuffer> | Float32Array<ArrayBuffer>;
}

/** A minibatch whose inputs are bytes; `tables` tells what they stand for (dataset.ts). */
export interface CodedBatch {
  codes: Uint8Array<ArrayBuffer>;
  tables: Float32Array<ArrayBuffer>;
  y: Int32Array<ArrayBuffer>;
}

/** Arrays for `count` examples, zeros. */
function emptyBatch({ shape, classes }: Dataset, count: number): Batch {
  const size = imageSize(shape);
  return {
    x: new Float32Array(count * size),
    y: classes > 0 ? new Int32Array(count) : new Float32Array(count * size),
  };
}

function batchOf(
  dataset: Dataset,
  split: 'train' | 'test',
  indices: ArrayLike<number>,
  into: Batch = emptyBatch(dataset, indices.length),
): Batch {
  dataset[split].fill(indices, into.x, into.y);
  return into;
}

const upTo = (length: number): Uint32Array => Uint32Array.from({ length }, (_, i) => i);

/**
 * The minibatches of training: every epoch is a random order of all training examples, cut into batches; examples that
 * do not fill a last batch are left out of that epoch. A batch as large as the training set is the whole set, in order.
 * A step always gives the same examples for one seed, whatever was asked for before.
 */
export class Minibatches {
  readonly stepsPerEpoch: number;
  private readonly dataset: Dataset;
  private readonly batchSize: number;
  private readonly seed: number;
  private order: { epoch: number; indices: Uint32Array } | null = null;
  private whole: Batch | null = null;

  /** Throws RangeError on a batch size that is not from 1 to the number of training examples. */
  constructor(dataset: Dataset, batchSize: number, seed: number) {
    const { count } = dataset.train;
    if (!(Number.isInteger(batchSize) && batchSize >= 1 && batchSize <= count))
      throw new RangeError(
        `The batch size must be from 1 to the ${count} training examples; found ${batchSize}.`,
      );
    this.stepsPerEpoch = Math.floor(count / batchSize);
    this.dataset = dataset;
    this.batchSize = batchSize;
    this.seed = seed;
  }

  /**
   * The minibatch of a step, counted from 0: in new arrays, or in those of an earlier minibatch. The whole set is always the
   * same arrays.
   */
  at(step: number, into?: Batch): Batch {
    if (this.batchSize === this.dataset.train.count) {
      this.whole ??= batchOf(this.dataset, 'train', upTo(this.batchSize));
      return this.whole;
    }
    return batchOf(this.dataset, 'train', this.indicesAt(step), into);
  }

  /** The same minibatch as bytes; null for the whole set, and where the examples are not kept as bytes. */
  codedAt(step: number, into?: CodedBatch): CodedBatch | null {
    const { coded, count } = this.dataset.train;
    if (!coded || this.batchSize === count) return null;
    const { batchSize } = this;
    const codes = into?.codes ?? new Uint8Array(batchSize * imageSize(this.dataset.shape));
    const y = into?.y ?? new Int32Array(batchSize);
    coded.fill(this.indicesAt(step), codes, y);
    return { codes, tables: coded.tables, y };
  }

  private indicesAt(step: number): Uint32Array {
    const first = (step % this.stepsPerEpoch) * this.batchSize;
    return this.orderOf(Math.floor(step / this.stepsPerEpoch)).subarray(first, first + this.batchSize);
  }

  private orderOf(epoch: number): Uint32Array {
    if (this.order?.epoch !== epoch)
      this.order = { epoch, indices: permutation(this.dataset.train.count, this.seed, epoch) };
    return this.order.indices;
  }
}

/**
 * All test examples in order, `batchSize` at a time. The last batch is filled up with repetitions of the last example;
 * `count` of each batch are to be counted.
 */
export function* testBatches(dataset: Dataset, batchSize: number): Generator<Batch & { count: number }> {
  const { count } = dataset.test;
  for (let first = 0; first < count; first += batchSize) {
    const indices = Uint32Array.from({ length: batchSize }, (_, i) => Math.min(first + i, count - 1));
    yield { ...batchOf(dataset, 'test', indices), count: Math.min(batchSize, count - first) };
  }
}
