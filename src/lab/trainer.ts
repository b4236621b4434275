/** One network in training: its parameters, optimiser and running statistics on the device, and what a step does to them. */

import type {
  Batch,
  BatchData,
  Engine,
  LossAndAccuracy,
  Model,
  PreparationProgress,
  Vector,
} from '../engine/model.ts';
import { Pending } from '../engine/model.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { probesInFloat64 } from '../experiment/precision.ts';
import { exampleUnits } from '../measure/activations.ts';
import { type Flatness, flatness } from '../measure/flatness.ts';
import type { Scratch } from '../measure/landscape.ts';
import { initialParameters } from '../network/initial.ts';
import type { Network } from '../network/network.ts';
import type { MemberState } from './checkpoint.ts';
import { ExactProbes } from './exactProbes.ts';
import { type Probe, takeProbe } from './probe.ts';
import { sharpnessAt } from './sharpnessAt.ts';

/** A step that also probes: what training saw, and the probe, which may take a while longer. */
export interface ProbedStep {
  train: LossAndAccuracy;
  probe: () => Promise<Probe>;
}

export class Trainer {
  readonly network: Network;
  readonly learningRate: number;
  readonly model: Model;
  /** θ at the last probe, for probe bundles. */
  readonly probed: Vector;
  /** What the last probe measured, once it has been read. */
  lastProbe: Probe | null = null;
  /** What the last evaluation gave, once it has been read. */
  lastTest: LossAndAccuracy | null = null;
  /** Once it has been measured. */
  lastFlatness: Flatness | null = null;
  private readonly engine: Engine;
  private readonly experiment: Experiment;
  private readonly theta: Vector;
  private readonly gradient: Vector;
  private readonly running: Vector;
  private readonly velocity: Vector | null;
  /** The θ that the update of the last probe leads to. */
  private readonly next: Vector;
  private readonly scratch: Scratch;
  /** Takes the probes in place of the device where its precision is not enough. */
  private readonly exact: ExactProbes | null;

  private constructor(
    engine: Engine,
    model: Model,
    experiment: Experiment,
    state: MemberState | null,
    exact: ExactProbes | null,
  ) {
    this.engine = engine;
    this.model = model;
    this.exact = exact;
    this.network = model.network;
    this.experiment = experiment;
    this.learningRate = model.network.variant.learningRate ?? experiment.learningRate;
    this.theta = model.vector(state?.theta ?? initialParameters(model.network));
    this.gradient = model.vector();
    this.next = model.vector();
    this.probed = model.vector();
    this.running = model.statistics(state?.running);
    this.velocity = experiment.momentum > 0 ? model.vector(state?.velocity ?? undefined) : null;
    this.scratch = { point: model.vector(), gradient: model.vector() };
  }

  static async create(
    engine: Engine,
    network: Network,
    experiment: Experiment,
    batchSize: number,
    state: MemberState | null = null,
    onProgress?: (progress: PreparationProgress) => void,
  ): Promise<Trainer> {
    const model = await engine.model(network, batchSize, onProgress);
    const isExact = probesInFloat64(experiment) && engine.kind !== 'float64';
    const exact = isExact ? await ExactProbes.create(network, experiment, batchSize) : null;
    await model.watch(exact ? [] : exampleUnits(network, experiment.activationLayers));
    return new Trainer(engine, model, experiment, state, exact);
  }

  /** One update: θ ← θ − η·v with v ← momentum·v + g. Returns loss and accuracy before it. */
  train(batch: Batch): Pending<LossAndAccuracy> {
    const loss = this.model.gradient(this.theta, batch, this.gradient, this.running);
    this.model.addScaled(this.theta, this.theta, -this.learningRate, this.direction());
    return loss;
  }

  /** Measures at θ on a minibatch (`data` is what `batch` holds), then updates unless `last`. */
  probe(batch: Batch, data: BatchData, last: boolean): Pending<ProbedStep> {
    this.model.copy(this.probed, this.theta);
    return this.exact ? this.probeExactly(this.exact, batch, data, last) : this.probeHere(batch, data, last);
  }

