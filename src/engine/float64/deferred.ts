/**
 * The float64 engine with its work put off until it is read, and done call by call with rests in between: for long work on
 * a thread that also has messages to answer.
 */
import type { Network } from '../../network/network.ts';
import {
  type Batch,
  type Engine,
  type Model,
  Pending,
  type Piece,
  type UnitPlace,
  type Vector,
} from '../model.ts';
import { createFloat64Engine } from './engine.ts';
import { numbersOf } from './vectors.ts';

/** Calls that follow one another without a rest take about so long. */
const SLICE_MS = 8;

class Queue {
  private tasks: (() => void)[] = [];
  private readonly rest: () => Promise<void>;

  constructor(rest: () => Promise<void>) {
    this.rest = rest;
  }

  add(task: () => void): void {
    this.tasks.push(task);
  }

  /** What a task gives, known once the queue has been drained. */
  later<T>(task: () => Pending<T>): Pending<T> {
    let value: T;
    this.add(() => {
      const done = task();
      value = done.decode(numbersOf(done));
    });
    return new Pending([], () => value);
  }

  async drain(): Promise<void> {
    let begunAt = performance.now();
    for (let task = this.tasks.shift(); task; task = this.tasks.shift()) {
      task();
      if (performance.now() - begunAt < SLICE_MS) continue;
      await this.rest();
      begunAt = performance.now();
    }
  }
}

class DeferredModel implements Model {
  readonly network: Network;
  private readonly model: Model;
  private readonly queue: Queue;

  constructor(model: Model, queue: Queue) {
    this.network = model.network;
    this.model = model;
    this.queue = queue;
  }

  vector(values?: Float32Array<ArrayBuffer>): Vector {
    return this.model.vector(values);
  }

  statistics(values?: Float32Array<ArrayBuffer>): Vector {
    return this.model.statistics(values);
  }

  async values(vector: Vector): Promise<Float32Array<ArrayBuffer>> {
    await this.queue.drain();
    return this.model.values(vector);
  }

  copy(into: Vector, from: Vector): void {
    this.queue.add(() => this.model.copy(into, from));
  }

  addScaled(into: Vector, a: Vector, factor: number, b: Vector): void {
    this.queue.add(() => this.model.addScaled(into, a, factor, b));
  }

  joinAtLayer(into: Vector, layer: number, earlier: Vector, rest: Vector): void {
    this.queue.add(() => this.model.joinAtLayer(into, layer, earlier, rest));
  }

  matchNorm(into: Vector, a: Vector, b: Vector): void {
    this.queue.add(() => this.model.matchNorm(into, a, b));
  }

  gradient(theta: Vector, batch: Batch, into: Vector, running?: Vector): ReturnType<Model['gradient']> {
    return this.queue.later(() => this.model.gradient(theta, batch, into, running));
  }

  async piece(theta: Vector, batch: Batch): Promise<Piece> {
    await this.queue.drain();
    return this.model.piece(theta, batch);
  }

  gradientOn(piece: Piece, theta: Vector, batch: Batch, into: Vector): ReturnType<Model['gradient']> {
    return this.queue.later(() => this.model.gradientOn(piece, theta, batch, into));
  }

  loss(theta: Vector, batch: Batch): ReturnType<Model['loss']> {
    return this.queue.later(() => this.model.loss(theta, batch));
  }

  evaluate(theta: Vector, running: Vector, batch: Batch): ReturnType<Model['evaluate']> {
    return this.queue.later(() => this.model.evaluate(theta, running, batch));
  }

  watch(units: readonly UnitPlace[]): Promise<void> {
    return this.model.watch(units);
  }

  activations(theta: Vector, batch: Batch): ReturnType<Model['activations']> {
    return this.queue.later(() => this.model.activations(theta, batch));
  }

  compare(a: Vector, b: Vector, kernelOfLayer?: number): ReturnType<Model['compare']> {
    return this.queue.later(() => this.model.compare(a, b, kernelOfLayer));
  }

  dispose(): void {
    this.model.dispose();
  }
}

/** `rest` is awaited between calls, about every 8 ms. */
export function createDeferredFloat64Engine(rest: () => Promise<void>): Engine {
  const engine = createFloat64Engine();
  const queue = new Queue(rest);
  return {
    ...engine,
    model: async (...arguments_) => new DeferredModel(await engine.model(...arguments_), queue),
    read: async (pending) => {
      await queue.drain();
      return engine.read(pending);
    },
    snapshot: async (vectors) => {
      await queue.drain();
      return engine.snapshot(vectors);
    },
  };
}
