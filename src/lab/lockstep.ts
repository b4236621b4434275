/** All networks of an experiment, advanced together: step by step, on the same minibatches, from the same kernels. */
import type { Dataset } from '../data/dataset.ts';
import { type CodedBatch, Minibatches, testBatches } from '../data/minibatches.ts';
import {
  type Batch,
  type BatchData,
  type Engine,
  type LossAndAccuracy,
  Pending,
  type PreparationProgress,
} from '../engine/model.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { variantsOf } from '../experiment/variants.ts';
import { buildNetwork } from '../network/network.ts';
import type { Measured } from '../record/build.ts';
import { adjoiningVectors, type Checkpoint, HeldCheckpoint } from './checkpoint.ts';
import type { Probe } from './probe.ts';
import { Trainer } from './trainer.ts';

interface Member {
  /** Index into the record's variants. */
  index: number;
  trainer: Trainer;
  /** False once it has diverged. */
  active: boolean;
}

interface SeedGroup {
  minibatches: Minibatches;
  /** Arrays of the last minibatch of which the engine has a copy; the next one may overwrite them. */
  spent: ReturnType<Minibatches['at']> | undefined;
  spentCodes: CodedBatch | undefined;
  members: Member[];
}

/** What one step gave for one network. */
export interface MemberResult {
  index: number;
  train: LossAndAccuracy;
  probe: Probe | null;
  test: LossAndAccuracy | null;
}

/** What the device gave; a probe that is computed elsewhere is still to come. */
type MemberReading = Omit<MemberResult, 'probe'> & { probe: (() => Promise<Probe>) | null };

/** With the probes, one network after another. */
export async function withProbes(readings: readonly MemberReading[]): Promise<MemberResult[]> {
  const results: MemberResult[] = [];
  for (const reading of readings) results.push({ ...reading, probe: (await reading.probe?.()) ?? null });
  return results;
}

/** What a step does beside training: a probe, which a test may go with, or a test alone. */
export type Beside = 'probe' | 'test' | null;

/** What one step gave, once it has been read. */
export interface StepResult {
  step: number;
  beside: Beside;
  pending: Pending<MemberReading[]>;
}

export class Lockstep {
  /** The step that comes next, 0 … steps; after the last one it is steps + 1. */
  next = 0;
  readonly experiment: Experiment;
  private readonly engine: Engine;
  readonly dataset: Dataset;
  private readonly batchSize: number;
  private readonly groups: SeedGroup[] = [];
  /** Of checkpoints that nobody holds. */
  private readonly freeMemory: Float32Array<ArrayBuffer>[][] = [];

  private constructor(engine: Engine, experiment: Experiment, dataset: Dataset) {
    this.engine = engine;
    this.experiment = experiment;
    this.dataset = dataset;
    this.batchSize = experiment.batchSize === 'full' ? dataset.train.count : experiment.batchSize;
  }

  /** Builds every network; `onProgress` hears what is being done, over all networks in fractions. Rejects where an engine cannot build one. */
  static async create(
    engine: Engine,
    experiment: Experiment,
    dataset: Dataset,
    onProgress: (progress: PreparationProgress) => void = () => {},
    checkpoint: Checkpoint | null = null,
  ): Promise<Lockstep> {
    const lockstep = new Lockstep(engine, experiment, dataset);
    lockstep.next = checkpoint?.next ?? 0;
    const variants = variantsOf(experiment.variants);
    const total = experiment.seeds * variants.length;
    let index = 0;
    for (let seed = experiment.seed; seed < experiment.seed + experiment.seeds; seed++) {
      const members: Member[] = [];
      const minibatches = new Minibatches(dataset, lockstep.batchSize, seed);
      lockstep.groups.push({ minibatches, spent: undefined, spentCodes: undefined, members });
      for (const variant of variants) {
        const network = buildNetwork(experiment, variant, seed);
        const before = index++;
        const state = checkpoint?.members[before] ?? null;
        const trainer = await Trainer.create(
          engine,
          network,
          experiment,
          lockstep.batchSize,
          state,
          // What is measured for one network holds for the others; all of them are compiled.
          (progress) =>
            onProgress(
              progress.stage === 'measuring kernels'
                ? progress
                : { ...progress, done: before + progress.done / progress.total, total },
            ),
        );
        members.push({ index: before, trainer, active: state?.active ?? true });
        onProgress({ stage: 'compiling kernels', done: index, total });
      }
    }
    return lockstep;
  }

  get done(): boolean {
    return this.next > this.experiment.steps || this.members().every((member) => !member.active);
  }

  /** The learning network of a record entry. Throws where there is none. */
  trainer(index: number): Trainer {
    return this.members()[index]!.trainer;
  }

  /** A network whose loss is no longer finite is left where it is. */
  stop(index: number): void {
    this.members()[index]!.active = false;
  }

  isActive(index: number): boolean {
    return this.members()[index]!.active;
  }

  private members(): Member[] {
    return this.groups.flatMap((group) => group.members);
  }

  /** What the next step does beside training. */
  get besideNext(): Beside {
    const { isProbe, isTest } = this.comes();
    return isProbe ? 'probe' : isTest ? 'test' : null;
  }

