/** The engine in float64 on the CPU: slow and exact, the yardstick of the others, and the theory page's arithmetic. */
import type { Network } from '../../network/network.ts';
import { initialStatistics } from '../../network/network.ts';
import {
  type ActivationStatistics,
  activationStatistics,
  type Batch,
  type BatchData,
  type Comparison,
  type Engine,
  HISTOGRAM_BINS,
  HISTOGRAM_REACH,
  type LossAndAccuracy,
  lossAndAccuracy,
  type Model,
  Pending,
  type Piece,
  snapshotOf,
  type UnitPlace,
  type Vector,
} from '../model.ts';
import { Float64Network, type ForwardMode, type Trace } from './network.ts';
import { addScaled, compareRange, dataOf, Float64Slot, Float64Vector, readSlots } from './vectors.ts';

class Float64Batch implements Batch {
  readonly data: BatchData;
  constructor(data: BatchData) {
    this.data = data;
  }
  get step(): number {
    return this.data.step;
  }
  get count(): number {
    return this.data.count;
  }
  dispose(): void {}
}

class Float64Piece implements Piece {
  readonly traces: readonly Trace[];
  constructor(traces: readonly Trace[]) {
    this.traces = traces;
  }
  dispose(): void {}
}

class Float64Model implements Model {
  readonly network: Network;
  private readonly pass: Float64Network;
  private watched: readonly UnitPlace[] = [];

  constructor(network: Network) {
    this.network = network;
    this.pass = new Float64Network(network);
  }

  vector(values: Float32Array = new Float32Array(this.network.size)): Float64Vector {
    return new Float64Vector(Float64Array.from(values));
  }

  statistics(values: Float32Array = initialStatistics(this.network)): Float64Vector {
    return new Float64Vector(Float64Array.from(values));
  }

  values(vector: Vector): Promise<Float32Array<ArrayBuffer>> {
    return Promise.resolve(valuesOf(vector));
  }

  copy(into: Vector, from: Vector): void {
    dataOf(into).set(dataOf(from));
  }

  addScaled(into: Vector, a: Vector, factor: number, b: Vector): void {
    addScaled(into, a, factor, b);
  }

  joinAtLayer(into: Vector, layer: number, earlier: Vector, rest: Vector): void {
    const start = this.network.layers[layer]!.kernel.offset;
    dataOf(into).set(dataOf(rest));
    dataOf(into).set(dataOf(earlier).subarray(0, start));
  }

  matchNorm(into: Vector, a: Vector, b: Vector): void {
    const factor = normOf(dataOf(b)) / normOf(dataOf(a));
    dataOf(into).set(dataOf(a).map((value) => factor * value));
  }

  watch(units: readonly UnitPlace[]): Promise<void> {
    this.watched = units;
    return Promise.resolve();
  }

  activations(theta: Vector, batch: Batch): Pending<ActivationStatistics[]> {
    const all = this.pass.activations(dataOf(theta), (batch as Float64Batch).data);
    return Pending.all(
      this.watched.map(({ layer, unit }) => {
        const { outputs } = this.network.layers[layer]!.layer;
        const values = all[layer]!.filter((_, i) => i % outputs === unit);
        return new Pending([new Float64Slot(statisticsOf(values))], activationStatistics);
      }),
    );
  }

  gradient(theta: Vector, batch: Batch, into: Vector, running?: Vector): Pending<LossAndAccuracy> {
    dataOf(into).fill(0);
    return this.run(theta, batch, dataOf(into), running ? { running: dataOf(running) } : {});
  }

  piece(theta: Vector, batch: Batch): Promise<Piece> {
    return Promise.resolve(new Float64Piece(this.pass.piece(dataOf(theta), (batch as Float64Batch).data)));
  }

  gradientOn(piece: Piece, theta: Vector, batch: Batch, into: Vector): Pending<LossAndAccuracy> {
    dataOf(into).fill(0);
    return this.run(theta, batch, dataOf(into), { piece: (piece as Float64Piece).traces });
  }

  loss(theta: Vector, batch: Batch): Pending<LossAndAccuracy> {
    return this.run(theta, batch, null, {});
  }

  evaluate(theta: Vector, running: Vector, batch: Batch): Pending<LossAndAccuracy> {
    return this.run(theta, batch, null, { running: dataOf(running), evaluation: true });
  }

  private run(
    theta: Vector,
    batch: Batch,
    gradient: Float64Array | null,
    mode: ForwardMode,
  ): Pending<LossAndAccuracy> {
    const { loss, accuracy } = this.pass.run(dataOf(theta), (batch as Float64Batch).data, gradient, mode);
    return new Pending([new Float64Slot([loss, accuracy])], lossAndAccuracy);
  }

  compare(a: Vector, b: Vector, kernelOfLayer?: number): Pending<Comparison> {
    const { offset, size } =
      kernelOfLayer === undefined
        ? { offset: 0, size: this.network.size }
        : this.network.layers[kernelOfLayer]!.kernel;
    return compareRange(a, b, offset, offset + size);
  }

  dispose(): void {}
}

const valuesOf = (vector: Vector): Float32Array<ArrayBuffer> => Float32Array.from(dataOf(vector));

const normOf = (values: Float64Array): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

/** Mean, variance and histogram counts. */
function statisticsOf(values: Float64Array): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const counts = new Array<number>(HISTOGRAM_BINS).fill(0);
  const width = (2 * HISTOGRAM_REACH * Math.sqrt(variance)) / HISTOGRAM_BINS;
  for (const value of values) {
    const bin = Math.floor((value - mean) / width + HISTOGRAM_BINS / 2);
    counts[Math.max(0, Math.min(HISTOGRAM_BINS - 1, bin))]! += 1;
  }
  return [mean, variance, ...counts];
}

export function createFloat64Engine(): Engine {
  return {
    kind: 'float64',
    batch: (data) => new Float64Batch(data),
    model: (network) => Promise.resolve(new Float64Model(network)),
    read: readSlots,
    snapshot: (vectors) => {
      const values = vectors.map(valuesOf);
      return Promise.resolve(snapshotOf(values));
    },
    flush: () => {},
    memory: () => ({ count: 0, bytes: 0 }),
    dispose: () => {},
  };
}
