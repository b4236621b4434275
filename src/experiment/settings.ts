/** The table of all settings: link key, range, default and help. Controls, links and checks are built from it. */
import { DATASET_IDS, type Experiment, type ExperimentKey } from './experiment.ts';

interface Words {
  /** The key in links. */
  link: string;
  label: string;
  help: string;
  group: SettingGroup;
}

export interface NumberSetting extends Words {
  type: 'number';
  min: number;
  max: number;
  integer: boolean;
  default: number;
}

export interface BatchSizeSetting extends Words {
  type: 'batch-size';
  min: number;
  max: number;
  integer: true;
  default: number | 'full';
}

export interface NumbersSetting extends Words {
  type: 'numbers';
  min: number;
  max: number;
  integer: boolean;
  minLength: number;
  maxLength: number;
  default: number[];
}

export interface ChoiceSetting extends Words {
  type: 'choice';
  options: readonly string[];
  default: string;
}

export interface NetworkSetting extends Words {
  type: 'network';
  default: string;
}

export interface VariantsSetting extends Words {
  type: 'variants';
  maxLength: number;
  default: string[];
}

export type Setting =
  | NumberSetting
  | BatchSizeSetting
  | NumbersSetting
  | ChoiceSetting
  | NetworkSetting
  | VariantsSetting;

export const SETTING_GROUPS = {
  task: 'Data and network',
  training: 'Training',
  measurement: 'Measurements',
  noise: 'Noise (Algorithm 1)',
} as const;
export type SettingGroup = keyof typeof SETTING_GROUPS;

