/**
 * The bench: one training step of the same network in our engine, TensorFlow.js and jax-js, each on its own device of one
 * adapter, in interleaved rounds; then what our step is made of. The peers are loaded only when it runs.
 */
import { SETTINGS } from '../../experiment/settings.ts';
import { findAdapter } from '../../gpu/adapter.ts';
import { openDevice } from '../../gpu/device.ts';
import { median } from '../../record/statistics.ts';
import { assertSameLosses, largestDifference, STEPS_COMPARED } from './agreement.ts';
import { COMPETITOR_LABELS, type Competitor, type CompetitorId, type TrainingRun } from './competitor.ts';
import { stepFlops } from './flops.ts';
import { countGpuCalls } from './gpuCalls.ts';
import { type GrowthCell, growthOrder, measureGrowthCell, type Pace } from './growth.ts';
import { measureKernelTimes, medianKernelTimes } from './kernelTimes.ts';
import { LAB_ROUNDS_LABEL } from './labRounds.ts';
import { MatmulBench } from './matmulPeak.ts';
import { Ours } from './ours.ts';
import { measureLayersCosts, measureProbeCosts } from './probeCost.ts';
import { BenchError } from './problem.ts';
import { measureProductPath } from './productPath.ts';
import type { BenchListener, BenchOptions, BenchResult, CompetitorResult } from './result.ts';
import { interleave, repetitions, Sampled } from './rounds.ts';
import { BATCH_SIZE, benchTask } from './task.ts';

const ROUNDS = 5;
const TURN_MS = 1000;
const MOST_STEPS = 100;
const PEERS = 2;
/** First steps, turns, probe, the lab's own loop. */
const PARTS = 4;

/** A competitor that has taken its first steps. */
interface Contender {
  run: TrainingRun;
  turns: Sampled<Turn>;
  facts: Omit<CompetitorResult, 'stepMs' | 'javascriptMs'>;
}

/** Time of each step in it, on average, and of each step's JavaScript. */
interface Turn {
  stepMs: number;
  javascriptMs: number[];
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
  private readonly failures: BenchResult['failures'] = [];
  private readonly result: Partial<BenchResult> = { failures: [], growth: null };
  /** Of the parts that the run has, the one under way. */
  private part = 0;

  constructor(options: BenchOptions, listener: BenchListener, isStopped: () => boolean) {
    this.options = options;
    this.listener = listener;
    this.isStopped = isStopped;
  }

  async run(): Promise<BenchResult> {
    try {
      const ours = await this.open();
      await this.compare(ours);
      await this.probe(ours);
      this.part += 1;
      this.progress(LAB_ROUNDS_LABEL, 0, 1);
      this.report({ productPath: await measureProductPath(ours) });
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
    const { peers, growth } = this.options;
    const parts = PARTS + (peers ? PEERS : 0) + (growth ? 1 : 0);
    this.listener.onProgress(`${label} · part ${Math.max(1, this.part)} of ${parts}`, done, total);
  }

  /** Finds the device and loads the peers. */
  private async open(): Promise<Ours> {
    const found = await findAdapter();
    if (!found.ok) throw new BenchError('no-webgpu', found.message, found.hint);
    const opened = await openDevice(found);
    const subgroups = this.options.subgroups && opened.device.features.has('subgroups');
    const ours = Ours.calibrated(opened, { software: found.software, subgroups });
    this.competitors.push(ours);
    if (this.options.peers) await this.openPeers();
    this.report({
      ...{ adapter: found.name, software: found.software, subgroups },
      ...{ network: SETTINGS.network.default, batchSize: BATCH_SIZE, rounds: ROUNDS },
      parameters: this.task.network.size,
      flopsPerStep: this.flops.total,
    });
    return ours;
  }

  private async openPeers(): Promise<void> {
    this.progress('Loading TensorFlow.js and jax-js', 0, 1);
    await this.unlessItFails('tfjs', async () => {
      const { Tfjs } = await import('./tfjs.ts');
      this.competitors.push(new Tfjs());
    });
    await this.unlessItFails('jaxjs', async () => {
      const { Jaxjs } = await import('./jaxjs.ts');
      this.competitors.push(await Jaxjs.open());
    });
  }

  /** A peer that does not run in this browser leaves the others' numbers as they are. */
  private async unlessItFails(id: CompetitorId, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (error instanceof BenchError) throw error;
      this.failures.push({ id, message: error instanceof Error ? error.message : String(error) });
      this.report({ failures: [...this.failures] });
    }
  }

