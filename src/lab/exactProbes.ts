/** The probes of one network in float64 on the CPU, from the parameters that its training in float32 has reached. */
import { createDeferredFloat64Engine } from '../engine/float64/deferred.ts';
import { dataOf } from '../engine/float64/vectors.ts';
import type { BatchData, Engine, Model } from '../engine/model.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { exampleUnits } from '../measure/activations.ts';
import type { Network } from '../network/network.ts';
import { type Probe, takeProbe } from './probe.ts';
import { sharpnessAt } from './sharpnessAt.ts';
import { yieldToMessages } from './yieldToMessages.ts';

type Values = Float32Array<ArrayBuffer>;

/** One network as it was before a step: read back from the device. */
interface Reached {
  theta: Values;
  /** Null without momentum. */
  velocity: Values | null;
}

export class ExactProbes {
  /** The θ that the update of the last probe leads to; null before the first. */
  next: Float64Array<ArrayBuffer> | null = null;
  private readonly engine: Engine;
  private readonly model: Model;
  private readonly experiment: Experiment;
  private readonly learningRate: number;

  private constructor(engine: Engine, model: Model, experiment: Experiment) {
    this.engine = engine;
    this.model = model;
    this.experiment = experiment;
    this.learningRate = model.network.variant.learningRate ?? experiment.learningRate;
  }

  static async create(network: Network, experiment: Experiment, batchSize: number): Promise<ExactProbes> {
    const engine = createDeferredFloat64Engine(yieldToMessages);
    const model = await engine.model(network, batchSize);
    await model.watch(exampleUnits(network, experiment.activationLayers));
    return new ExactProbes(engine, model, experiment);
  }

  /** Takes a probe; other messages of this thread are handled meanwhile. */
  async take({ theta, velocity }: Reached, data: BatchData): Promise<Probe> {
    const { engine, model, experiment, learningRate } = this;
    const batch = engine.batch(data);
    const [at, gradient, next] = [model.vector(theta), model.vector(), model.vector()];
    const direction = () => {
      if (!velocity) return gradient;
      const speed = model.vector(velocity);
      model.addScaled(speed, gradient, experiment.momentum, speed);
      return speed;
    };
    const loss = model.gradient(at, batch, gradient);
    const scratch = { point: model.vector(), gradient: model.vector() };
    const site = { experiment, learningRate, model, theta: at, gradient, loss, batch, next };
    const probe = await engine.read(takeProbe({ ...site, direction, scratch }));
    this.next = dataOf(next);
    return { ...probe, sharpness: await sharpnessAt({ engine, model }, experiment, theta, data) };
  }
}
