/**
 * The short measurement of a device: the lab's own loop on small fixed networks, on numbers that need no data. The likely
 * kernels are used, so nothing is chosen or remembered by it. Rates are those of whole steps, uploads included.
 */
import type { Dataset, Examples } from '../data/dataset.ts';
import { type Engine, Pending } from '../engine/model.ts';
import { costOf } from '../experiment/cost.ts';
import type { DevicePace } from '../experiment/duration.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { defaultExperiment } from '../experiment/settings.ts';
import { Lockstep, withProbes } from './lockstep.ts';

/** A group of steps takes so long that reading its losses hardly shows. */
const GROUP_MS = 60;
const GROUPS = 3;
const MOST_STEPS = 256;
/** A device that does the steps of the small network faster is asked for larger ones, too. */
const FAST_STEP_MS = 5;

/** At least this share of the time of the heavy network's steps counts as arithmetic. */
const LEAST_ARITHMETIC = 0.1;

const ALONE: Partial<Experiment> = {
  ...{ variants: ['batch'], testExamples: 0, probeSteps: [1], fineSteps: [], icsLayers: [] },
  ...{ steps: 1_000_000, probeEvery: 1_000_000 },
};
/** The default network, with its shapes, as far as its third layer. */
const SMALL: Partial<Experiment> = { network: 'vgg:8-M-16-M-32', batchSize: 64, trainExamples: 64 };
const LARGE: Partial<Experiment> = { network: 'vgg:64-M-128-M-256', batchSize: 64, trainExamples: 64 };
/** Many small kernels, and the probes that the processor takes: every step is one. */
const DEEP_LINEAR: Partial<Experiment> = {
  ...{
    dataset: 'gaussian',
    network: 'dln:25x10',
    learningRate: 1e-7,
    batchSize: 'full',
    trainExamples: 1_000,
  },
};

/** Numbers in (−1, 1) in place of images: what they are does not matter. */
function standIn({ dataset, trainExamples: count }: Experiment): Dataset {
  const isVector = dataset === 'gaussian';
  const train: Examples = {
    count,
    fill: (_, x, y) => {
      for (let i = 0; i < x.length; i++) x[i] = Math.sin(i);
      for (let i = 0; i < y.length; i++) y[i] = isVector ? Math.cos(i) : i % 10;
    },
  };
  return { shape: isVector ? [1, 1, 10] : [28, 28, 1], classes: isVector ? 0 : 10, train, test: train };
}

/** Seconds, and the operations they were for. */
interface Timing {
  seconds: number;
  flops: number;
  dispatches: number;
}

interface Measured {
  step: Timing;
  /** One probe on the processor; null where the device probes. */
  probe: Timing | null;
}

async function measure(engine: Engine, change: Partial<Experiment>): Promise<Measured> {
  const experiment: Experiment = { ...defaultExperiment(), ...ALONE, ...change };
  const lockstep = await Lockstep.create(engine, experiment, standIn(experiment));
  try {
    const advance = async (count: number) => {
      const pending = Array.from({ length: count }, () => {
        const step = lockstep.advance();
        engine.flush();
        return step.pending;
      });
      return (await engine.read(Pending.all(pending)))[0]!;
    };
    const {
      flopsPerGradient: flops,
      dispatchesPerGradient: dispatches,
      float64Gradients,
    } = costOf(experiment);
    const first = await advance(1);
    const seconds = await secondsPerStep(advance);
    if (float64Gradients === 0) return { step: { seconds, flops, dispatches }, probe: null };
    await withProbes(first);
    const probe = await timed(() => withProbes(first));
    const probes = Math.floor(experiment.steps / experiment.probeEvery) + 1;
    const probeFlops = (float64Gradients / probes) * flops;
    return {
      step: { seconds, flops, dispatches },
      probe: { seconds: probe, flops: probeFlops, dispatches: 0 },
    };
  } finally {
    lockstep.dispose();
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** The fastest of a few groups: what else the machine does only adds. */
async function secondsPerStep(advance: (count: number) => Promise<unknown>): Promise<number> {
  await advance(1);
  const one = await timed(() => advance(1));
  const count = Math.max(1, Math.min(MOST_STEPS, Math.round(GROUP_MS / 1000 / one)));
  let fastest = Number.POSITIVE_INFINITY;
  for (let group = 0; group < GROUPS; group++)
    fastest = Math.min(fastest, (await timed(() => advance(count))) / count);
  return fastest;
}

/** What a dispatch and an operation take, from two networks of which one has many dispatches and the other much to do. */
export function separate(heavy: Timing, busy: Timing): { perDispatch: number; perFlop: number } {
  const determinant = heavy.flops * busy.dispatches - busy.flops * heavy.dispatches;
  const perDispatch = (heavy.flops * busy.seconds - busy.flops * heavy.seconds) / determinant;
  const perFlop = (heavy.seconds * busy.dispatches - busy.seconds * heavy.dispatches) / determinant;
  // Noise can make one of them negative where the device hardly feels the other.
  return {
    perDispatch: Math.max(0, perDispatch),
    perFlop: Math.max(LEAST_ARITHMETIC * (heavy.seconds / heavy.flops), perFlop),
  };
}

/** Measures a device through an engine of its own. Rejects with EngineError where it is lost. */
export async function measurePace(engine: Engine, isSoftware: boolean): Promise<DevicePace> {
  try {
    const small = await measure(engine, SMALL);
    const deepLinear = await measure(engine, DEEP_LINEAR);
    const { perDispatch, perFlop } = separate(small.step, deepLinear.step);
    const rates = [{ flopsPerGradient: small.step.flops, flopsPerSecond: 1 / perFlop }];
    if (small.step.seconds < FAST_STEP_MS / 1000) {
      const { step } = await measure(engine, LARGE);
      const seconds = Math.max(step.seconds / 2, step.seconds - step.dispatches * perDispatch);
      rates.push({ flopsPerGradient: step.flops, flopsPerSecond: step.flops / seconds });
    }
    const probe = deepLinear.probe;
    if (!probe)
      throw new RangeError('A deep linear network is probed on the processor; found no such probe.');
    return {
      secondsPerDispatch: perDispatch,
      rates,
      float64FlopsPerSecond: probe.flops / probe.seconds,
      sharesProcessor: isSoftware,
    };
  } finally {
    engine.dispose();
  }
}
