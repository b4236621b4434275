/** One network in training: its parameters, optimiser and running statistics on the device, and what a step does to them. */

import {
  type Batch,
  type Engine,
  type LossAndAccuracy,
  type Model,
  Pending,
  type PreparationProgress,
  type Vector,
} from '../engine/model.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { internalCovariateShift, type LayerShift } from '../measure/internalCovariateShift.ts';
import { type GridProbe, probeLandscape, type Scratch, summariseGrid } from '../measure/landscape.ts';
import { initialParameters } from '../network/initial.ts';
import type { Network } from '../network/network.ts';

/** Everything that one probe measures. */
export interface Probe extends LossAndAccuracy {
  step: number;
  gradientNorm: number;
  grid: GridProbe;
  fine: GridProbe;
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

  private constructor(model: Model, experiment: Experiment) {
    this.model = model;
    this.network = model.network;
    this.experiment = experiment;
    this.learningRate = model.network.variant.learningRate ?? experiment.learningRate;
    this.theta = model.vector(initialParameters(model.network));
    this.gradient = model.vector();
    this.next = model.vector();
    this.probed = model.vector();
    this.running = model.statistics();
    this.velocity = experiment.momentum > 0 ? model.vector() : null;
    this.scratch = { point: model.vector(), gradient: model.vector() };
  }

  static async create(
    engine: Engine,
    network: Network,
    experiment: Experiment,
    batchSize: number,
    onProgress?: (progress: PreparationProgress) => void,
  ): Promise<Trainer> {
    return new Trainer(await engine.model(network, batchSize, onProgress), experiment);
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
    const norm = model.compare(gradient, gradient);
    const sizes = [experiment.probeSteps, experiment.fineSteps].map((multiples) =>
      multiples.map((multiple) => multiple * learningRate),
    );
    const grids = Pending.all(
      sizes.map((stepSizes) => probeLandscape(model, theta, gradient, batch, stepSizes, scratch)),
    );
    model.addScaled(next, theta, -learningRate, this.direction());
    const shift = internalCovariateShift(model, theta, next, gradient, batch, experiment.icsLayers, scratch);
    if (!last) model.copy(theta, next);
    const measured = Pending.both(Pending.both(loss, norm), Pending.both(grids, shift));
    return measured.map(([[{ loss: value, accuracy }, { normA }], [points, layers]]) => {
      const [grid, fine] = points.map((each, i) => summariseGrid(each, sizes[i]!, normA));
      this.lastProbe = {
        step: batch.step,
        loss: value,
        accuracy,
        gradientNorm: normA,
        grid: grid!,
        fine: fine!,
        shift: layers,
      };
      return this.lastProbe;
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
    return Pending.all(parts).map((results) => ({
      loss: results.reduce((sum, { loss }, i) => sum + loss * share(batches[i]!), 0),
      accuracy: results.reduce((sum, { accuracy }, i) => sum + (accuracy * batches[i]!.count) / total, 0),
    }));
  }

  dispose(): void {
    const { theta, gradient, next, probed, running, velocity, scratch } = this;
    for (const vector of [theta, gradient, next, probed, running, velocity, scratch.point, scratch.gradient])
      vector?.dispose();
    this.model.dispose();
  }
}
