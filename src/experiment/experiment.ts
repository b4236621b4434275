/** What is asked: one experiment. Every key has a default (settings.ts); links hold only what differs. */

export const DATASET_IDS = ['fashion-mnist', 'mnist', 'cifar-10', 'gaussian', 'shapes'] as const;
export type DatasetId = (typeof DATASET_IDS)[number];

export interface Experiment {
  dataset: DatasetId;
  /** `vgg:8-M-16…` or `dln:25x10`, see networkText.ts. */
  network: string;
  /** Normalisations trained side by side, each optionally with its own learning rate: `none@0.5`. */
  variants: string[];
  learningRate: number;
  momentum: number;
  weightDecay: number;
  /** Examples in a minibatch, or the whole training set. */
  batchSize: number | 'full';
  steps: number;
  seed: number;
  /** How many seeds run, counted upwards from `seed`. */
  seeds: number;
  trainExamples: number;
  testExamples: number;
  /** Steps between two evaluations on the test set. */
  testEvery: number;
  /** Steps between two probes. */
  probeEvery: number;
  /** The paper's probe points η′, in multiples of the learning rate. */
  probeSteps: number[];
  /** Our finer probe points, in multiples of the learning rate. */
  fineSteps: number[];
  /** Layers (counted from 1) whose internal covariate shift is measured. */
  icsLayers: number[];
  /** Layers (counted from 1) whose activation distributions are measured. */
  activationLayers: number[];
  /** Random directions probed beside the gradient. */
  randomDirections: number;
  /** Power iterations for the sharpness at each probe; 0 leaves it out. */
  sharpnessIterations: number;
  /** Points of the loss around the end point, along each of two directions; 0 leaves it out. */
  flatnessPoints: number;
  nMu: number;
  nSigma: number;
  rMu: number;
  rSigma: number;
}

export type ExperimentKey = keyof Experiment;

/** Something found wrong with one key of an experiment: what was found, what was expected, what to do. */
export interface Problem {
  key: ExperimentKey;
  message: string;
}

/** What was done about a value that could not be used as it came. */
export interface Notice {
  kind: 'clamped' | 'ignored' | 'changed';
  key: string;
  message: string;
}
