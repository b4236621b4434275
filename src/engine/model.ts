/**
 * The interface between measurements and engines. A model evaluates loss and gradient of one network at any flat
 * parameter vector. Calls only enqueue work, in order; numbers come back when they are read, many in one read-back.
 */
import type { Network } from '../network/network.ts';

/** What keeps an engine from doing its work: found when a network is prepared, or when the device fails. */
export class EngineError extends Error {
  readonly kind: 'unsupported' | 'out-of-memory' | 'kernel' | 'device-lost' | 'internal';
  readonly hint: string;
  constructor(kind: EngineError['kind'], message: string, hint: string) {
    super(message);
    this.name = 'EngineError';
    this.kind = kind;
    this.hint = hint;
  }
}

/** One minibatch on its way to the device. */
export interface BatchData {
  /** [count or more, H, W, C] after preprocessing; rows beyond `count` are padding. */
  x: Float32Array;
  /** Class of each example (Int32Array), or target vectors [count or more, outputs] (Float32Array). */
  y: Int32Array | Float32Array;
  count: number;
  /** The training step whose noise belongs to this minibatch. */
  step: number;
}

/** One minibatch whose inputs are bytes. */
export interface CodedBatchData extends Pick<BatchData, 'count' | 'step'> {
  /** [count, H, W, C] */
  codes: Uint8Array<ArrayBuffer>;
  /** What each byte stands for, [C][256]. */
  tables: Float32Array<ArrayBuffer>;
  y: Int32Array<ArrayBuffer>;
}

/** A minibatch on the device; any model of the engine that made it can use it. */
export interface Batch {
  readonly step: number;
  readonly count: number;
  dispose(): void;
}

/** A flat vector on the device: parameters, a gradient, running statistics. */
export interface Vector {
  readonly length: number;
  dispose(): void;
}

/**
 * Writes the numbers of each vector, in its network's layout, into an array of its length. To be called once; throws EngineError
 * where the device was lost meanwhile.
 */
export type Snapshot = (into: readonly Float32Array[]) => void;

/** A snapshot whose numbers are there already. */
export const snapshotOf =
  (values: readonly Float32Array[]): Snapshot =>
  (into) => {
    for (const [i, numbers] of values.entries()) into[i]!.set(numbers);
  };

/** Numbers that an engine has enqueued and can read later. */
export interface Slot {
  readonly length: number;
}

/** A value that is known once its slots have been read. */
export class Pending<T> {
  readonly slots: readonly Slot[];
  readonly decode: (numbers: readonly number[]) => T;

  constructor(slots: readonly Slot[], decode: (numbers: readonly number[]) => T) {
    this.slots = slots;
    this.decode = decode;
  }

  get length(): number {
    return this.slots.reduce((sum, slot) => sum + slot.length, 0);
  }

  map<U>(transform: (value: T) => U): Pending<U> {
    return new Pending(this.slots, (numbers) => transform(this.decode(numbers)));
  }

  /** Two pending values as one. */
  static both<A, B>(a: Pending<A>, b: Pending<B>): Pending<[A, B]> {
    return new Pending([...a.slots, ...b.slots], (numbers) => [
      a.decode(numbers.slice(0, a.length)),
      b.decode(numbers.slice(a.length)),
    ]);
  }

  /** Named pending values as one. */
  static object<T extends object>(parts: { [K in keyof T]: Pending<T[K]> }): Pending<T> {
    const names = Object.keys(parts) as (keyof T)[];
    return Pending.all<T[keyof T]>(names.map((name) => parts[name])).map(
      (values) => Object.fromEntries(names.map((name, i) => [name, values[i]])) as T,
    );
  }

  /** One pending list of many pending values. */
  static all<T>(parts: readonly Pending<T>[]): Pending<T[]> {
    return new Pending(
      parts.flatMap((part) => part.slots),
      (numbers) => {
        let start = 0;
        return parts.map((part) => {
          const end = start + part.length;
          const value = part.decode(numbers.slice(start, end));
          start = end;
          return value;
        });
      },
    );
  }
}

export interface LossAndAccuracy {
  loss: number;
  /** Share of correct answers; NaN where the task has no classes. */
  accuracy: number;
}

/** Inner products of two vectors a and b. */
export interface Comparison {
  normA: number;
  normB: number;
  /** ⟨a, b⟩ */
  inner: number;
  /** ‖a − b‖₂ */
  difference: number;
}

/** From the four sums ‖a‖², ‖b‖², ⟨a, b⟩, ‖a − b‖². */
export function comparison(numbers: readonly number[]): Comparison {
  const [a = Number.NaN, b = Number.NaN, inner = Number.NaN, difference = Number.NaN] = numbers;
  return { normA: Math.sqrt(a), normB: Math.sqrt(b), inner, difference: Math.sqrt(difference) };
}

export function lossAndAccuracy(numbers: readonly number[]): LossAndAccuracy {
  return { loss: numbers[0] ?? Number.NaN, accuracy: numbers[1] ?? Number.NaN };
}

