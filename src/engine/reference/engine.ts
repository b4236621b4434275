/**
 * The reference engine: plain TensorFlow.js ops and tape on whatever backend is active. It says what the numbers mean;
 * the fused engine is checked against it, and networks or devices that the fused engine does not cover run on it.
 */
import * as tf from '@tensorflow/tfjs-core';
import { initialStatistics, type Network, RUNNING_WEIGHT } from '../../network/network.ts';
import { layerNoise } from '../../network/noise.ts';
import {
  type ActivationStatistics,
  activationStatistics,
  type Batch,
  type BatchData,
  type Comparison,
  comparison,
  type Engine,
  HISTOGRAM_BINS,
  HISTOGRAM_REACH,
  type LossAndAccuracy,
  lossAndAccuracy,
  type Model,
  Pending,
  type Piece,
  type Slot,
  snapshotOf,
  type UnitPlace,
  type Vector,
} from '../model.ts';
import {
  type ForwardInput,
  type ForwardOutput,
  forward,
  type LayerPiece,
  type NoiseTensors,
  pieceAt,
} from './forward.ts';

class TensorVector implements Vector {
  tensor: tf.Tensor1D;

  constructor(values: Float32Array) {
    this.tensor = tf.keep(tf.tensor1d(values));
  }

  get length(): number {
    return this.tensor.shape[0];
  }

  /** Takes over the tensor. */
  replace(tensor: tf.Tensor): void {
    const old = this.tensor;
    this.tensor = tf.keep(tensor) as tf.Tensor1D;
    old.dispose();
  }

  dispose(): void {
    this.tensor.dispose();
  }
}

class TensorBatch implements Batch {
  readonly step: number;
  readonly count: number;
  readonly x: Float32Array;
  readonly y: BatchData['y'];
  private tensors: { x: tf.Tensor; y: tf.Tensor } | null = null;

  constructor({ x, y, count, step }: BatchData) {
    this.step = step;
    this.count = count;
    this.x = x;
    this.y = y;
  }

  /** Uploads at first use, when the network tells the shape. */
  on(network: Network): { x: tf.Tensor; y: tf.Tensor } {
    if (this.tensors) return this.tensors;
    const [height, width, channels] = network.architecture.input;
    const outputs = network.architecture.layers.at(-1)!.outputs;
    const size = height * width * channels;
    const x = tf.tensor(this.x.subarray(0, this.count * size), [this.count, height, width, channels]);
    const y =
      this.y instanceof Int32Array
        ? tf.tensor1d(this.y.subarray(0, this.count), 'int32')
        : tf.tensor(this.y.subarray(0, this.count * outputs), [this.count, outputs]);
    this.tensors = { x: tf.keep(x), y: tf.keep(y) };
    return this.tensors;
  }

  dispose(): void {
    this.tensors?.x.dispose();
    this.tensors?.y.dispose();
    this.tensors = null;
  }
}

interface TensorSlot extends Slot {
  tensor: tf.Tensor1D;
}

function slot(tensor: tf.Tensor): TensorSlot {
  const kept = tf.keep(tensor) as tf.Tensor1D;
  return { tensor: kept, length: kept.size };
}

const tensorOf = (vector: Vector): tf.Tensor1D => (vector as TensorVector).tensor;

/** The numbers as they are now, even where the vector is replaced before they come. */
async function valuesOf(vector: Vector): Promise<Float32Array<ArrayBuffer>> {
  const kept = tf.clone(tensorOf(vector));
  try {
    return Float32Array.from(await kept.data());
  } finally {
    kept.dispose();
  }
}

class TensorPiece implements Piece {
  readonly layers: readonly LayerPiece[];

  /** Takes over the tensors. */
  constructor(layers: readonly LayerPiece[]) {
    this.layers = layers;
    for (const tensor of this.tensors()) tf.keep(tensor);
  }

  private tensors(): tf.Tensor[] {
    return this.layers.flatMap(({ passes, slope, stopped }) =>
      [passes, slope, stopped?.mean, stopped?.spread].filter((tensor) => tensor instanceof tf.Tensor),
    );
  }

  dispose(): void {
    for (const tensor of this.tensors()) tensor.dispose();
  }
}

class ReferenceModel implements Model {
  readonly network: Network;
  private watched: readonly UnitPlace[] = [];
  private noise: { step: number; count: number; tensors: (NoiseTensors | null)[] } | null = null;

  constructor(network: Network) {
    this.network = network;
  }

  vector(values: Float32Array = new Float32Array(this.network.size)): Vector {
    return new TensorVector(values);
  }

