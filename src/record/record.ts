/** What was seen: the record of one run, column by column. Values may be NaN or infinite: divergence is a result. */
import type { Experiment } from '../experiment/experiment.ts';
import type { NormalisationId } from '../experiment/variants.ts';

export const RECORD_FORMAT = 'normscape-run';
export const RECORD_VERSION = 1;

export interface DeviceName {
  backend: 'webgpu' | 'webgl' | 'cpu' | 'pytorch';
  /** The device's name as the browser tells it. */
  adapter: string;
  /** Whether the adapter computes on the CPU. */
  software: boolean;
}

/** The device is the one that the run began on. */
export interface Environment extends DeviceName {
  /** Other devices that it went on on, each from a step. */
  continuedOn?: (DeviceName & { step: number })[];
  /** Of the probes, where they are computed on the CPU from parameters trained in float32; else all is float32. */
  probePrecision?: 'float64';
  /** Name and version of the program that made the record. */
  app: string;
  /** ISO 8601. */
  startedAt: string;
}

export interface Timing {
  /** Time spent running, pauses left out. */
  elapsedMs: number;
  /** Running time at which a step was reached, sampled along the run. */
  step: number[];
  atMs: number[];
}

export type VariantStatus = 'running' | 'finished' | 'diverged' | 'stopped';

export interface Curve {
  step: number[];
  loss: number[];
  /** Share of correct answers, 0 to 1; NaN where the task has none. */
  accuracy: number[];
}

/** Loss and gradient at θ − η′g, one row a probe, one column a step size η′. */
export interface ProbeGrid {
  /** η′ = multiple × learning rate. */
  stepSizes: number[];
  lossAt: number[][];
  /** ‖g′ − g‖₂ */
  gradientDifferenceAt: number[][];
  /** max over η′ of ‖g′ − g‖₂ / (η′‖g‖₂) */
  beta: number[];
}

export interface Landscape extends ProbeGrid {
  step: number[];
  loss: number[];
  gradientNorm: number[];
  /** At our finer step sizes. */
  fine: ProbeGrid;
  /** Along random directions, one after another: columns as `stepSizes`, repeated for each direction. Absent where none was probed. */
  random?: ProbeGrid;
}

export interface NormLayer {
  /** Counted from 1. */
  layer: number;
  /** ‖W‖₂ of the layer's kernel, and of its gradient. */
  weight: number[];
  gradient: number[];
}

/** The loss around the end point, in filter norms along two random directions. */
export interface FlatnessRecord {
  step: number;
  at: number[];
  line: number[];
  plane: number[][];
}

export interface IcsLayer {
  /** Counted from 1. */
  layer: number;
  l2: number[];
  cosine: number[];
}

export interface ActivationLayer {
  layer: number;
  /** Of one example unit, over the minibatch, before the ReLU. */
  mean: number[];
  variance: number[];
  /** Counts over equal bins of the range given beside them; the outer bins hold what lies beyond it too. */
  histogram: { low: number; high: number; counts: number[] }[];
}

export interface VariantRecord {
  id: string;
  norm: NormalisationId;
  learningRate: number;
  seed: number;
  status: VariantStatus;
  /** The first step whose loss was not finite. */
  divergedAt: number | null;
  train: Curve;
  test: Curve;
  landscape: Landscape;
  ics: { step: number[]; layers: IcsLayer[] };
  activations: { step: number[]; layers: ActivationLayer[] };
  norms: { step: number[]; layers: NormLayer[] };
  /** Largest Hessian eigenvalue on the probe's minibatch. */
  sharpness: {
    step: number[];
    eigenvalue: number[];
    /** An eigenvalue lies within so much of it; empty in runs of earlier versions, which did not know. */
    errorBound: number[];
  };
  flatness: FlatnessRecord | null;
}

export interface RunRecord {
  format: typeof RECORD_FORMAT;
  version: typeof RECORD_VERSION;
  experiment: Experiment;
  environment: Environment;
  timing: Timing;
  variants: VariantRecord[];
}
