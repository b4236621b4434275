/** The lab itself: one experiment at a time on one device, run, paused, stepped and reset. */
import { type Dataset, loadDataset } from '../data/dataset.ts';
import { DataCache } from '../data/shards.ts';
import { type Engine, EngineError, Pending, type PreparationProgress } from '../engine/model.ts';
import { problemsOf } from '../experiment/check.ts';
import type { Experiment } from '../experiment/experiment.ts';
import type { DeviceFault } from '../gpu/device.ts';
import type { Measured } from '../record/build.ts';
import type { Environment } from '../record/record.ts';
import { probeBundle } from './bundle.ts';
import { type ComputeDevice, openComputeDevice } from './devices.ts';
import { type Device, type Lab, LabError, type LabEvent, type LabProblem, type LabState } from './lab.ts';
import { Lockstep, mergeTraining, type StepResult, toMeasured } from './lockstep.ts';
import { Pacing } from './pacing.ts';
import { RunClock } from './runClock.ts';
import { yieldToMessages } from './yieldToMessages.ts';

const PREPARATION_LABELS: Record<PreparationProgress['stage'], string> = {
  'measuring kernels': 'Measuring the fastest kernels for this GPU (once)',
  'compiling kernels': 'Compiling kernels',
};

export interface SessionOptions {
  /** Absolute URL of the folder `data/`. */
  dataUrl: string;
  /** Name and version of the program, for records. */
  app: string;
  openDevice?: (onFault: (fault: DeviceFault) => void) => Promise<ComputeDevice>;
}

export class Session implements Lab {
  private readonly options: SessionOptions;
  private readonly listeners = new Set<(event: LabEvent) => void>();
  private readonly dataCache = new DataCache();
  private compute: Promise<ComputeDevice> | null = null;
  private experiment: Experiment | null = null;
  private engine: Engine | null = null;
  private lockstep: Lockstep | null = null;
  private state: LabState = 'idle';
  private readonly clock = new RunClock();
  /** The loop under way, or null. */
  private loop: Promise<LabState> | null = null;
  private pauseAsked = false;
  private loading: AbortController | null = null;
  /** What the device reported since the networks were built. */
  private fault: LabProblem | null = null;

  constructor(options: SessionOptions) {
    this.options = options;
  }

