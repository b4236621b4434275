/** The lab itself: one experiment at a time on one device, run, paused, stepped and reset. */
import { type Dataset, loadDataset } from '../data/dataset.ts';
import { DataCache } from '../data/shards.ts';
import { EngineError } from '../engine/model.ts';
import { problemsOf } from '../experiment/check.ts';
import type { DevicePace } from '../experiment/duration.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { probesInFloat64 } from '../experiment/precision.ts';
import type { DeviceFault } from '../gpu/device.ts';
import type { Measured } from '../record/build.ts';
import type { Environment } from '../record/record.ts';
import { measurePace } from './devicePace.ts';
import { type ComputeDevice, openComputeDevice } from './devices.ts';
import {
  type Device,
  type InterruptedSummary,
  type Lab,
  LabError,
  type LabEvent,
  type LabProblem,
  type LabState,
} from './lab.ts';
import { type Continuation, Run } from './run.ts';
import { type ClaimedRun, RunArchive } from './runArchive.ts';
import { storageFailure } from './runStorage.ts';
import type { SavedRun } from './savedRun.ts';

/** A device that is lost again and again is not reopened for ever. */
const MOST_RECOVERIES = 100;
const FAULT_DELAY_MS = 100;
/** A driver that restarts takes a moment: before each attempt to open its device anew. */
const REOPEN_AFTER_MS = [0, 300, 700];

export interface SessionOptions {
  /** Absolute URL of the folder `data/`. */
  dataUrl: string;
  /** Name and version of the program, for records. */
  app: string;
  openDevice?: (onFault: (fault: DeviceFault) => void) => Promise<ComputeDevice>;
  archive?: RunArchive;
}

const BACKEND_NAMES: Record<Device['backend'], string> = {
  pytorch: 'PyTorch',
  webgpu: 'WebGPU',
  webgl: 'WebGL',
  cpu: 'the processor',
};

const FAULT_HINTS: Record<DeviceFault['kind'], string> = {
  'gpu-validation': 'The numbers can no longer be trusted. Run again, and report this message.',
  'out-of-memory': 'Make the network, the minibatch or the number of networks smaller.',
  'device-lost': 'The curves so far are kept. Run again to open the device anew.',
};
const REOPEN_HINT = 'The curves so far are kept. Go on to open the device anew.';

export class Session implements Lab {
  private readonly options: SessionOptions;
  private readonly listeners = new Set<(event: LabEvent) => void>();
  private readonly dataCache = new DataCache();
  private readonly archive: RunArchive;
  private compute: Promise<ComputeDevice> | null = null;
  private experiment: Experiment | null = null;
  /** Of the run that was interrupted and goes on next. */
  private continuation: (Continuation & { environment: Environment }) | null = null;
  private current: Run | null = null;
  private state: LabState = 'idle';
  /** The loop under way, or null. */
  private loop: Promise<LabState> | null = null;
  private measuring: Promise<DevicePace | null> | null = null;
  private pauseAsked = false;
  private loading: AbortController | null = null;
  /** What the device reported since the networks were built. */
  private fault: LabProblem | null = null;

  constructor(options: SessionOptions) {
    this.options = options;
    this.archive = options.archive ?? new RunArchive();
    this.archive.onUnkept = (error) => this.emit({ type: 'unkept', ...storageFailure(error) });
  }