  /** The gradient of the update is the probe's g. */
  private probeHere(batch: Batch, data: BatchData, last: boolean): Pending<ProbedStep> {
    const { engine, model, theta, gradient, next, scratch, experiment, learningRate } = this;
    const reached = experiment.sharpnessIterations > 0 ? this.valuesOf(this.probed) : null;
    const loss = model.gradient(theta, batch, gradient, last ? undefined : this.running);
    const probe = takeProbe({
      ...{ experiment, learningRate, model, theta, gradient, loss, batch, next, scratch },
      direction: () => this.direction(),
    });
    if (!last) model.copy(theta, next);
    return probe.map((taken) => ({
      train: taken,
      probe: async () => {
        const at = await reached;
        const sharpness = at && (await sharpnessAt({ engine, model }, experiment, at, data));
        this.lastProbe = { ...taken, sharpness };
        return this.lastProbe;
      },
    }));
  }

  private probeExactly(
    exact: ExactProbes,
    batch: Batch,
    data: BatchData,
    last: boolean,
  ): Pending<ProbedStep> {
    const { model, theta, gradient, probed, velocity } = this;
    const reached = Promise.all([this.valuesOf(probed), velocity && this.valuesOf(velocity)]);
    reached.catch(() => {});
    const train = last ? model.gradient(theta, batch, gradient) : this.train(batch);
    const probe = async (): Promise<Probe> => {
      const [at, speed] = await reached;
      this.lastProbe = await exact.take({ theta: at, velocity: speed }, data);
      return this.lastProbe;
    };
    return train.map((result) => ({ train: result, probe }));
  }

  private valuesOf(vector: Vector): Promise<Float32Array<ArrayBuffer>> {
    const values = this.model.values(vector);
    values.catch(() => {}); // where the device is lost first, nobody asks for it
    return values;
  }

  /** The running statistics. Waits for the device. */
  runningValues(): Promise<Float32Array<ArrayBuffer>> {
    return this.model.values(this.running);
  }

  /** The θ that the update of the last probe leads to, at the probe's precision. Waits for the device. */
  async nextValues(): Promise<Float32Array | Float64Array> {
    return this.exact?.next ?? this.model.values(this.next);
  }

  /** The loss around the parameters reached, or null where it is not asked for. */
  async flatness(engine: Engine, batch: Batch): Promise<Flatness | null> {
    const { flatnessPoints } = this.experiment;
    if (flatnessPoints === 0) return null;
    // An odd number has θ itself in the middle.
    const points = Math.max(3, flatnessPoints | 1);
    this.lastFlatness = await flatness(engine, this.model, this.theta, batch, points);
    return this.lastFlatness;
  }

  /** What a snapshot must hold to go on from here. */
  get stateVectors(): Vector[] {
    const { theta, running, velocity } = this;
    return [theta, running, velocity].filter((vector) => vector !== null);
  }

  /** Takes the numbers of `stateVectors`, and removes them from the front, later; all else is as it is now. */
  stateFrom(active: boolean): (numbers: Float32Array<ArrayBuffer>[]) => MemberState {
    return (numbers) => ({
      theta: numbers.shift()!,
      running: numbers.shift()!,
      velocity: this.velocity && numbers.shift()!,
      active,
    });
  }

  private direction(): Vector {
    if (!this.velocity) return this.gradient;
    this.model.addScaled(this.velocity, this.gradient, this.experiment.momentum, this.velocity);
    return this.velocity;
  }

  /** Mean loss and accuracy over minibatches, with running statistics and without noise. */
  evaluate(batches: readonly Batch[]): Pending<LossAndAccuracy> {
    const total = batches.reduce((sum, batch) => sum + batch.count, 0);
    const parts = batches.map((batch) => this.model.evaluate(this.theta, this.running, batch));
    // The penalty on the kernels is part of each loss and of their mean alike; a summed loss is added up.
    const share = (batch: Batch): number =>
      this.network.architecture.loss === 'cross-entropy' ? batch.count / total : 1;
    return Pending.all(parts).map((results) => {
      this.lastTest = {
        loss: results.reduce((sum, { loss }, i) => sum + loss * share(batches[i]!), 0),
        accuracy: results.reduce((sum, { accuracy }, i) => sum + (accuracy * batches[i]!.count) / total, 0),
      };
      return this.lastTest;
    });
  }

  dispose(): void {
    const { theta, gradient, next, probed, running, velocity, scratch } = this;
    const vectors = [theta, gradient, next, probed, running, velocity, scratch.point, scratch.gradient];
    for (const vector of vectors) vector?.dispose();
    this.model.dispose();
  }
}