  /** One step in every library, beside our kernels and the device's own speed. */
  private async compare(ours: Ours): Promise<void> {
    this.progress('Preparing matrix products', 0, 1);
    const matmul = await MatmulBench.create(ours.device, ours.traits);
    const contenders = [await this.firstSteps(ours)];
    try {
      for (const peer of this.competitors.slice(1))
        await this.unlessItFails(peer.id, async () => void contenders.push(await this.firstSteps(peer)));
      const first = contenders.map(({ facts }) => facts);
      assertSameLosses(first);
      this.report({ lossDifference: largestDifference(first), calibration: ours.calibration?.sites ?? [] });
      await this.measure(ours, contenders, matmul);
    } finally {
      for (const { run } of contenders) run.dispose();
      matmul.dispose();
    }
  }

  /** The first one compiles; the last one is like all that follow. */
  private async firstSteps(competitor: Competitor): Promise<Contender> {
    const label = COMPETITOR_LABELS[competitor.id];
    this.part += 1;
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
    const turns = new Sampled(() => turnOf(run, stepsPerRound));
    return { run, turns, facts: { id: competitor.id, stepsPerRound, ...calls, losses } };
  }

  private async measure(ours: Ours, contenders: readonly Contender[], matmul: MatmulBench): Promise<void> {
    const ourRun = contenders[0]!.run;
    const kernels = ours.device.features.has('timestamp-query')
      ? [new Sampled(() => measureKernelTimes(ours.device, ourRun, this.flops))]
      : [];
    const all = [...contenders.map(({ turns }) => turns), ...matmul.products.map(({ ms }) => ms), ...kernels];
    const label = 'Training in turns';
    this.part = PARTS - 2 + (this.options.peers ? PEERS : 0);
    this.progress(label, 0, ROUNDS * all.length);
    await interleave(all, ROUNDS, (done, total) => this.progress(label, done, total));
    const competitors = contenders.map(resultOf);
    this.report({
      competitors,
      achievedGflops: this.flops.total / competitors[0]!.stepMs / 1e6,
      matmul: matmul.peak,
      kernels: kernels[0] ? medianKernelTimes(kernels[0].samples) : null,
    });
  }

  private async probe(ours: Ours): Promise<void> {
    this.part += 1;
    this.progress('Timing a probe', 0, 1);
    const run = await ours.start(this.task);
    try {
      this.report({ probeCosts: await measureProbeCosts(run) });
      this.report({ layersCosts: await measureLayersCosts(run) });
    } finally {
      run.dispose();
    }
  }

  private async grow(ours: Ours): Promise<void> {
    const order = growthOrder();
    this.part += 1;
    const peers = this.competitors.slice(1).filter(({ id }) => !this.failures.some((each) => each.id === id));
    const competitors = [ours.uncalibrated(), ...peers];
    const pace: Pace = new Map();
    const growth: GrowthCell[] = [];
    for (const [i, size] of order.entries()) {
      this.progress(`Widths x${size.widthFactor}, minibatches of ${size.batchSize}`, i, order.length);
      growth.push(await measureGrowthCell(competitors, size, pace));
      this.report({ growth: [...growth] });
    }
  }
}

async function turnOf(run: TrainingRun, steps: number): Promise<Turn> {
  const startedAt = performance.now();
  const { javascriptMs } = await run.train(steps);
  return { stepMs: (performance.now() - startedAt) / steps, javascriptMs };
}

function resultOf({ facts, turns: { samples } }: Contender): CompetitorResult {
  return {
    ...facts,
    stepMs: median(samples.map(({ stepMs }) => stepMs)),
    javascriptMs: median(samples.flatMap(({ javascriptMs }) => javascriptMs)),
  };
}
