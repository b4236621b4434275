/** One network on the fused engine. */
import type { Network } from '../../network/network.ts';
import { initialStatistics } from '../../network/network.ts';
import {
  type ActivationStatistics,
  activationStatistics,
  type Batch,
  type Comparison,
  comparison,
  type LossAndAccuracy,
  lossAndAccuracy,
  type Model,
  Pending,
  type Piece,
  type PreparationProgress,
  type UnitPlace,
  type Vector,
} from '../model.ts';
import { CompiledList } from './bindings.ts';
import type { FusedBatch, FusedRuntime } from './engine.ts';
import { ACTIVATION_RESULT_FLOATS } from './kernels/activationStatistics.ts';
import type { PlanInputs } from './layerBuffers.ts';
import { type DeviceLayout, deviceLayout, type Places, toDevice } from './layout.ts';
import { FusedPiece } from './piece.ts';
import { makePlan, type Plan } from './plan.ts';
import type { BoundDispatch, CallArguments } from './recorder.ts';
import { type DeviceVector, takeSnapshot } from './snapshots.ts';
import { likelyTiles } from './tiles.ts';
import { VectorOperations } from './vectorOperations.ts';

export class BufferVector implements Vector, DeviceVector {
  readonly buffer: GPUBuffer;
  readonly places: Places;
  private readonly release: (buffer: GPUBuffer) => void;

  constructor(buffer: GPUBuffer, places: Places, release: (buffer: GPUBuffer) => void) {
    this.buffer = buffer;
    this.places = places;
    this.release = release;
  }

  get length(): number {
    return this.places.positions.length;
  }

  dispose(): void {
    this.release(this.buffer);
  }
}

const bufferOf = (vector: Vector): GPUBuffer => (vector as BufferVector).buffer;

const LISTS = [
  'input',
  'codedInput',
  'noise',
  'forward',
  'loss',
  'lossWithGradient',
  'backward',
  'updateRunning',
  'evaluation',
] as const;

type Lists = Record<(typeof LISTS)[number], CompiledList>;

export class FusedModel implements Model {
  readonly network: Network;
  private readonly runtime: FusedRuntime;
  private readonly inputs: PlanInputs;
  private readonly layout: DeviceLayout;
  private readonly plan: Plan;
  private readonly lists: Lists;
  private readonly operations: VectorOperations;
  private readonly pieces = new Set<FusedPiece>();
  private watched: CompiledList[] = [];

  private constructor(
    runtime: FusedRuntime,
    inputs: PlanInputs,
    plan: Plan,
    lists: Lists,
    operations: VectorOperations,
  ) {
    this.runtime = runtime;
    this.inputs = inputs;
    this.network = inputs.network;
    this.layout = inputs.layout;
    this.plan = plan;
    this.lists = lists;
    this.operations = operations;
  }

  static async create(
    runtime: FusedRuntime,
    network: Network,
    batchSize: number,
    onProgress: (progress: PreparationProgress) => void = () => {},
  ): Promise<FusedModel> {
    await runtime.calibration?.prepare(network, batchSize, (done, total) =>
      onProgress({ stage: 'measuring kernels', done, total }),
    );
    const layout = deviceLayout(network);
    const { memory, traits } = runtime;
    const tiles = runtime.calibration ?? likelyTiles(traits);
    const inputs = { network, layout, examples: batchSize, memory, traits, tiles };
    const plan = makePlan(inputs);
    const total = LISTS.reduce((sum, name) => sum + plan[name].length, 0);
    let done = 0;
    const compiled = LISTS.map((name) =>
      CompiledList.compile(runtime.memory, runtime.pipelines, plan[name], () =>
        onProgress({ stage: 'compiling kernels', done: ++done, total }),
      ),
    );
    const [operations, ...all] = await Promise.all([
      VectorOperations.create(runtime, network, layout),
      ...compiled,
    ]);
    const lists = Object.fromEntries(all.map((list, i) => [LISTS[i], list]));
    return new FusedModel(runtime, inputs, plan, lists as Lists, operations);
  }

  vector(values?: Float32Array<ArrayBuffer>): BufferVector {
    const { size, places } = this.layout;
    return this.upload(values && toDevice(values, places, size), size, places);
  }

  statistics(values: Float32Array<ArrayBuffer> = initialStatistics(this.network)): BufferVector {
    const { statisticsSize, statisticsPlaces } = this.layout;
    const spread = toDevice(values, statisticsPlaces, statisticsSize);
    return this.upload(spread, statisticsSize, statisticsPlaces);
  }

  private upload(
    values: Float32Array<ArrayBuffer> | undefined,
    floats: number,
    places: Places,
  ): BufferVector {
    const { memory } = this.runtime;
    const buffer = memory.allocate(Math.max(4, floats), 'vector');
    if (values && values.length > 0) memory.device.queue.writeBuffer(buffer, 0, values);
    return new BufferVector(buffer, places, (freed) => {
      for (const list of Object.values(this.lists)) list.forget(freed);
      for (const piece of this.pieces) piece.forget(freed);
      this.operations.forget(freed);
      memory.retire(freed);
    });
  }

  async values(vector: Vector): Promise<Float32Array<ArrayBuffer>> {
    const { recorder, readbacks } = this.runtime;
    const taken = takeSnapshot([vector as BufferVector], recorder, readbacks);
    recorder.flush();
    const values = new Float32Array(vector.length);
    (await taken)([values]);
    return values;
  }

  copy(into: Vector, from: Vector): void {
    this.operations.copy(bufferOf(into), bufferOf(from));
  }

  addScaled(into: Vector, a: Vector, factor: number, b: Vector): void {
    this.operations.addScaled(bufferOf(into), bufferOf(a), factor, bufferOf(b));
  }