  subscribe(listener: (event: LabEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private emit(event: LabEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  async open(): Promise<Device> {
    this.compute ??= (this.options.openDevice ?? openComputeDevice)((fault) => this.onFault(fault));
    const { device } = await this.compute;
    this.emit({ type: 'device', device });
    return device;
  }

  async configure(experiment: Experiment): Promise<void> {
    this.refuseWhileRunning('Change the settings');
    const [problem] = problemsOf(experiment);
    if (problem)
      throw new LabError({
        kind: 'invalid-experiment',
        message: problem.message,
        hint: `Change “${problem.key}”.`,
      });
    this.experiment = structuredClone(experiment);
    this.forget();
  }

  async reset(): Promise<void> {
    await this.pause();
    this.forget();
  }

  async run(): Promise<LabState> {
    return this.start(Number.POSITIVE_INFINITY);
  }

  async step(count: number): Promise<LabState> {
    return this.start(Math.max(1, Math.floor(count)));
  }

  async pause(): Promise<void> {
    if (!this.loop) return;
    this.pauseAsked = true;
    this.loading?.abort();
    await this.loop.catch(() => {});
  }

  async probeBundle(variant: string): Promise<ArrayBuffer> {
    this.refuseWhileRunning('Export the last probe');
    const index = this.experiment?.variants.indexOf(variant) ?? -1;
    const { engine, lockstep } = this;
    const bundle = engine && lockstep && index >= 0 ? await probeBundle(engine, lockstep, index) : null;
    if (bundle) return bundle;
    throw new LabError({
      kind: 'not-ready',
      message: `There is no probe of “${variant.slice(0, 40)}” yet.`,
      hint: 'Run the experiment to its first probe, and name one of its networks.',
    });
  }

  async loseDevice(): Promise<void> {
    (await this.compute)?.lose();
  }

  dispose(): void {
    this.pauseAsked = true;
    this.forget();
    this.compute?.then((compute) => compute.close());
    this.listeners.clear();
  }

  private refuseWhileRunning(action: string): void {
    if (this.loop)
      throw new LabError({
        kind: 'busy',
        message: 'The networks are training.',
        hint: `Pause first. ${action} then.`,
      });
  }

  private forget(): void {
    this.lockstep?.dispose();
    this.engine?.dispose();
    this.lockstep = null;
    this.engine = null;
    this.fault = null;
    this.clock.reset();
    this.enter('idle');
  }

  private enter(state: LabState): void {
    this.state = state;
    const steps = this.experiment?.steps ?? 0;
    this.emit({ type: 'state', state, step: Math.min(steps, this.lockstep?.next ?? 0), steps });
  }

  private start(count: number): Promise<LabState> {
    this.refuseWhileRunning('Start again');
    if (this.state === 'finished' || this.state === 'failed') this.forget();
    this.pauseAsked = false;
    this.loop = this.runLoop(count)
      .catch((error: unknown) => this.fail(problemOf(error)))
      .finally(() => {
        this.loop = null;
      });
    return this.loop;
  }

  private fail(problem: LabProblem): never {
    this.report(this.fault ?? problem);
    throw new LabError(this.fault ?? problem);
  }

  private report(problem: LabProblem): void {
    this.clock.stop();
    this.enter('failed');
    this.emit({ type: 'problem', problem });
  }

  private async runLoop(count: number): Promise<LabState> {
    const lockstep = this.lockstep ?? (await this.prepare());
    if (!lockstep) return this.state;
    const end = lockstep.next + count;
    this.enter('running');
    this.clock.start();
    const pacing = new Pacing();
    let waiting: StepResult[] = [];
    let reading: Promise<void> = Promise.resolve();
    // One group is computed while the one before it is read.
    const readAll = async (): Promise<void> => {
      const results = waiting;
      waiting = [];
      await reading;
      const start = performance.now();
      const onlyTrained = !results.some(({ isLong }) => isLong);
      reading = this.read(results).then(() => {
        if (onlyTrained) pacing.completed(results.length, performance.now() - start);
      });
      // The loop waits for it later; until then a rejection is not unhandled.
      reading.catch(() => {});
    };
    while (!this.pauseAsked && !lockstep.done && lockstep.next < end) {
      this.throwFault();
      const result = lockstep.advance();
      waiting.push(result);
      if (result.isLong || waiting.length >= pacing.groupSize) await readAll();
      await yieldToMessages();
    }
    await readAll();
    await reading;
    this.throwFault();
    this.clock.stop();
    if (lockstep.done) await this.finish(lockstep);
    this.enter(lockstep.done ? 'finished' : 'paused');
    return this.state;
  }

  /** Loads the data and builds the networks; null where a pause interrupted it. */
  private async prepare(): Promise<Lockstep | null> {
    const { experiment } = this;
    if (!experiment)
      throw new LabError({
        kind: 'not-ready',
        message: 'No experiment has been set up.',
        hint: 'Configure one first.',
      });
    this.enter('preparing');
    await this.open();
    const { device, engines } = await this.compute!;
    this.loading = new AbortController();
    const { signal } = this.loading;
    const loaded = await loadDataset(experiment, {
      baseUrl: this.options.dataUrl,
      cache: this.dataCache,
      signal,
      onProgress: ({ done, total }) =>
        this.emit({ type: 'progress', label: 'Loading images', done, total, unit: 'bytes' }),
    }).catch((error: unknown) => {
      if (signal.aborted) return null;
      throw error;
    });
    this.loading = null;
    if (loaded === null || this.pauseAsked) {
      this.enter('idle');
      return null;
    }
    if (!loaded.ok) throw new LabError(loaded.problem);
    const lockstep = await this.build(engines, experiment, loaded.dataset);
    this.emit({ type: 'started', experiment, environment: this.environment(device) });
    return lockstep;
  }

  /** Builds the networks on the first engine that can run them. */
  private async build(
    engines: readonly (() => Engine)[],
    experiment: Experiment,
    dataset: Dataset,
  ): Promise<Lockstep> {
    let reason: string | null = null;
    for (const [i, createEngine] of engines.entries()) {
      const engine = createEngine();
      try {
        const lockstep = await Lockstep.create(engine, experiment, dataset, ({ stage, done, total }) =>
          this.emit({ type: 'progress', label: PREPARATION_LABELS[stage], done, total, unit: 'items' }),
        );
        [this.engine, this.lockstep] = [engine, lockstep];
        this.emit({ type: 'engine', engine: engine.kind === 'fused' ? 'fused' : 'reference', reason });
        return lockstep;
      } catch (error) {
        engine.dispose();
        const canFallBack = error instanceof EngineError && ['unsupported', 'kernel'].includes(error.kind);
        if (!canFallBack || i === engines.length - 1) throw error;
        reason = error.message;
      }
    }
    throw new Error('The device has no engine.');
  }

  private environment({ backend, adapter, software }: Device): Environment {
    return { backend, adapter, software, app: this.options.app, startedAt: new Date().toISOString() };
  }

  private async read(results: readonly StepResult[]): Promise<void> {
    if (results.length === 0 || !this.lockstep || !this.engine) return;
    const { lockstep, engine } = this;
    const values = await engine.read(Pending.all(results.map(({ pending }) => pending)));
    const measured = mergeTraining(results.flatMap(({ step }, i) => toMeasured(step, values[i]!, lockstep)));
    const step = results.at(-1)!.step;
    this.clock.reached(step);
    measured.push({ kind: 'timing', step, elapsedMs: this.clock.elapsedMs });
    this.emit({ type: 'measured', measured, step, stepsPerSecond: this.clock.stepsPerSecond });
  }

  private async finish(lockstep: Lockstep): Promise<void> {
    const { steps, seeds, variants } = lockstep.experiment;
    const around = await lockstep.finish();
    const finished = Array.from({ length: seeds * variants.length }, (_, variant) => variant)
      .filter((variant) => lockstep.isActive(variant))
      .map((variant): Measured => ({ kind: 'status', variant, status: 'finished', step: steps }));
    const measured = [...around, ...finished];
    this.emit({ type: 'measured', measured, step: steps, stepsPerSecond: this.clock.stepsPerSecond });
  }

  private onFault({ kind, message }: DeviceFault): void {
    const hints: Record<DeviceFault['kind'], string> = {
      'gpu-validation': 'The numbers can no longer be trusted. Run again, and report this message.',
      'out-of-memory': 'Make the network, the minibatch or the number of networks smaller.',
      'device-lost': 'The curves so far are kept. Run again to open the device anew.',
    };
    this.fault ??= { kind, message, hint: hints[kind] };
    if (kind === 'device-lost') this.compute = null;
    if (!this.loop && this.lockstep) this.report(this.fault);
  }

  private throwFault(): void {
    if (this.fault) throw new LabError(this.fault);
  }
}

function problemOf(error: unknown): LabProblem {
  if (error instanceof LabError) return error.problem;
  if (error instanceof EngineError)
    return {
      kind: error.kind === 'unsupported' ? 'kernel' : error.kind,
      message: error.message,
      hint: error.hint,
    };
  return {
    kind: 'internal',
    message: error instanceof Error ? error.message : String(error),
    hint: 'Reset and run again; the curves so far are kept. If it happens again, report this message.',
  };
}
