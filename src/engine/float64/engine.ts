/** The engine in float64 on the CPU: slow and exact, the yardstick of the others, and the theory page's arithmetic. */
import type { Network } from '../../network/network.ts';
import { initialStatistics } from '../../network/network.ts';
import {
  type Batch,
  type BatchData,
  type Comparison,
  type Engine,
  type LossAndAccuracy,
  lossAndAccuracy,
  type Model,
  Pending,
  type Vector,
} from '../model.ts';
import { Float64Network, type ForwardMode } from './network.ts';
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

class Float64Model implements Model {
  readonly network: Network;
  private readonly pass: Float64Network;

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
    return Promise.resolve(Float32Array.from(dataOf(vector)));
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

  gradient(theta: Vector, batch: Batch, into: Vector, running?: Vector): Pending<LossAndAccuracy> {
    dataOf(into).fill(0);
    return this.run(theta, batch, dataOf(into), running ? { running: dataOf(running) } : {});
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

export function createFloat64Engine(): Engine {
  return {
    kind: 'float64',
    batch: (data) => new Float64Batch(data),
    model: (network) => Promise.resolve(new Float64Model(network)),
    read: readSlots,
    flush: () => {},
    memory: () => ({ count: 0, bytes: 0 }),
    dispose: () => {},
  };
}