  statistics(values: Float32Array = initialStatistics(this.network)): Vector {
    return new TensorVector(values);
  }

  async values(vector: Vector): Promise<Float32Array<ArrayBuffer>> {
    return valuesOf(vector);
  }

  copy(into: Vector, from: Vector): void {
    (into as TensorVector).replace(tf.tidy(() => tf.add(tensorOf(from), 0)));
  }

  addScaled(into: Vector, a: Vector, factor: number, b: Vector): void {
    const sum = tf.tidy(() => tf.add(tensorOf(a), tf.mul(tensorOf(b), factor)));
    (into as TensorVector).replace(sum);
  }

  joinAtLayer(into: Vector, layer: number, earlier: Vector, rest: Vector): void {
    const start = this.network.layers[layer]!.kernel.offset;
    const joined = tf.tidy(() =>
      start === 0
        ? tf.add(tensorOf(rest), 0)
        : tf.concat([tf.slice(tensorOf(earlier), 0, start), tf.slice(tensorOf(rest), start)]),
    );
    (into as TensorVector).replace(joined);
  }

  matchNorm(into: Vector, a: Vector, b: Vector): void {
    const scaled = tf.tidy(() => tf.mul(tensorOf(a), tf.div(tf.norm(tensorOf(b)), tf.norm(tensorOf(a)))));
    (into as TensorVector).replace(scaled);
  }

  watch(units: readonly UnitPlace[]): Promise<void> {
    this.watched = units;
    return Promise.resolve();
  }

  activations(theta: Vector, batch: Batch): Pending<ActivationStatistics[]> {
    const results = tf.tidy(() => {
      const { activations } = this.pass(tensorOf(theta), batch as TensorBatch, null);
      return this.watched.map(({ layer, unit }) =>
        unitStatistics(tf.squeeze(tf.slice(activations[layer]!, [0, unit], [-1, 1]), [1])),
      );
    });
    return Pending.all(results.map((numbers) => new Pending([slot(numbers)], activationStatistics)));
  }

  piece(theta: Vector, batch: Batch): Promise<Piece> {
    const input = this.inputOf(tensorOf(theta), batch as TensorBatch, null);
    let piece!: TensorPiece;
    tf.tidy(() => {
      piece = new TensorPiece(pieceAt(this.network, input));
    });
    return Promise.resolve(piece);
  }

  gradientOn(piece: Piece, theta: Vector, batch: Batch, into: Vector): Pending<LossAndAccuracy> {
    return this.gradient(theta, batch, into, undefined, (piece as TensorPiece).layers);
  }

  gradient(
    theta: Vector,
    batch: Batch,
    into: Vector,
    running?: Vector,
    piece?: readonly LayerPiece[],
  ): Pending<LossAndAccuracy> {
    const kept: tf.Tensor[] = [];
    const [gradient, result, statistics] = tf.tidy((): tf.Tensor[] => {
      const { value, grad } = tf.valueAndGrad((parameters) => {
        const output = this.pass(parameters as tf.Tensor1D, batch as TensorBatch, null, piece);
        for (const part of [output.accuracy, ...output.statistics]) kept.push(tf.keep(part));
        return output.loss;
      })(tensorOf(theta));
      const [accuracy, ...parts] = kept;
      const outputs = [grad, tf.stack([value, accuracy!])];
      if (running && parts.length > 0) outputs.push(this.blend(tensorOf(running), tf.concat(parts)));
      return outputs;
    });
    for (const part of kept) part.dispose();
    (into as TensorVector).replace(gradient!);
    if (running && statistics) (running as TensorVector).replace(statistics);
    return new Pending([slot(result!)], lossAndAccuracy);
  }

  private blend(running: tf.Tensor1D, now: tf.Tensor): tf.Tensor {
    return tf.add(running, tf.mul(tf.sub(now, running), RUNNING_WEIGHT));
  }

  loss(theta: Vector, batch: Batch): Pending<LossAndAccuracy> {
    return this.evaluatePass(theta, batch, null);
  }

  evaluate(theta: Vector, running: Vector, batch: Batch): Pending<LossAndAccuracy> {
    return this.evaluatePass(theta, batch, tensorOf(running));
  }

  private evaluatePass(theta: Vector, batch: Batch, running: tf.Tensor1D | null): Pending<LossAndAccuracy> {
    const result = tf.tidy(() => {
      const { loss, accuracy } = this.pass(tensorOf(theta), batch as TensorBatch, running);
      return tf.stack([loss, accuracy]);
    });
    return new Pending([slot(result)], lossAndAccuracy);
  }

