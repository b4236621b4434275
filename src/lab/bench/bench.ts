/**
 * The bench: one training step of the same network in our engine, TensorFlow.js and jax-js, each on its own device of one
 * adapter, in interleaved rounds; then what our step is made of. The peers are loaded only when it runs.
 */
import { SETTINGS } from '../../experiment/settings.ts';
import { findAdapter } from '../../gpu/adapter.ts';
import { openDevice } from '../../gpu/device.ts';
import { median } from '../../record/statistics.ts';
import { assertSameLosses, largestDifference, STEPS_COMPARED } from './agreement.ts';
import { COMPETITOR_LABELS, type Competitor, type TrainingRun } from './competitor.ts';
import { stepFlops } from './flops.ts';
import { countGpuCalls } from './gpuCalls.ts';
import { type GrowthCell, growthOrder, measureGrowthCell, type Pace } from './growth.ts';
import { measureKernelTimes } from './kernelTimes.ts';
import { measureMatmulPeak } from './matmulPeak.ts';
import { Ours } from './ours.ts';
import { measureProbeCost } from './probeCost.ts';
import { BenchError } from './problem.ts';
import type { BenchListener, BenchOptions, BenchResult, CompetitorResult } from './result.ts';
import { elapsedMs, interleave, repetitions } from './rounds.ts';
import { BATCH_SIZE, benchTask } from './task.ts';

const ROUNDS = 5;
const TURN_MS = 1000;
const MOST_STEPS = 40;

/** A competitor that has taken its first steps. */
interface Contender {
  run: TrainingRun;
  result: Omit<CompetitorResult, 'stepMs' | 'javascriptMs'>;
}

/** Rejects with BenchError where a number would be worthless. `isStopped` is asked between pieces of work. */
export function runBench(
  options: BenchOptions,
  listener: BenchListener,
  isStopped: () => boolean,
): Promise<BenchResult> {
  return new Bench(options, listener, isStopped).run();
}

class Bench {
  private readonly options: BenchOptions;
  private readonly listener: BenchListener;
  private readonly isStopped: () => boolean;
  private readonly task = benchTask();
  private readonly flops = stepFlops(this.task);
  private readonly competitors: Competitor[] = [];
  private readonly result: Partial<BenchResult> = {};

  constructor(options: BenchOptions, listener: BenchListener, isStopped: () => boolean) {
    this.options = options;
    this.listener = listener;
    this.isStopped = isStopped;
  }

  async run(): Promise<BenchResult> {
    try {
      const ours = await this.open();
      await this.compare(ours);
      await this.analyse(ours);
      if (this.options.growth) await this.grow(ours);
      return this.result as BenchResult;
    } finally {
      for (const competitor of this.competitors) competitor.close();
    }
  }

  private report(part: Partial<BenchResult>): void {
    Object.assign(this.result, part);
    this.listener.onPartial(part);
  }

  private progress(label: string, done: number, total: number): void {
    if (this.isStopped())
      throw new BenchError('stopped', 'The bench was stopped.', 'Start it again for the missing numbers.');
    this.listener.onProgress(label, done, total);
  }

  /** Finds the device and loads the peers. */
  private async open(): Promise<Ours> {
    const found = await findAdapter();
    if (!found.ok) throw new BenchError('no-webgpu', found.message, found.hint);
    const opened = await openDevice(found);
    const subgroups = this.options.subgroups && opened.device.features.has('subgroups');
    const ours = Ours.calibrated(opened, { software: found.software, subgroups });
    this.competitors.push(ours);
    this.progress('Loading TensorFlow.js and jax-js', 0, 1);
    const [{ Tfjs }, { Jaxjs }] = await Promise.all([import('./tfjs.ts'), import('./jaxjs.ts')]);
    this.competitors.push(new Tfjs());
    this.competitors.push(await Jaxjs.open());
    this.report({
      ...{ adapter: found.name, software: found.software, subgroups },
      ...{ network: SETTINGS.network.default, batchSize: BATCH_SIZE, rounds: ROUNDS },
      parameters: this.task.network.size,
      flopsPerStep: this.flops.total,
      growth: null,
    });
    return ours;
  }

