/** The fused engine, through the same calls as the lab's trainer. */
import { createFusedEngine } from '../../engine/fused/engine.ts';
import { type Batch, type Engine, type LossAndAccuracy, type Model, Pending, type Vector } from '../../engine/model.ts';
import type { OpenDevice } from '../../gpu/device.ts';
import { type Competitor, timedSteps, type Trained, type TrainingRun } from './competitor.ts';
import { BenchError } from './problem.ts';
import { type BenchTask, LEARNING_RATE } from './task.ts';

export class OurRun implements TrainingRun {
  readonly engine: Engine;
  readonly model: Model;
  readonly theta: Vector;
  readonly gradient: Vector;
  private readonly running: Vector;
  private readonly task: BenchTask;
  private readonly failIfFaulty: () => void;
  private done = 0;

  private constructor(engine: Engine, model: Model, task: BenchTask, failIfFaulty: () => void) {
    this.engine = engine;
    this.model = model;
    this.task = task;
    this.failIfFaulty = failIfFaulty;
    this.theta = model.vector(task.theta);
    this.gradient = model.vector();
    this.running = model.statistics();
  }

  static async create(engine: Engine, task: BenchTask, failIfFaulty: () => void): Promise<OurRun> {
    return new OurRun(engine, await engine.model(task.network, task.batchSize), task, failIfFaulty);
  }

  async train(steps: number): Promise<Trained> {
    const { results, javascriptMs } = timedSteps(steps, () => this.step());
    const losses = await this.engine.read(Pending.all(results));
    this.failIfFaulty();
    return { losses: losses.map(({ loss }) => loss), javascriptMs };
  }

  private step(): Pending<LossAndAccuracy> {
    const { model, theta, gradient, running } = this;
    const batch = this.nextBatch();
    const loss = model.gradient(theta, batch, gradient, running);
    model.addScaled(theta, theta, -LEARNING_RATE, gradient);
    batch.dispose();
    this.engine.flush();
    return loss;
  }

  nextBatch(): Batch {
    const { minibatches, batchSize } = this.task;
    const step = this.done++;
    return this.engine.batch({ ...minibatches[step % minibatches.length]!, count: batchSize, step });
  }

  dispose(): void {
    for (const vector of [this.theta, this.gradient, this.running]) vector.dispose();
    this.model.dispose();
    this.engine.dispose();
  }
}

export class Ours implements Competitor {
  readonly id = 'ours';
  readonly device: GPUDevice;
  private readonly opened: OpenDevice;
  private readonly subgroups: boolean;
  private fault: string | null = null;

  constructor(opened: OpenDevice, subgroups: boolean) {
    this.opened = opened;
    this.device = opened.device;
    this.subgroups = subgroups;
    opened.onFault(({ message }) => {
      this.fault ??= message;
    });
  }

  async start(task: BenchTask): Promise<OurRun> {
    const traits = { software: this.opened.software, subgroups: this.subgroups };
    return OurRun.create(createFusedEngine(this.device, traits), task, () => this.failIfFaulty());
  }

  private failIfFaulty(): void {
    if (this.fault !== null)
      throw new BenchError('gpu', `The GPU reported an error: ${this.fault}`, 'Reload the page and try again.');
  }

  close(): void {
    this.opened.close();
  }
}