export const SETTINGS = {
  dataset: {
    type: 'choice',
    link: 'data',
    label: 'Data set',
    help: 'What the networks learn. Gaussian vectors are for deep linear networks.',
    group: 'task',
    options: DATASET_IDS,
    default: 'fashion-mnist',
  },
  network: {
    type: 'network',
    link: 'net',
    label: 'Network',
    help: 'Widths of 3x3 convolutions, M for 2x2 max pooling, as in vgg:8-M-16; /512 appends a hidden dense layer. dln:25x10 is a deep linear network: 25 matrices, 10x10.',
    group: 'task',
    default: 'vgg:8-M-16-M-32-32-M-32-32-M-32-32',
  },
  variants: {
    type: 'variants',
    link: 'variants',
    label: 'Networks',
    help: 'Trained side by side from the same kernels on the same minibatches; they differ only in their normalisation. none@0.5 gives one its own learning rate.',
    group: 'task',
    maxLength: 8,
    default: ['none', 'batch', 'noisy-batch'],
  },
  learningRate: {
    type: 'number',
    link: 'lr',
    label: 'Learning rate η',
    help: 'The step size of gradient descent. The paper trains at 0.1, also at 0.5 and 0.01; the deep linear network at 1e-6 and 1e-7.',
    group: 'training',
    min: 1e-9,
    max: 10,
    integer: false,
    default: 0.1,
  },
  momentum: {
    type: 'number',
    link: 'momentum',
    label: 'Momentum',
    help: 'Share of the last step that is carried on. The paper mentions none.',
    group: 'training',
    min: 0,
    max: 0.99,
    integer: false,
    default: 0,
  },
  weightDecay: {
    type: 'number',
    link: 'wd',
    label: 'Weight decay',
    help: 'Adds half of this times the squared kernels to the loss. The loss that the paper plots contains such a term, of about 4e-4, though its text does not say so.',
    group: 'training',
    min: 0,
    max: 0.1,
    integer: false,
    default: 0,
  },
  batchSize: {
    type: 'batch-size',
    link: 'batch',
    label: 'Batch size',
    help: 'Examples in a minibatch, or “full” for the whole training set. The paper: 128 for VGG, full for the deep linear network.',
    group: 'training',
    min: 2,
    max: 4096,
    integer: true,
    default: 64,
  },
  steps: {
    type: 'number',
    link: 'steps',
    label: 'Steps',
    help: 'Updates of every network. The paper: 15,000 for VGG, 10,000 for the deep linear network.',
    group: 'training',
    min: 1,
    max: 100_000,
    integer: true,
    default: 300,
  },
  seed: {
    type: 'number',
    link: 'seed',
    label: 'Seed',
    help: 'Decides the kernels, the order of the examples and the noise. The same seed on the same device gives the same numbers.',
    group: 'training',
    min: 0,
    max: 4_294_967_295,
    integer: true,
    default: 1,
  },
  seeds: {
    type: 'number',
    link: 'seeds',
    label: 'Number of seeds',
    help: 'Runs that differ only in their seed, counted upwards from the seed above. The paper shows one.',
    group: 'training',
    min: 1,
    max: 10,
    integer: true,
    default: 1,
  },
  trainExamples: {
    type: 'number',
    link: 'train',
    label: 'Training examples',
    help: 'The first examples of the training set; only what is needed is loaded.',
    group: 'task',
    min: 2,
    max: 60_000,
    integer: true,
    default: 10_000,
  },
  testExamples: {
    type: 'number',
    link: 'test',
    label: 'Test examples',
    help: 'The first examples of the test set. 0 leaves the test out.',
    group: 'task',
    min: 0,
    max: 10_000,
    integer: true,
    default: 2_000,
  },
  testEvery: {
    type: 'number',
    link: 'testevery',
    label: 'Test every',
    help: 'Steps between two evaluations on the test set. The paper: 1,000.',
    group: 'measurement',
    min: 1,
    max: 100_000,
    integer: true,
    default: 50,
  },
  probeEvery: {
    type: 'number',
    link: 'every',
    label: 'Probe every',
    help: 'Steps between two probes of the landscape and of the covariate shift. The paper: 100 for VGG, 50 for the deep linear network.',
    group: 'measurement',
    min: 1,
    max: 100_000,
    integer: true,
    default: 10,
  },
  probeSteps: {
    type: 'numbers',
    link: 'probe',
    label: 'Probe steps, × learning rate',
    help: 'Distances along the gradient at which loss and gradient are measured. The paper: 0.5, 1, 2, 4; for the deep linear network 0.01, 0.1, 1, 10, 30.',
    group: 'measurement',
    min: 1e-4,
    max: 100,
    integer: false,
    minLength: 1,
    maxLength: 8,
    default: [0.5, 1, 2, 4],
  },
  fineSteps: {
    type: 'numbers',
    link: 'fine',
    label: 'Fine steps, × learning rate',
    help: 'Ours: distances below the paper’s, where the effective β-smoothness does not yet saturate. May be empty.',
    group: 'measurement',
    min: 1e-4,
    max: 100,
    integer: false,
    minLength: 0,
    maxLength: 8,
    default: [0.01, 0.1],
  },
  icsLayers: {
    type: 'numbers',
    link: 'ics',
    label: 'Layers for covariate shift',
    help: 'Layers, counted from 1, whose internal covariate shift is measured at each probe. May be empty.',
    group: 'measurement',
    min: 1,
    max: 40,
    integer: true,
    minLength: 0,
    maxLength: 40,
    default: [3, 7],
  },
  activationLayers: {
    type: 'numbers',
    link: 'act',
    label: 'Layers for activations',
    help: 'Layers, counted from 1, whose activation distributions are recorded at each probe. May be empty.',
    group: 'measurement',
    min: 1,
    max: 40,
    integer: true,
    minLength: 0,
    maxLength: 6,
    default: [],
  },
  randomDirections: {
    type: 'number',
    link: 'random',
    label: 'Random directions',
    help: 'Directions probed beside the gradient, as long as it is. The paper says that they behave alike and shows none. Each costs as much as the gradient’s probe steps.',
    group: 'measurement',
    min: 0,
    max: 4,
    integer: true,
    default: 0,
  },
  sharpnessIterations: {
    type: 'number',
    link: 'sharp',
    label: 'Sharpness, products',
    help: 'At most so many Hessian-vector products for the largest eigenvalue of the Hessian at each probe, four gradients each; fewer where it is known to 1% before. 0 leaves it out. Ours.',
    group: 'measurement',
    min: 0,
    max: 50,
    integer: true,
    default: 0,
  },
  flatnessPoints: {
    type: 'number',
    link: 'flat',
    label: 'Points around the end',
    help: 'At the end the loss is measured on a line and a plane of so many points a side around the point that training reached. 0 leaves it out. Ours.',
    group: 'measurement',
    min: 0,
    max: 41,
    integer: true,
    default: 0,
  },
  nMu: {
    type: 'number',
    link: 'nmu',
    label: 'Noise n_μ',
    help: 'The shift of a unit is drawn from U(−n_μ, n_μ) at every step. The paper: 0.5.',
    group: 'noise',
    min: 0,
    max: 10,
    integer: false,
    default: 0.5,
  },
  nSigma: {
    type: 'number',
    link: 'nsigma',
    label: 'Noise n_σ',
    help: 'The scale of a unit is drawn from U(1, n_σ) at every step. The paper: 1.25.',
    group: 'noise',
    min: 0,
    max: 10,
    integer: false,
    default: 1.25,
  },
  rMu: {
    type: 'number',
    link: 'rmu',
    label: 'Noise r_μ',
    help: 'The shift of one activation lies within r_μ of that of its unit. The paper: 0.1.',
    group: 'noise',
    min: 0,
    max: 10,
    integer: false,
    default: 0.1,
  },
  rSigma: {
    type: 'number',
    link: 'rsigma',
    label: 'Noise r_σ',
    help: 'Standard deviation of the scale of one activation around that of its unit; that it is a standard deviation is our reading. The paper: 0.1.',
    group: 'noise',
    min: 0,
    max: 10,
    integer: false,
    default: 0.1,
  },
} as const satisfies Record<ExperimentKey, Setting>;

export const EXPERIMENT_KEYS = Object.keys(SETTINGS) as ExperimentKey[];

export function setting(key: ExperimentKey): Setting {
  return SETTINGS[key];
}

/** A fresh copy of the default experiment. */
export function defaultExperiment(): Experiment {
  return structuredClone(
    Object.fromEntries(EXPERIMENT_KEYS.map((key) => [key, SETTINGS[key].default])),
  ) as unknown as Experiment;
}
