/** The fused engine, through the same calls as the lab's trainer. */
import { type Calibration, createCalibration } from '../../engine/fused/calibrate.ts';
import { createFusedEngine } from '../../engine/fused/engine.ts';
import type { DeviceTraits } from '../../engine/fused/tiles.ts';
import {
  type Batch,
  type Engine,
  type LossAndAccuracy,
  type Model,
  Pending,
  type Vector,
} from '../../engine/model.ts';
import type { OpenDevice } from '../../gpu/device.ts';
import {
  type Competitor,
  type PreparationListener,
  type Trained,
  type TrainingRun,
  timedSteps,
} from './competitor.ts';
import { BenchError } from './problem.ts';
import { type BenchTask, LEARNING_RATE } from './task.ts';
import { timeDispatches } from './timedDevice.ts';

export class OurRun implements TrainingRun {
  readonly engine: Engine;
  readonly model: Model;
  readonly theta: Vector;
  readonly gradient: Vector;
  private readonly running: Vector;
  private readonly task: BenchTask;
  private readonly device: GPUDevice;
  private readonly failIfFaulty: () => void;
  private done = 0;

  constructor(engine: Engine, model: Model, task: BenchTask, device: GPUDevice, failIfFaulty: () => void) {
    this.engine = engine;
    this.device = device;
    this.model = model;
    this.task = task;
    this.failIfFaulty = failIfFaulty;
    this.theta = model.vector(task.theta);
    this.gradient = model.vector();
    this.running = model.statistics();
  }

  async train(steps: number): Promise<Trained> {
    const { results, javascriptMs } = timedSteps(steps, () => this.step());
    const losses = await this.engine.read(Pending.all(results));
    this.failIfFaulty();
    return { losses: losses.map(({ loss }) => loss), javascriptMs };
  }

  /** Of one step; null where the device has no timestamp queries. */
  async longestDispatchMs(): Promise<number | null> {
    if (!this.device.features.has('timestamp-query')) return null;
    const dispatches = await timeDispatches(this.device, () => this.train(1));
    return Math.max(...dispatches.map(({ ms }) => ms));
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
  /** Null where tiles are not measured. */
  readonly calibration: Calibration | null;
  private readonly opened: OpenDevice;
  readonly traits: DeviceTraits;
  private fault: string | null = null;

  constructor(opened: OpenDevice, traits: DeviceTraits, calibration: Calibration | null) {
    this.opened = opened;
    this.device = opened.device;
    this.traits = traits;
    this.calibration = calibration;
    opened.onFault(({ message }) => {
      this.fault ??= message;
    });
  }

  /** Measures tiles anew, whatever the lab remembers. */
  static calibrated(opened: OpenDevice, traits: DeviceTraits): Ours {
    return new Ours(opened, traits, createCalibration(opened.device, traits, opened.name));
  }

  /** The same with the likely tiles: measuring takes long where networks are large. */
  uncalibrated(): Ours {
    return new Ours(this.opened, this.traits, null);
  }

  engine(): Engine {
    return createFusedEngine(this.device, this.traits, this.calibration);
  }

  async start(task: BenchTask, onProgress?: PreparationListener): Promise<OurRun> {
    const engine = this.engine();
    const model = await engine.model(task.network, task.batchSize, ({ stage, done, total }) =>
      onProgress?.(stage, done, total),
    );
    return new OurRun(engine, model, task, this.device, () => this.failIfFaulty());
  }

  private failIfFaulty(): void {
    if (this.fault !== null)
      throw new BenchError(
        'gpu',
        `The GPU reported an error: ${this.fault}`,
        'Reload the page and try again.',
      );
  }

  close(): void {
    this.opened.close();
  }
}
