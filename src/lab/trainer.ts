/** One network in training: its parameters, optimiser and running statistics on the device, and what a step does to them. */

import {
  type ActivationStatistics,
  type Batch,
  type Comparison,
  type Engine,
  type LossAndAccuracy,
  type Model,
  Pending,
  type PreparationProgress,
  type Vector,
} from '../engine/model.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { exampleUnits } from '../measure/activations.ts';
import { type Flatness, flatness } from '../measure/flatness.ts';
import { internalCovariateShift, type LayerShift } from '../measure/internalCovariateShift.ts';
import {
  type GridProbe,
  type ProbePoint,
  probeLandscape,
  type Scratch,
  summariseGrid,
} from '../measure/landscape.ts';
import { type LayerNorm, layerNorms } from '../measure/layerNorms.ts';
import { normalDirection, randomDirection } from '../measure/randomDirection.ts';
import { type SharpnessVectors, sharpness } from '../measure/sharpness.ts';
import { initialParameters } from '../network/initial.ts';
import type { Network } from '../network/network.ts';
import type { MemberState } from './checkpoint.ts';

/** Everything that one probe measures. */
export interface Probe extends LossAndAccuracy {
  step: number;
  gradientNorm: number;
  grid: GridProbe;
  fine: GridProbe;
  random: GridProbe;
  shift: LayerShift[];
  norms: LayerNorm[];
  activations: ActivationStatistics[];
  /** NaN where it is not asked for. */
  sharpness: number;
}

/** What a probe reads from the device. */
interface ProbeValues {
  loss: LossAndAccuracy;
  norm: Comparison;
  norms: LayerNorm[];
  points: ProbePoint[];
  finePoints: ProbePoint[];
  randomPoints: ProbePoint[][];
  activations: ActivationStatistics[];
  sharpness: number;
  shift: LayerShift[];
}

export class Trainer {
  readonly network: Network;
  readonly learningRate: number;
  readonly model: Model;
  /** θ at the last probe and the θ that its update leads to, for probe bundles. */
  readonly probed: Vector;
  readonly next: Vector;
  /** What the last probe measured, once it has been read. */
  lastProbe: Probe | null = null;
  private readonly experiment: Experiment;
  private readonly theta: Vector;
  private readonly gradient: Vector;
  private readonly running: Vector;
  private readonly velocity: Vector | null;
  private readonly scratch: Scratch;
  /** Carried from probe to probe; null where sharpness is not asked for. */
  private readonly eigenvector: SharpnessVectors | null;

  private constructor(model: Model, experiment: Experiment, state: MemberState | null) {
    this.model = model;
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
    this.eigenvector =
      experiment.sharpnessIterations > 0
        ? {
            direction: model.vector(state?.eigenvector ?? normalDirection(model.network, 0, 90)),
            difference: model.vector(),
          }
        : null;
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
    await model.watch(exampleUnits(network, experiment.activationLayers));
    return new Trainer(model, experiment, state);
  }

  /** One update: θ ← θ − η·v with v ← momentum·v + g. Returns loss and accuracy before it. */
  train(batch: Batch): Pending<LossAndAccuracy> {
    const loss = this.model.gradient(this.theta, batch, this.gradient, this.running);
    this.model.addScaled(this.theta, this.theta, -this.learningRate, this.direction());
    return loss;
  }