  /** One step in every library. */
  private async compare(ours: Ours): Promise<void> {
    const contenders: Contender[] = [];
    try {
      for (const competitor of this.competitors) contenders.push(await this.firstSteps(competitor));
      const first = contenders.map(({ result }) => result);
      assertSameLosses(first);
      this.report({ lossDifference: largestDifference(first) });
      const competitors = await this.time(contenders);
      this.report({ calibration: ours.calibration?.sites ?? [] });
      const achievedGflops = this.flops.total / competitors[0]!.stepMs / 1e6;
      this.report({ competitors, achievedGflops });
    } finally {
      for (const { run } of contenders) run.dispose();
    }
  }

  /** The first one compiles; the last one is like all that follow. */
  private async firstSteps(competitor: Competitor): Promise<Contender> {
    const label = COMPETITOR_LABELS[competitor.id];
    const run = await competitor.start(this.task, (stage, done, total) =>
      this.progress(`${label}: ${stage}`, done, total),
    );
    this.progress(`${label}: first steps`, 0, 1);
    const compiled = await run.train(STEPS_COMPARED - 1);
    let stepMs = 0;
    const [last, calls] = await countGpuCalls(async () => {
      const startedAt = performance.now();
      const trained = await run.train(1);
      stepMs = performance.now() - startedAt;
      return trained;
    });
    const losses = [...compiled.losses, ...last.losses];
    const stepsPerRound = repetitions(stepMs, TURN_MS, MOST_STEPS);
    return { run, result: { id: competitor.id, stepsPerRound, ...calls, losses } };
  }

  private async time(contenders: readonly Contender[]): Promise<CompetitorResult[]> {
    const label = 'Training in turns';
    const total = ROUNDS * contenders.length;
    this.progress(label, 0, total);
    const samples = await interleave(
      contenders.map(({ run, result: { stepsPerRound } }) => ({
        turn: async () => {
          let javascriptMs: number[] = [];
          const turnMs = await elapsedMs(async () => {
            ({ javascriptMs } = await run.train(stepsPerRound));
          });
          return { stepMs: turnMs / stepsPerRound, javascriptMs };
        },
      })),
      ROUNDS,
      (done) => this.progress(label, done, total),
    );
    return contenders.map(({ result }, i) => ({
      ...result,
      stepMs: median(samples[i]!.map((turn) => turn.stepMs)),
      javascriptMs: median(samples[i]!.flatMap((turn) => turn.javascriptMs)),
    }));
  }

  /** What our step and our probes are made of, and what the device could do. */
  private async analyse(ours: Ours): Promise<void> {
    const run = await ours.start(this.task);
    try {
      this.progress('Timing our kernels', 0, 1);
      await run.train(1);
      this.report({ kernels: await measureKernelTimes(ours.device, run, this.flops) });
      this.progress('Timing a probe', 0, 1);
      this.report({ probeCost: await measureProbeCost(run) });
    } finally {
      run.dispose();
    }
    const { software, subgroups } = this.result as BenchResult;
    const matmul = await measureMatmulPeak(ours.device, { software, subgroups }, (done, total) =>
      this.progress('Timing matrix products', done, total),
    );
    this.report({ matmul });
  }

  private async grow(ours: Ours): Promise<void> {
    const order = growthOrder();
    const competitors = [ours.uncalibrated(), ...this.competitors.slice(1)];
    const pace: Pace = new Map();
    const growth: GrowthCell[] = [];
    for (const [i, size] of order.entries()) {
      this.progress(`Widths x${size.widthFactor}, minibatches of ${size.batchSize}`, i, order.length);
      growth.push(await measureGrowthCell(competitors, size, pace));
      this.report({ growth: [...growth] });
    }
  }
}