  private pass(
    theta: tf.Tensor1D,
    batch: TensorBatch,
    running: tf.Tensor1D | null,
    piece?: readonly LayerPiece[],
  ): ForwardOutput {
    return forward(this.network, { ...this.inputOf(theta, batch, running), ...(piece && { piece }) });
  }

  private inputOf(theta: tf.Tensor1D, batch: TensorBatch, running: tf.Tensor1D | null): ForwardInput {
    const { x, y } = batch.on(this.network);
    const noise = running ? this.network.layers.map(() => null) : this.noiseAt(batch.step, batch.count);
    return { theta, x, y, noise, running };
  }

  /** The noise of a step, kept until another step is asked for: every evaluation of a probe meets the same. */
  private noiseAt(step: number, count: number): (NoiseTensors | null)[] {
    if (this.noise?.step === step && this.noise.count === count) return this.noise.tensors;
    this.dropNoise();
    const { noise, seed, layers } = this.network;
    const tensors = layers.map(({ noisy, pixels, layer }, index) => {
      if (!noisy) return null;
      const shape: [number, number] = [count * pixels, layer.outputs];
      const { shift, scale } = layerNoise(noise, seed, index, step, ...shape);
      return { shift: tf.keep(tf.tensor2d(shift, shape)), scale: tf.keep(tf.tensor2d(scale, shape)) };
    });
    this.noise = { step, count, tensors };
    return tensors;
  }

  private dropNoise(): void {
    for (const tensors of this.noise?.tensors ?? []) {
      tensors?.shift.dispose();
      tensors?.scale.dispose();
    }
    this.noise = null;
  }

  compare(a: Vector, b: Vector, kernelOfLayer?: number): Pending<Comparison> {
    const part = (vector: Vector): tf.Tensor => {
      if (kernelOfLayer === undefined) return tensorOf(vector);
      const { offset, size } = this.network.layers[kernelOfLayer]!.kernel;
      return tf.slice(tensorOf(vector), offset, size);
    };
    const sums = tf.tidy(() => {
      const [left, right] = [part(a), part(b)];
      return tf.stack([
        tf.sum(tf.square(left)),
        tf.sum(tf.square(right)),
        tf.sum(tf.mul(left, right)),
        tf.sum(tf.square(tf.sub(left, right))),
      ]);
    });
    return new Pending([slot(sums)], comparison);
  }

  dispose(): void {
    this.dropNoise();
  }
}

/** Mean, variance and histogram counts of the activations of one unit. */
function unitStatistics(values: tf.Tensor): tf.Tensor {
  const { mean, variance } = tf.moments(values);
  const width = tf.mul(tf.sqrt(variance), (2 * HISTOGRAM_REACH) / HISTOGRAM_BINS);
  const bins = tf.floor(tf.add(tf.div(tf.sub(values, mean), width), HISTOGRAM_BINS / 2));
  const clipped = tf.cast(tf.clipByValue(bins, 0, HISTOGRAM_BINS - 1), 'int32');
  const counts = tf.sum(tf.oneHot(clipped as tf.Tensor1D, HISTOGRAM_BINS), 0);
  return tf.concat([tf.reshape(mean, [1]), tf.reshape(variance, [1]), tf.cast(counts, 'float32')]);
}

/** Reads many slots with one transfer and frees them. */
async function readSlots<T>(pending: Pending<T>): Promise<T> {
  const tensors = pending.slots.map((each) => (each as TensorSlot).tensor);
  if (tensors.length === 0) return pending.decode([]);
  const joined = tf.concat(tensors);
  const numbers = await joined.data();
  joined.dispose();
  for (const tensor of tensors) tensor.dispose();
  return pending.decode([...numbers]);
}

/** An engine on tfjs's active backend. */
export function createReferenceEngine(): Engine {
  return {
    kind: 'reference',
    batch: (data) => new TensorBatch(data),
    model: (network) => Promise.resolve(new ReferenceModel(network)),
    read: readSlots,
    snapshot: async (vectors) => {
      const values = await Promise.all(vectors.map(valuesOf));
      return snapshotOf(values);
    },
    flush: () => {},
    memory: () => {
      const memory = tf.memory() as tf.MemoryInfo & { numBytesAllocatedInGPU?: number };
      return { count: memory.numTensors, bytes: memory.numBytesAllocatedInGPU ?? memory.numBytes };
    },
    dispose: () => {},
  };
}
