/** One run of an experiment: its networks on an engine, the loop that advances them, its checkpoints, its recovery. */
import type { Dataset } from '../data/dataset.ts';
import { type Engine, Pending } from '../engine/model.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { variantsOf } from '../experiment/variants.ts';
import { initialParameters } from '../network/initial.ts';
import { buildNetwork, initialStatistics } from '../network/network.ts';
import type { Measured } from '../record/build.ts';
import { isSameDevice, lastDeviceOf } from '../record/devices.ts';
import type { DeviceName, Environment } from '../record/record.ts';
import { type Built, build } from './build.ts';
import { probeBundle } from './bundle.ts';
import { type Checkpoint, CheckpointPace, HeldCheckpoint, type MemberState } from './checkpoint.ts';
import type { LabEvent } from './lab.ts';
import { type Lockstep, type StepResult, withProbes } from './lockstep.ts';
import { mergeTraining, toMeasured } from './measuredStep.ts';
import { Pacing } from './pacing.ts';
import type { RunArchive } from './runArchive.ts';
import { RunClock } from './runClock.ts';
import { WorkClock } from './workClock.ts';
import { yieldToMessages } from './yieldToMessages.ts';

/** Steps that leave together where the loop does not have to wait sooner: each submission costs the thread the same. */
const STEPS_A_SUBMISSION = 4;
/** Probes and tests that take longer are waited for alone. */
const LONG_MS = 400;

export interface RunSetUp {
  experiment: Experiment;
  environment: Environment;
  dataset: Dataset;
  emit: (event: LabEvent) => void;
  archive: RunArchive;
  /** Of the running time, in milliseconds. */
  now?: () => number;
  /** Says when checkpoints are taken. */
  checkpointPace?: CheckpointTimes;
}

type CheckpointTimes = { [K in keyof CheckpointPace]: CheckpointPace[K] };

/** What a run goes on from. */
export interface Continuation {
  /** Null: from its beginning. */
  checkpoint: Checkpoint | null;
  elapsedMs: number;
  /** The last step whose measurements are in the record already. */
  toldStep: number;
}

/** A checkpoint that is on its way. */
type Arriving = () => Promise<HeldCheckpoint>;

export class Run {
  readonly experiment: Experiment;
  /** Time of this thread that the loop takes. */
  readonly work = new WorkClock();
  private readonly setUp: RunSetUp;
  /** With every device that the run has been on. */
  private where: Environment;
  private engine: Engine;
  private lockstep: Lockstep;
  private readonly clock: RunClock;
  private readonly pacing = new Pacing();
  private readonly checkpointPace: CheckpointTimes;
  /** The latest that has arrived. */
  private checkpoint: HeldCheckpoint | null;
  /** Steps recorded that have not been asked for. */
  private waiting: StepResult[] = [];
  /** Settles once everything asked for has been told. */
  private reading: Promise<void> = Promise.resolve();
  /** The last step whose measurements have been told; after a recovery some are computed again. */
  private toldStep: number;
  /** What the last steps took that ended with a probe, or with a test alone. */
  private readonly besideMs = { probe: 0, test: 0 };

  private constructor(setUp: RunSetUp, built: Built, continuation: Continuation | null) {
    this.experiment = setUp.experiment;
    this.setUp = setUp;
    this.where = setUp.environment;
    this.engine = built.engine;
    this.lockstep = built.lockstep;
    const checkpoint = continuation?.checkpoint;
    this.checkpoint = checkpoint ? new HeldCheckpoint(checkpoint) : null;
    this.clock = new RunClock(setUp.now);
    this.checkpointPace = setUp.checkpointPace ?? new CheckpointPace(built.lockstep.snapshotBytes);
    this.toldStep = continuation?.toldStep ?? -1;
    this.clock.reset(continuation?.elapsedMs ?? 0);
  }

  /** Builds the networks on the first engine that can run them. Rejects with EngineError where none can. */
  static async create(
    engines: readonly (() => Engine)[],
    setUp: RunSetUp,
    continuation: Continuation | null = null,
  ): Promise<Run> {
    return new Run(setUp, await build(engines, setUp, continuation?.checkpoint ?? null), continuation);
  }

  get environment(): Environment {
    return this.where;
  }

  /** Tells of the device where the run has not been on it until now. */
  isOn({ backend, adapter, software }: DeviceName): void {
    const { environment, next } = this;
    const device = { backend, adapter, software };
    if (isSameDevice(device, lastDeviceOf(environment))) return;
    const { continuedOn = [] } = environment;
    this.where = { ...environment, continuedOn: [...continuedOn, { ...device, step: next }] };
    this.tell([{ kind: 'device', step: next, device }], Math.max(0, this.toldStep));
  }