  subscribe(listener: (event: LabEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private readonly emit = (event: LabEvent): void => {
    for (const listener of this.listeners) listener(event);
  };

  async open(): Promise<Device> {
    const { device } = await this.openCompute();
    this.emit({ type: 'device', device });
    return device;
  }

  private openCompute(): Promise<ComputeDevice> {
    if (!this.compute) {
      // A device that is no longer ours may still report its end.
      const opened: Promise<ComputeDevice> = (this.options.openDevice ?? openComputeDevice)((fault) => {
        if (this.compute === opened) this.onFault(fault);
      });
      this.compute = opened;
      // The next call tries again.
      opened.catch(() => {
        if (this.compute === opened) this.compute = null;
      });
    }
    return this.compute;
  }

  async measurePace(): Promise<DevicePace | null> {
    this.refuseWhileRunning('Measure the device');
    this.measuring ??= this.measureDevice().finally(() => {
      this.measuring = null;
    });
    return this.measuring;
  }

  private async measureDevice(): Promise<DevicePace | null> {
    const { paceEngine, device } = await this.openCompute();
    if (!paceEngine) return null;
    return measurePace(paceEngine(), device.software).catch((error: unknown) => {
      throw new LabError(this.fault ?? problemOf(error));
    });
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

  async interrupted(): Promise<InterruptedSummary | null> {
    const run = await this.archive.interrupted((later) =>
      this.emit({ type: 'interrupted', run: summaryOf(later) }),
    );
    return run && summaryOf(run);
  }

  async resume(id: string): Promise<void> {
    const run = await this.claim(id);
    const { environment, checkpoint, elapsedMs } = run;
    const toldStep = toldStepOf(run);
    this.takeOver(run, run.measured, toldStep);
    this.continuation = { checkpoint, elapsedMs, environment, toldStep };
    this.archive.goOn(run);
    this.enter('paused');
  }

  async keep(id: string): Promise<void> {
    const run = await this.claim(id);
    const step = toldStepOf(run);
    const ended = new Set(run.measured.flatMap((each) => (each.kind === 'status' ? [each.variant] : [])));
    const stopped = run.checkpoint.members.flatMap(({ active }, variant): Measured[] =>
      active && !ended.has(variant) ? [{ kind: 'status', variant, status: 'stopped', step }] : [],
    );
    this.takeOver(run, [...run.measured, ...stopped], step);
    this.archive.goOn(run);
    this.archive.end();
    this.enter('finished', step);
  }

  /** Tells an interrupted run as if it had been measured here. */
  private takeOver({ experiment, environment }: ClaimedRun, measured: Measured[], step: number): void {
    this.forget();
    this.experiment = experiment;
    this.emit({ type: 'started', experiment, environment });
    this.emit({ type: 'measured', measured, step, stepsPerSecond: 0 });
  }

  private async claim(id: string): Promise<ClaimedRun> {
    this.refuseWhileRunning('Go on with the other run');
    const run = await this.archive.claim(id);
    if (!run)
      throw new LabError({
        kind: 'not-ready',
        message: 'The interrupted run is no longer there.',
        hint: 'It may have been continued or discarded in another tab.',
      });
    try {
      this.refuseWhileRunning('Go on with the other run');
    } catch (error) {
      run.release();
      throw error;
    }
    return run;
  }

  async discard(id: string): Promise<void> {
    await this.archive.discard(id);
  }

  async probeBundle(variant: string): Promise<ArrayBuffer> {
    this.refuseWhileRunning('Export the last probe');
    const index = this.experiment?.variants.indexOf(variant) ?? -1;
    const bundle = this.current && index >= 0 ? await this.current.bundle(index) : null;
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
    this.archive.close();
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
    this.current?.dispose();
    this.current = null;
    this.continuation = null;
    this.fault = null;
    this.archive.end();
    this.enter('idle');
  }

  private enter(state: LabState, reached?: number): void {
    this.state = state;
    const steps = this.experiment?.steps ?? 0;
    const step = reached ?? this.current?.next ?? this.continuation?.checkpoint?.next ?? 0;
    this.emit({ type: 'state', state, step: Math.min(steps, step), steps });
  }

  private start(count: number): Promise<LabState> {
    this.refuseWhileRunning('Start again');
    if (this.state === 'finished' || this.state === 'failed') this.forget();
    this.pauseAsked = false;
    this.loop = this.advance(count)
      .catch((error: unknown) => this.fail(problemOf(error)))
      .finally(() => {
        this.loop = null;
      });
    return this.loop;
  }

  private fail(caught: LabProblem): never {
    const problem = this.fault ?? caught;
    this.report(problem);
    throw new LabError(problem);
  }

  /** A run that was put aside stays so: trying again goes on with it. */
  private report(problem: LabProblem): void {
    const isLost = problem.kind === 'device-lost';
    if (isLost) this.compute = null;
    if (this.current || !this.continuation) {
      this.enter('failed');
      this.emit({ type: 'problem', problem });
      return;
    }
    this.fault = null;
    this.enter('paused');
    this.emit({ type: 'problem', problem: isLost ? { ...problem, hint: REOPEN_HINT } : problem });
  }

  private async advance(count: number): Promise<LabState> {
    await this.measuring?.catch(() => {});
    const run = this.current ?? (await this.prepare());
    if (!run) return this.state;
    const end = run.next + count;
    this.enter('running');
    for (let recoveries = 0; ; recoveries++) {
      try {
        await run.advance(end, () => this.pauseAsked || this.fault !== null);
        if (this.fault) throw new LabError(this.fault);
        break;
      } catch (error) {
        const outcome = recoveries < MOST_RECOVERIES ? await this.recover(run, error) : 'failed';
        if (outcome === 'failed') throw error;
        if (outcome === 'no device') return this.suspend(run);
      }
    }
    this.enter(run.isDone ? 'finished' : 'paused');
    return this.state;
  }

  /** Reopens a lost device; `no device` where none of the same kind can be had. */
  private async recover(run: Run, error: unknown): Promise<'recovered' | 'no device' | 'failed'> {
    // The end of a device may be told a little later than the failure that follows from it.
    if (!this.fault && !(error instanceof LabError))
      await new Promise((resolve) => setTimeout(resolve, FAULT_DELAY_MS));
    const isLost =
      this.fault?.kind === 'device-lost' || (error instanceof EngineError && error.kind === 'device-lost');
    if (!isLost) return 'failed';
    const opened = await this.reopen();
    if (!opened) return 'no device';
    try {
      await run.recover(opened.engines);
    } catch (reason) {
      this.putAside(run);
      await this.archive.flush();
      throw reason;
    }
    run.isOn(opened.device);
    return 'recovered';
  }

  /** A device of the same kind in place of the one that was lost; null where none can be had, and the last one found is another. */
  private async reopen(): Promise<ComputeDevice | null> {
    const before = await this.compute?.catch(() => null);
    let other: ComputeDevice | null = null;
    for (const ms of REOPEN_AFTER_MS) {
      await new Promise((resolve) => setTimeout(resolve, ms));
      other?.close();
      this.compute = null;
      this.fault = null;
      const opened = await this.openCompute().catch(() => null);
      if (opened && (!before || opened.device.backend === before.device.backend)) return opened;
      other = opened;
    }
    return null;
  }

  /** Puts a run whose device is lost for good aside: nothing of it is lost, and `run` goes on with it on the next backend. */
  private async suspend(run: Run): Promise<LabState> {
    this.putAside(run);
    await this.archive.flush();
    const opened = await this.compute?.catch(() => null);
    const elsewhere = opened?.device.backend;
    this.emit({
      type: 'problem',
      problem: {
        kind: 'device-lost',
        message: 'The GPU was lost, and no new one could be opened.',
        hint: elsewhere
          ? `The curves so far are kept and can be exported. Go on with them on ${BACKEND_NAMES[elsewhere]}, more slowly and with slightly different rounding, or reload the page.`
          : 'The curves so far are kept and can be exported. Go on to try again, or reload the page.',
      },
    });
    if (opened) this.emit({ type: 'device', device: opened.device });
    return 'paused';
  }

  private putAside(run: Run): void {
    const { continuation, environment, next } = run;
    run.storeTail();
    run.dispose();
    this.current = null;
    this.continuation = { ...continuation, environment };
    this.enter('paused', next);
  }

  /** Loads the data and builds the networks; null where a pause interrupted it. */
  private async prepare(): Promise<Run | null> {
    const { experiment, continuation } = this;
    this.fault = null;
    if (!experiment)
      throw new LabError({
        kind: 'not-ready',
        message: 'No experiment has been set up.',
        hint: 'Configure one first.',
      });
    this.enter('preparing');
    const device = await this.open();
    const { engines } = await this.openCompute();
    const dataset = await this.load(experiment);
    if (!dataset) {
      this.enter(continuation ? 'paused' : 'idle');
      return null;
    }
    const environment = continuation?.environment ?? this.environment(device, experiment);
    const setUp = { experiment, environment, dataset, emit: this.emit, archive: this.archive };
    const run = await Run.create(engines, setUp, continuation);
    // A lost device is opened anew by the loop.
    const fault = this.fault as LabProblem | null;
    if (fault && fault.kind !== 'device-lost') {
      run.dispose();
      throw new LabError(fault);
    }
    this.current = run;
    this.continuation = null;
    if (!continuation) {
      this.archive.begin();
      this.emit({ type: 'started', experiment, environment });
    }
    this.current.isOn(device);
    return this.current;
  }

  /** Null where a pause interrupted the loading. */
  private async load(experiment: Experiment): Promise<Dataset | null> {
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
    if (loaded === null || this.pauseAsked) return null;
    if (!loaded.ok) throw new LabError(loaded.problem);
    return loaded.dataset;
  }

  private environment({ backend, adapter, software }: Device, experiment: Experiment): Environment {
    const startedAt = new Date().toISOString();
    const environment: Environment = { backend, adapter, software, app: this.options.app, startedAt };
    if (probesInFloat64(experiment)) environment.probePrecision = 'float64';
    return environment;
  }

  private onFault({ kind, message }: DeviceFault): void {
    this.fault ??= { kind, message, hint: FAULT_HINTS[kind] };
    if (this.loop) return;
    const run = this.current;
    if (kind === 'device-lost') {
      // The next run opens a new device; a paused one goes on there.
      this.compute = null;
      if (run && this.state === 'paused') {
        this.putAside(run);
        this.emit({ type: 'problem', problem: { kind, message, hint: REOPEN_HINT } });
        this.fault = null;
        return;
      }
    }
    if (run) this.report(this.fault);
  }
}

/** The last step whose measurements are there: some come after the checkpoint of a run that was put aside. */
function toldStepOf({ checkpoint, measured }: ClaimedRun): number {
  const steps = measured.map((each) => (each.kind === 'timing' ? each.step : 0));
  return steps.reduce((last, step) => Math.max(last, step), checkpoint.next - 1);
}

function summaryOf({ id, experiment, environment, checkpoint }: SavedRun): InterruptedSummary {
  return { id, experiment, environment, step: checkpoint.next };
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