/** How far the preparation of a network has come. */
export interface PreparationProgress {
  stage: 'measuring kernels' | 'compiling kernels';
  done: number;
  total: number;
}

/** Bins of an activation histogram, equal in width over mean ± reach standard deviations; the outer ones are open. */
export const HISTOGRAM_BINS = 64;
export const HISTOGRAM_REACH = 4;

/** One channel of one layer, or one unit of a dense one; both counted from 0. */
export interface UnitPlace {
  layer: number;
  unit: number;
}

/** The activations of one unit over the minibatch (and all pixels), after γ, β and noise, before the ReLU. */
export interface ActivationStatistics {
  mean: number;
  /** The biased variance. */
  variance: number;
  /** Counts by bin. */
  counts: number[];
}

/** From mean, variance and the counts that follow. */
export function activationStatistics(numbers: readonly number[]): ActivationStatistics {
  const [mean = Number.NaN, variance = Number.NaN, ...counts] = numbers;
  return { mean, variance, counts };
}

/**
 * The smooth piece of the loss that a θ lies in: every ReLU, pooling, |y| and max |y| chooses as it does at that θ, on that
 * minibatch, and statistics that are stopped in the backward pass stay as they are there.
 */
export interface Piece {
  dispose(): void;
}

export interface Engine {
  readonly kind: 'float64' | 'reference' | 'fused';
  /** Puts a minibatch on the device. */
  batch(data: BatchData): Batch;
  /** Puts a minibatch of bytes on the device, where the engine can make its numbers there; they are the same. */
  codedBatch?(data: CodedBatchData): Batch;
  /** Prepares a network for minibatches of `batchSize` examples. Rejects with EngineError where it cannot. */
  model(
    network: Network,
    batchSize: number,
    onProgress?: (progress: PreparationProgress) => void,
  ): Promise<Model>;
  /** Waits for everything that the value needs; one read-back whatever the number of slots. */
  read<T>(pending: Pending<T>): Promise<T>;
  /**
   * Vectors of its models as they are after everything enqueued so far, whatever comes after. Their copies leave with the next
   * `flush` or `read`.
   */
  snapshot(vectors: readonly Vector[]): Promise<Snapshot>;
  /** Hands enqueued work to the device without waiting for it. */
  flush(): void;
  /** Live tensors or buffers and their bytes on the device, for leak tests. */
  memory(): { count: number; bytes: number };
  dispose(): void;
}

export interface Model {
  readonly network: Network;
  /** A new parameter-length vector: a copy of `values` (flat, in the network's layout), or zeros. */
  vector(values?: Float32Array<ArrayBuffer>): Vector;
  /** New running statistics: a copy of `values`, or the initial ones. */
  statistics(values?: Float32Array<ArrayBuffer>): Vector;
  /** The numbers of a vector of this model, in the network's layout. Waits. */
  values(vector: Vector): Promise<Float32Array<ArrayBuffer>>;
  /** into ← from */
  copy(into: Vector, from: Vector): void;
  /** into ← a + factor·b; `into` may be a or b. */
  addScaled(into: Vector, a: Vector, factor: number, b: Vector): void;
  /** into ← the parameters of the layers before `layer` (counted from 0) from `earlier`, all others from `rest`. */
  joinAtLayer(into: Vector, layer: number, earlier: Vector, rest: Vector): void;
  /** into ← a · ‖b‖ / ‖a‖; `into` may be a. */
  matchNorm(into: Vector, a: Vector, b: Vector): void;
  /** Loss at θ with the minibatch's own statistics; writes the gradient into `into`; updates `running` where given. */
  gradient(theta: Vector, batch: Batch, into: Vector, running?: Vector): Pending<LossAndAccuracy>;
  /** The smooth piece of the loss around θ, which must stay as it is until then. Rejects with EngineError. */
  piece(theta: Vector, batch: Batch): Promise<Piece>;
  /** As `gradient`, which it equals at the piece's own θ, but on that piece. The minibatch must be that of the piece. */
  gradientOn(piece: Piece, theta: Vector, batch: Batch, into: Vector): Pending<LossAndAccuracy>;
  /** As `gradient`, without the gradient. */
  loss(theta: Vector, batch: Batch): Pending<LossAndAccuracy>;
  /** Loss and accuracy with running statistics and without noise. */
  evaluate(theta: Vector, running: Vector, batch: Batch): Pending<LossAndAccuracy>;
  /** Prepares for measuring the activations of these units. Rejects with EngineError. */
  watch(units: readonly UnitPlace[]): Promise<void>;
  /** Distributions of the watched units' activations at θ, with the minibatch's own statistics and noise. */
  activations(theta: Vector, batch: Batch): Pending<ActivationStatistics[]>;
  /** Norms and inner product of two parameter-length vectors, or of one layer's kernel in them. */
  compare(a: Vector, b: Vector, kernelOfLayer?: number): Pending<Comparison>;
  dispose(): void;
}