  /** The step that comes next. */
  get next(): number {
    return this.lockstep.next;
  }

  get isDone(): boolean {
    return this.lockstep.done;
  }

  /** The last probe of one network, or null where there is none yet. */
  bundle(index: number): Promise<ArrayBuffer | null> {
    return probeBundle(this.engine, this.lockstep, index);
  }

  /** Advances to `end`, or until asked to stop; everything measured has been told when this resolves. */
  async advance(end: number, mustStop: () => boolean): Promise<void> {
    const { lockstep, clock } = this;
    clock.start();
    // A run that is new, recovered or paused has a checkpoint of the step that comes next.
    this.checkpointPace.begins(lockstep.next);
    try {
      while (!mustStop() && !lockstep.done && lockstep.next < end) {
        const { longMsNext } = this;
        if (longMsNext > 0) await this.secure(longMsNext);
        const result = this.work.time(() => lockstep.advance());
        this.waiting.push(result);
        await this.handOver(result.beside !== null, longMsNext);
      }
      this.readWaiting();
      await this.reading;
      if (lockstep.done) await this.finish();
      else await this.settle();
    } finally {
      this.forgetWaiting();
      clock.stop();
    }
  }

  /** What the next step is expected to take where that is long; 0 for others. */
  private get longMsNext(): number {
    const { besideNext } = this.lockstep;
    const ms = besideNext === null ? 0 : this.besideMs[besideNext];
    return ms > LONG_MS ? ms : 0;
  }

  /** Before a step that takes long by itself: a checkpoint of what was trained leaves alone, to be stored while the device is busy. */
  private async secure(longMs: number): Promise<void> {
    const isNew = this.checkpointPace.isNew(this.lockstep.next, this.clock.elapsedMs, longMs);
    this.readWaiting(isNew ? this.askForCheckpoint() : null);
    // Where no results are read with it, nothing else submits it.
    this.work.time(() => this.engine.flush());
    await this.reading;
  }

  /** Submits the steps recorded, or reads them, where it is time to; then waits where the device has enough to do. */
  private async handOver(hasBeside: boolean, longMs: number): Promise<void> {
    const { waiting, pacing, reading, checkpointPace, clock } = this;
    const { next } = this.lockstep;
    if (hasBeside || waiting.length >= pacing.groupSize || checkpointPace.endsGroup(next, clock.elapsedMs)) {
      const isDue = checkpointPace.isDue(next, clock.elapsedMs, pacing.stepMs, longMs);
      this.readWaiting(isDue ? this.askForCheckpoint() : null);
      await reading;
    } else if (waiting.length === pacing.lead || checkpointPace.mustWait(next)) {
      this.work.time(() => this.engine.flush());
      await reading;
    } else if (waiting.length % STEPS_A_SUBMISSION === 0) this.work.time(() => this.engine.flush());
    else return;
    await this.work.time(yieldToMessages);
  }

  /** Asks for the results of the steps recorded, as a group. */
  private readWaiting(arriving: Arriving | null = null): void {
    const { waiting, reading } = this;
    this.waiting = [];
    this.reading = this.readGroup(waiting, arriving, reading);
    // The loop waits for it later; until then a rejection is not unhandled.
    this.reading.catch(() => {});
  }

  private forgetWaiting(): void {
    this.waiting = [];
    this.reading = Promise.resolve();
  }

  /** Submits the steps at once; what they gave is told after the group `before`. */
  private async readGroup(
    results: readonly StepResult[],
    arriving: Arriving | null,
    before: Promise<void>,
  ): Promise<void> {
    if (results.length > 0) await this.readResults(results, before);
    else await before;
    if (arriving) this.takeCheckpoint(await arriving());
  }

  private async readResults(results: readonly StepResult[], before: Promise<void>): Promise<void> {
    const { engine, work, lockstep } = this;
    const pending = Pending.all(results.map((result) => result.pending));
    const timed = new Pending(pending.slots, (numbers) => work.time(() => pending.decode(numbers)));
    const read = work.time(() => engine.read(timed));
    // Where both are rejected, the first rejection is the one that counts.
    read.catch(() => {});
    await before;
    const start = this.now();
    const values = await read;
    this.timed(results, this.now() - start);
    const taken: Measured[] = [];
    for (const [i, { step }] of results.entries()) {
      const measured = await withProbes(values[i]!);
      const told = work.time(() => toMeasured(step, measured, lockstep));
      if (step > this.toldStep) taken.push(...told);
    }
    work.time(() => this.takeGroup(taken, results.at(-1)!.step));
  }