  /** Measures at θ, then updates unless `last`. The gradient of the update is the probe's g. */
  probe(batch: Batch, last: boolean): Pending<Probe> {
    const { model, theta, gradient, next, scratch, experiment, learningRate } = this;
    model.copy(this.probed, theta);
    const loss = model.gradient(theta, batch, gradient, last ? undefined : this.running);
    const stepSizes = experiment.probeSteps.map((multiple) => multiple * learningRate);
    const fineSizes = experiment.fineSteps.map((multiple) => multiple * learningRate);
    const along = (direction: Vector, sizes: readonly number[]): Pending<ProbePoint[]> =>
      probeLandscape(model, theta, direction, gradient, batch, sizes, scratch);
    const parts = {
      loss,
      norm: model.compare(gradient, gradient),
      norms: layerNorms(model, theta, gradient),
      points: along(gradient, stepSizes),
      finePoints: along(gradient, fineSizes),
      randomPoints: this.randomDirections(batch, (direction) => along(direction, stepSizes)),
      activations: this.activations(batch),
      sharpness: this.sharpness(batch),
    };
    model.addScaled(next, theta, -learningRate, this.direction());
    const { icsLayers } = experiment;
    const shift = internalCovariateShift(model, theta, next, gradient, batch, icsLayers, scratch);
    if (!last) model.copy(theta, next);
    return Pending.object<ProbeValues>({ ...parts, shift }).map((values) => {
      const { points, finePoints, randomPoints, norm, loss: evaluated, ...rest } = values;
      const summarise = (each: ProbePoint[], sizes: readonly number[]): GridProbe =>
        summariseGrid(each, sizes, norm.normA);
      this.lastProbe = {
        step: batch.step,
        ...evaluated,
        gradientNorm: norm.normA,
        grid: summarise(points, stepSizes),
        fine: summarise(finePoints, fineSizes),
        random: summarise(
          randomPoints.flat(),
          randomPoints.flatMap(() => stepSizes),
        ),
        ...rest,
      };
      return this.lastProbe;
    });
  }

  private randomDirections(
    batch: Batch,
    along: (direction: Vector) => Pending<ProbePoint[]>,
  ): Pending<ProbePoint[][]> {
    const { model, gradient, experiment } = this;
    return Pending.all(
      Array.from({ length: experiment.randomDirections }, (_, index) => {
        const direction = randomDirection(model, gradient, batch.step, index);
        const points = along(direction);
        direction.dispose();
        return points;
      }),
    );
  }

  private activations(batch: Batch): Pending<ActivationStatistics[]> {
    if (this.experiment.activationLayers.length === 0) return Pending.all<ActivationStatistics>([]);
    return this.model.activations(this.theta, batch);
  }

  private sharpness(batch: Batch): Pending<number> {
    const { model, theta, scratch, experiment, eigenvector } = this;
    if (!eigenvector) return new Pending([], () => Number.NaN);
    return sharpness(model, theta, batch, experiment.sharpnessIterations, eigenvector, scratch);
  }

  /** The loss around the parameters reached, or null where it is not asked for. */
  async flatness(engine: Engine, batch: Batch): Promise<Flatness | null> {
    const { flatnessPoints } = this.experiment;
    if (flatnessPoints === 0) return null;
    // An odd number has θ itself in the middle.
    const points = Math.max(3, flatnessPoints | 1);
    return flatness(engine, this.model, this.theta, batch, points);
  }

  /** What it takes to go on from here. Waits for the device. */
  async state(active: boolean): Promise<MemberState> {
    const { model, theta, running, velocity, eigenvector } = this;
    const [values, statistics, speed, direction] = await Promise.all([
      model.values(theta),
      model.values(running),
      velocity && model.values(velocity),
      eigenvector && model.values(eigenvector.direction),
    ]);
    return { theta: values, running: statistics, velocity: speed, eigenvector: direction, active };
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
    return Pending.all(parts).map((results) => ({
      loss: results.reduce((sum, { loss }, i) => sum + loss * share(batches[i]!), 0),
      accuracy: results.reduce((sum, { accuracy }, i) => sum + (accuracy * batches[i]!.count) / total, 0),
    }));
  }

  dispose(): void {
    const { theta, gradient, next, probed, running, velocity, scratch, eigenvector } = this;
    const vectors = [theta, gradient, next, probed, running, velocity, scratch.point, scratch.gradient];
    for (const vector of [...vectors, eigenvector?.direction, eigenvector?.difference]) vector?.dispose();
    this.model.dispose();
  }
}