  private comes(): { last: boolean; isProbe: boolean; isTest: boolean } {
    const { steps, probeEvery, testEvery, testExamples } = this.experiment;
    const last = this.next === steps;
    return {
      last,
      isProbe: last || this.next % probeEvery === 0,
      isTest: testExamples > 0 && (last || this.next % testEvery === 0),
    };
  }

  /** Enqueues the next step of every network, for the next flush or read; the last one, after `steps` updates, only measures. */
  advance(): StepResult {
    const { last, isProbe, isTest } = this.comes();
    const beside = this.besideNext;
    const step = this.next++;
    const results = this.groups.flatMap((group) => this.advanceGroup(group, step, isProbe, isTest, last));
    return { step, beside, pending: Pending.all(results) };
  }

  private advanceGroup(
    group: SeedGroup,
    step: number,
    isProbe: boolean,
    isTest: boolean,
    last: boolean,
  ): Pending<MemberReading>[] {
    const active = group.members.filter((member) => member.active);
    const tests = isTest ? this.evaluate(active) : null;
    const { batch, data } = isProbe ? this.probedMinibatch(group, step) : this.trainedMinibatch(group, step);
    const results = active.map(({ index, trainer }, i) => {
      const measured: Pending<Pick<MemberReading, 'train' | 'probe'>> = data
        ? trainer.probe(batch, data, last)
        : trainer.train(batch).map((train) => ({ train, probe: null }));
      const test = tests?.[i];
      return test
        ? Pending.both(measured, test).map(([first, second]) => ({ index, ...first, test: second }))
        : measured.map((first) => ({ index, ...first, test: null }));
    });
    batch.dispose();
    return results;
  }

  /** The step's minibatch on the device, and its numbers: probes on the processor read them later. */
  private probedMinibatch({ minibatches }: SeedGroup, step: number): { batch: Batch; data: BatchData } {
    const data = { ...minibatches.at(step), count: this.batchSize, step };
    return { batch: this.engine.batch(data), data };
  }

  /** The step's minibatch on the device, as bytes where both the data set and the engine have them so. */
  private trainedMinibatch(group: SeedGroup, step: number): { batch: Batch; data: null } {
    const { engine, batchSize: count } = this;
    const coded = engine.codedBatch ? group.minibatches.codedAt(step, group.spentCodes) : null;
    if (coded) {
      group.spentCodes = coded;
      return { batch: engine.codedBatch!({ ...coded, count, step }), data: null };
    }
    const arrays = group.minibatches.at(step, group.spent);
    // Other engines read them later.
    group.spent = engine.kind === 'fused' ? arrays : undefined;
    return { batch: engine.batch({ ...arrays, count, step }), data: null };
  }

  /** The test set, at the parameters before this step's update. */
  private evaluate(members: Member[]): Pending<LossAndAccuracy>[] {
    const size = Math.min(this.batchSize, this.dataset.test.count);
    const batches: Batch[] = [];
    for (const data of testBatches(this.dataset, size)) batches.push(this.engine.batch({ ...data, step: 0 }));
    const results = members.map(({ trainer }) => trainer.evaluate(batches));
    for (const batch of batches) batch.dispose();
    return results;
  }

  /** Of all networks' states together. */
  get snapshotBytes(): number {
    const vectors = this.members().flatMap(({ trainer }) => trainer.stateVectors);
    return vectors.reduce((sum, { length }) => sum + length * Float32Array.BYTES_PER_ELEMENT, 0);
  }

  /**
   * Asks for what it takes to go on from the next step; the copies leave with the next read-back. To be called for the answer
   * once everything enqueued before has been read, and nothing enqueued after.
   */
  snapshot(): () => Promise<HeldCheckpoint> {
    const { next, freeMemory } = this;
    const members = this.members();
    const vectors = members.flatMap(({ trainer }) => trainer.stateVectors);
    const asked = this.engine.snapshot(vectors);
    asked.catch(() => {}); // where the device is lost first, nobody asks for it
    return async () => {
      const states = members.map(({ trainer, active }) => trainer.stateFrom(active));
      const write = await asked;
      const memory = freeMemory.pop() ?? adjoiningVectors(vectors.map(({ length }) => length));
      write(memory);
      const numbers = [...memory];
      const checkpoint = { next, members: states.map((state) => state(numbers)) };
      return new HeldCheckpoint(checkpoint, () => freeMemory.push(memory));
    };
  }

  /** What is measured once, at the parameters reached: the loss around them. Waits. */
  async finish(): Promise<Measured[]> {
    const { steps, flatnessPoints } = this.experiment;
    const measured: Measured[] = [];
    if (flatnessPoints === 0) return measured;
    for (const { index: variant, trainer, active } of this.members()) {
      if (!active) continue;
      const batch = this.engine.batch({
        ...this.minibatch(variant, steps),
        count: this.batchSize,
        step: steps,
      });
      const around = await trainer.flatness(this.engine, batch);
      batch.dispose();
      if (around) measured.push({ kind: 'flatness', variant, step: steps, ...around });
    }
    return measured;
  }

  /** The minibatch of a step and seed, as the networks saw it. */
  minibatch(index: number, step: number): ReturnType<Minibatches['at']> {
    const group = this.groups.find(({ members }) => members.some((member) => member.index === index));
    return group!.minibatches.at(step);
  }

  dispose(): void {
    for (const member of this.members()) member.trainer.dispose();
  }
}