  joinAtLayer(into: Vector, layer: number, earlier: Vector, rest: Vector): void {
    this.operations.join(bufferOf(into), layer, bufferOf(earlier), bufferOf(rest));
  }

  matchNorm(into: Vector, a: Vector, b: Vector): void {
    this.operations.matchNorm(bufferOf(into), bufferOf(a), bufferOf(b));
  }

  async watch(units: readonly UnitPlace[]): Promise<void> {
    const { memory, pipelines } = this.runtime;
    this.watched = await Promise.all(
      units.map((unit) => CompiledList.compile(memory, pipelines, [this.plan.activationOf(unit)])),
    );
  }

  activations(theta: Vector, batch: Batch): Pending<ActivationStatistics[]> {
    const { results } = this.runtime;
    const call = this.beginCall(batch as FusedBatch, true);
    this.record(this.lists.forward.bind({ theta: bufferOf(theta) }), call);
    return Pending.all(
      this.watched.map((list) => {
        const { slot, index } = results.next(ACTIVATION_RESULT_FLOATS);
        this.record(list.bind({ results: results.buffer }), {
          ...call,
          args: { ...call.args, result: index },
        });
        return new Pending([slot], activationStatistics);
      }),
    );
  }

  compare(a: Vector, b: Vector, kernelOfLayer?: number): Pending<Comparison> {
    const { slot, index } = this.runtime.results.next(4);
    this.operations.compare(bufferOf(a), bufferOf(b), kernelOfLayer ?? null, index);
    return new Pending([slot], comparison);
  }

  async piece(theta: Vector, batch: Batch): Promise<Piece> {
    const piece = await FusedPiece.create(this.inputs, this.runtime.pipelines, () =>
      this.pieces.delete(piece),
    );
    this.pieces.add(piece);
    const call = this.beginCall(batch as FusedBatch, true);
    this.record(piece.lists.choose.bind({ theta: bufferOf(theta) }), call);
    return piece;
  }

  gradientOn(piece: Piece, theta: Vector, batch: Batch, into: Vector): Pending<LossAndAccuracy> {
    return this.gradientBy((piece as FusedPiece).lists, theta, batch, into);
  }

  gradient(theta: Vector, batch: Batch, into: Vector, running?: Vector): Pending<LossAndAccuracy> {
    return this.gradientBy(this.lists, theta, batch, into, running);
  }

  private gradientBy(
    { forward, lossWithGradient, backward }: Pick<Lists, 'forward' | 'lossWithGradient' | 'backward'>,
    theta: Vector,
    batch: Batch,
    into: Vector,
    running?: Vector,
  ): Pending<LossAndAccuracy> {
    const at = { theta: bufferOf(theta) };
    const call = this.beginCall(batch as FusedBatch, true);
    this.record(forward.bind(at), call);
    if (running) this.record(this.lists.updateRunning.bind({ running: bufferOf(running) }), call);
    this.record(lossWithGradient.bind({ ...at, results: this.runtime.results.buffer }), call);
    this.record(backward.bind({ ...at, gradient: bufferOf(into) }), call);
    return this.pendingLoss(call);
  }

  loss(theta: Vector, batch: Batch): Pending<LossAndAccuracy> {
    const call = this.beginCall(batch as FusedBatch, true);
    this.record(this.lists.forward.bind({ theta: bufferOf(theta) }), call);
    return this.finishLoss(theta, call);
  }

  evaluate(theta: Vector, running: Vector, batch: Batch): Pending<LossAndAccuracy> {
    const call = this.beginCall(batch as FusedBatch, false);
    this.record(this.lists.evaluation.bind({ theta: bufferOf(theta), running: bufferOf(running) }), call);
    return this.finishLoss(theta, call);
  }

  private finishLoss(theta: Vector, call: LossCall): Pending<LossAndAccuracy> {
    const { loss } = this.lists;
    this.record(loss.bind({ theta: bufferOf(theta), results: this.runtime.results.buffer }), call);
    return this.pendingLoss(call);
  }

  /** Input and noise of the minibatch, unless the shared buffers hold them already. */
  private beginCall(batch: FusedBatch, noisy: boolean): LossCall {
    const { results, inputOwner } = this.runtime;
    const { slot, index } = results.next(2);
    const call = { slot, args: { step: batch.step, count: batch.count, result: index }, batch };
    if (inputOwner.get(this.plan.inputBuffer) !== batch) {
      inputOwner.set(this.plan.inputBuffer, batch);
      this.record(this.lists[batch.isCoded ? 'codedInput' : 'input'].bind({}), call);
    }
    const owner = `${this.plan.noiseKey} ${batch.step}`;
    if (noisy && this.plan.noise.length > 0 && this.runtime.noiseOwner !== owner) {
      this.runtime.noiseOwner = owner;
      this.record(this.lists.noise.bind({}), call);
    }
    return call;
  }

  private record(dispatches: readonly BoundDispatch[], { args, batch }: LossCall): void {
    this.runtime.recorder.record(dispatches, args, batch.buffers.group);
  }

  private pendingLoss({ slot }: LossCall): Pending<LossAndAccuracy> {
    const hasClasses = this.network.architecture.loss === 'cross-entropy';
    return new Pending([slot], (numbers) => ({
      loss: lossAndAccuracy(numbers).loss,
      accuracy: hasClasses ? lossAndAccuracy(numbers).accuracy : Number.NaN,
    }));
  }

  /** Its buffers are the engine's workspace and go with it; its vectors are disposed of one by one. */
  dispose(): void {}
}

interface LossCall {
  slot: { length: number };
  args: CallArguments;
  batch: FusedBatch;
}
