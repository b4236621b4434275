/** The two networks of the paper in two sizes: a short one for the lab, and the paper's own. What of them is ours, in words. */
import type { Experiment } from './experiment.ts';

export const PRESET_SIZES = ['lab', 'paper'] as const;
export type PresetSize = (typeof PRESET_SIZES)[number];

/** What differs from the default experiment, and what of that the paper does not say. */
export interface Sized {
  settings: Record<PresetSize, Partial<Experiment>>;
  notes: Record<PresetSize, string>;
}

const PAPER_VGG: Partial<Experiment> = {
  dataset: 'cifar-10',
  network: 'vgg:64-64-M-128-128-M-256-256-256-M-512-512-512-M-512-512-512-M/512-512',
  weightDecay: 4e-4,
  batchSize: 128,
  steps: 15_000,
  trainExamples: 50_000,
  testExamples: 10_000,
  testEvery: 1_000,
  probeEvery: 100,
};

const LAB_VGG_NOTE =
  'Ours: 9 layers, Fashion-MNIST, minibatches of 64, 300 steps and no weight decay, to keep it short.';
const PAPER_VGG_NOTE =
  'The paper names neither depth nor widths; those of VGG-16, with two hidden dense layers of 512, are ours. The weight decay of 4e-4 is inferred: the text mentions none, but the loss that the paper plots decays as with one.';

const DEEP_LINEAR: Partial<Experiment> = {
  dataset: 'gaussian',
  network: 'dln:25x10',
  learningRate: 1e-6,
  batchSize: 'full',
  trainExamples: 1_000,
  testExamples: 0,
  probeSteps: [0.01, 0.1, 1, 10, 30],
  fineSteps: [],
  icsLayers: [],
};

const LAB_DEEP_LINEAR_NOTE = 'Ours: 1,000 of the paper’s 10,000 steps.';
const DEEP_LINEAR_NOTE =
  'The paper leaves open how examples and target are drawn and where normalisation ends: both are standard normal here, the loss is half the squared error, and the last layer is not normalised.';

const CONVOLUTIONS = { lab: 8, paper: 13 };

/** A layer of the paper's network at the same relative depth in the network of the lab. */
const labLayer = (layer: number): number =>
  Math.max(1, Math.round((layer * CONVOLUTIONS.lab) / CONVOLUTIONS.paper));

function layersNote(layers: readonly number[]): string {
  if (layers.length === 0) return '';
  const here = layers.map(labLayer);
  const [noun, verb] = layers.length === 1 ? ['layer', 'is'] : ['layers', 'are'];
  return ` The paper’s ${noun} ${layers.join(', ')} ${verb} ${here.join(', ')} here, at the same relative depth.`;
}

/** Settings of a figure about VGG; layers are counted as in the paper. */
export function vggSizes({ icsLayers = [], activationLayers = [], ...change }: Partial<Experiment>): Sized {
  const lab = { icsLayers: icsLayers.map(labLayer), activationLayers: activationLayers.map(labLayer) };
  return {
    settings: {
      lab: { ...change, ...lab },
      paper: { ...PAPER_VGG, ...change, icsLayers, activationLayers },
    },
    notes: {
      lab: LAB_VGG_NOTE + layersNote([...icsLayers, ...activationLayers]),
      paper: PAPER_VGG_NOTE,
    },
  };
}

/** Settings of a figure about the deep linear network, which is the paper's in both sizes. */
export function deepLinearSizes(change: Partial<Experiment>): Sized {
  return {
    settings: {
      lab: { ...DEEP_LINEAR, steps: 1_000, probeEvery: 20, ...change },
      paper: { ...DEEP_LINEAR, steps: 10_000, probeEvery: 50, ...change },
    },
    notes: {
      lab: `${LAB_DEEP_LINEAR_NOTE} ${DEEP_LINEAR_NOTE}`,
      paper: DEEP_LINEAR_NOTE,
    },
  };
}