  private timed(results: readonly StepResult[], ms: number): void {
    const beside = results.map((result) => result.beside).find((kind) => kind !== null);
    if (beside) this.besideMs[beside] = ms;
    else this.pacing.completed(results.length, ms);
  }

  /** Tells what a group of steps gave. */
  private takeGroup(read: readonly Measured[], step: number): void {
    const { clock } = this;
    const measured = mergeTraining(read);
    this.toldStep = Math.max(this.toldStep, step);
    clock.reached(step);
    if (measured.length > 0) measured.push({ kind: 'timing', step, elapsedMs: clock.elapsedMs });
    this.tell(measured, step);
  }

  private tell(measured: Measured[], step: number): void {
    this.setUp.archive.add(measured);
    this.setUp.emit({ type: 'measured', measured, step, stepsPerSecond: this.clock.stepsPerSecond });
  }

  private now(): number {
    return this.setUp.now?.() ?? performance.now();
  }

  private askForCheckpoint(): Arriving {
    this.checkpointPace.asked(this.lockstep.next, this.clock.elapsedMs);
    return this.work.time(() => this.lockstep.snapshot());
  }

  private takeCheckpoint(checkpoint: HeldCheckpoint): void {
    this.checkpoint?.letGo();
    this.checkpoint = checkpoint;
    this.checkpointPace.arrived(checkpoint.checkpoint.next);
    const { experiment, environment, clock } = this;
    const { archive } = this.setUp;
    this.work.time(() => archive.save(experiment, environment, clock.elapsedMs, checkpoint));
  }

  /** Stores the step reached: a pause may be the last that this tab hears. */
  private async settle(): Promise<void> {
    const arriving = this.askForCheckpoint();
    this.engine.flush();
    this.takeCheckpoint(await arriving());
    await this.setUp.archive.flush();
  }

  /** Stores what was told since the last checkpoint, with that one; nothing of it is told again. */
  storeTail(): void {
    const { experiment, environment, clock, toldStep } = this;
    const checkpoint = this.checkpoint ?? new HeldCheckpoint(initialCheckpoint(experiment));
    if (toldStep >= checkpoint.checkpoint.next)
      this.setUp.archive.save(experiment, environment, clock.elapsedMs, checkpoint);
  }

  private async finish(): Promise<void> {
    const { steps, seeds, variants } = this.experiment;
    const around = await this.lockstep.finish();
    const finished = Array.from({ length: seeds * variants.length }, (_, variant) => variant)
      .filter((variant) => this.lockstep.isActive(variant))
      .map((variant): Measured => ({ kind: 'status', variant, status: 'finished', step: steps }));
    this.tell([...around, ...finished], steps);
    this.setUp.archive.end();
    // Closed right after its end, the tab leaves nothing to be taken for interrupted.
    await this.setUp.archive.flush();
  }

  /** Builds everything anew after the device was lost, and goes back to the last checkpoint. */
  async recover(engines: readonly (() => Engine)[]): Promise<void> {
    const lostStep = this.lockstep.next;
    this.discardEngine();
    const built = await build(engines, this.setUp, this.checkpoint?.checkpoint ?? null);
    this.engine = built.engine;
    this.lockstep = built.lockstep;
    this.setUp.emit({ type: 'recovered', lostStep, step: built.lockstep.next });
  }

  /** What another device can go on from. */
  get continuation(): Continuation {
    const { checkpoint, clock, toldStep } = this;
    return { checkpoint: checkpoint?.checkpoint ?? null, elapsedMs: clock.elapsedMs, toldStep };
  }

  private discardEngine(): void {
    try {
      this.lockstep.dispose();
      this.engine.dispose();
    } catch {
      // What belonged to a lost device is gone already.
    }
  }

  dispose(): void {
    this.discardEngine();
  }
}

/** What every network begins with. */
function initialCheckpoint(experiment: Experiment): Checkpoint {
  const variants = variantsOf(experiment.variants);
  const members = Array.from({ length: experiment.seeds * variants.length }, (_, i): MemberState => {
    const seed = experiment.seed + Math.floor(i / variants.length);
    const network = buildNetwork(experiment, variants[i % variants.length]!, seed);
    return {
      theta: initialParameters(network),
      running: initialStatistics(network),
      velocity: null,
      active: true,
    };
  });
  return { next: 0, members };
}
