/** The figures of the paper as experiments, in its order; figure 7 is a schematic. */
import type { Experiment, ExperimentKey } from './experiment.ts';
import { deepLinearSizes, PRESET_SIZES, type PresetSize, type Sized, vggSizes } from './presetSizes.ts';
import { toText } from './read.ts';
import { defaultExperiment, EXPERIMENT_KEYS } from './settings.ts';

/** The page's sections in which figures of the paper are repeated. */
export type PageSection = 'landscape' | 'distances' | 'speed' | 'shift' | 'activations' | 'drift';

export interface Preset extends Sized {
  id: string;
  /** The paper's figure: “4”, “11(b)”. */
  figure: string;
  /** In a few words, for a tab. */
  title: string;
  question: string;
  /** Where the page answers it, the most telling first. */
  sections: readonly PageSection[];
}

const TWO = ['none', 'batch'];
const WITH_NOISE = ['none', 'batch', 'noisy-batch'];
const ALL_NORMS = ['none', 'batch', 'l1', 'l2', 'linf'];

export const PRESETS: readonly Preset[] = [
  {
    id: 'speed',
    figure: '1',
    title: 'Speed',
    question: 'Does BatchNorm train faster, also at a high learning rate?',
    sections: ['speed', 'activations'],
    ...vggSizes({ variants: ['none', 'batch', 'none@0.5', 'batch@0.5'], activationLayers: [3, 11] }),
  },
  {
    id: 'noise',
    figure: '2',
    title: 'Noise',
    question: 'Does noise after BatchNorm undo what BatchNorm does?',
    sections: ['speed', 'activations'],
    ...vggSizes({ variants: WITH_NOISE, activationLayers: [2, 9, 13] }),
  },
  {
    id: 'shift',
    figure: '3(a)',
    title: 'Covariate shift',
    question: 'Does BatchNorm reduce internal covariate shift?',
    sections: ['shift', 'speed'],
    ...vggSizes({ variants: ['none', 'batch', 'none@0.01', 'batch@0.01'], icsLayers: [5, 10] }),
  },
  {
    id: 'shift-linear',
    figure: '3(b)',
    title: 'Deep linear shift',
    question: 'Does BatchNorm reduce covariate shift in a network of matrices alone?',
    sections: ['shift', 'speed'],
    ...deepLinearSizes({ variants: ['none', 'batch', 'none@1e-7', 'batch@1e-7'], icsLayers: [9, 17] }),
  },
  {
    id: 'landscape',
    figure: '4',
    title: 'Landscape',
    question: 'Is the loss landscape smoother with BatchNorm?',
    sections: ['landscape'],
    ...landscapeSizes(),
  },
  {
    id: 'norms',
    figure: '5(a)',
    title: 'ℓp norms',
    question: 'Do other normalisations train as fast as BatchNorm?',
    sections: ['speed'],
    ...vggSizes({ variants: ALL_NORMS }),
  },
  {
    id: 'norms-linear',
    figure: '5(b)',
    title: 'Deep linear ℓp',
    question: 'Do other normalisations train a deep linear network as fast as BatchNorm?',
    sections: ['speed'],
    ...deepLinearSizes({ variants: ALL_NORMS }),
  },
  {
    id: 'norms-activations',
    figure: '6',
    title: 'ℓp activations',
    question: 'Do the ℓp networks train well although their activations shift more?',
    sections: ['activations', 'speed'],
    ...vggSizes({ variants: ALL_NORMS, activationLayers: [11] }),
  },
  {
    id: 'drift',
    figure: '8',
    title: 'Drift',
    question: 'How far do mean and variance of the activations wander?',
    sections: ['drift', 'activations'],
    ...vggSizes({ variants: WITH_NOISE, activationLayers: [2, 9, 13] }),
  },
  {
    id: 'activations-linear',
    figure: '9',
    title: 'Deep linear activations',
    question: 'What do the activations of a deep linear network do?',
    sections: ['activations', 'drift'],
    ...deepLinearSizes({ variants: TWO, activationLayers: [1, 11, 24] }),
  },
  {
    id: 'landscape-linear',
    figure: '10',
    title: 'Deep linear',
    question: 'Is the landscape of a deep linear network smoother with BatchNorm, too?',
    sections: ['landscape'],
    ...deepLinearSizes({ variants: TWO }),
  },
  {
    id: 'distances',
    figure: '11(a)',
    title: 'Distances',
    question: 'How does the gradient’s change grow with the distance?',
    sections: ['distances'],
    ...vggSizes({ variants: TWO }),
  },
  {
    id: 'distances-linear',
    figure: '11(b)',
    title: 'Deep linear distances',
    question: 'How does the gradient’s change grow with the distance in a deep linear network?',
    sections: ['distances'],
    ...deepLinearSizes({ variants: TWO }),
  },
  {
    id: 'norms-landscape',
    figure: '12',
    title: 'ℓp landscape',
    question: 'Is the landscape as smooth with the ℓp norms as with BatchNorm?',
    sections: ['landscape', 'speed'],
    ...vggSizes({ variants: ALL_NORMS }),
  },
  {
    id: 'norms-landscape-linear',
    figure: '13',
    title: 'Deep linear ℓp landscape',
    question: 'Is the landscape of a deep linear network as smooth with the ℓp norms?',
    sections: ['landscape', 'speed'],
    ...deepLinearSizes({ variants: ALL_NORMS }),
  },
];

/** Figure 4 in the lab size is the default experiment, which measures more than the figure shows. */
function landscapeSizes(): Sized {
  const { settings, notes } = vggSizes({ variants: TWO });
  const more = ' Noisy BatchNorm and covariate shift are measured beside it.';
  return { settings: { ...settings, lab: {} }, notes: { ...notes, lab: notes.lab + more } };
}

/** The experiment of a preset. Throws on an id that is not in the list. */
export function presetExperiment(id: string, size: PresetSize): Experiment {
  const preset = PRESETS.find((one) => one.id === id);
  if (!preset)
    throw new RangeError(`“${id}” is not a preset. Choose among ${PRESETS.map((one) => one.id).join(', ')}.`);
  return structuredClone({ ...defaultExperiment(), ...preset.settings[size] });
}

/** Which seeds run does not change what an experiment is about, nor does how long it runs. */
const SEED_KEYS: readonly ExperimentKey[] = ['seed', 'seeds'];
const LENGTH_KEYS: readonly ExperimentKey[] = [
  ...SEED_KEYS,
  'steps',
  'probeEvery',
  'testEvery',
  'trainExamples',
  'testExamples',
];

function agree(one: Experiment, other: Experiment, except: readonly ExperimentKey[]): boolean {
  return EXPERIMENT_KEYS.every((key) => except.includes(key) || toText(one[key]) === toText(other[key]));
}

export interface PresetMatch {
  preset: Preset;
  size: PresetSize;
  /** Apart from the seeds. */
  isExact: boolean;
}

/**
 * The preset that an experiment is, apart from its seeds; else one that it is apart from its length; null where it is
 * neither. Several figures come from the same run: the preset with the id `preferred` goes before the others.
 */
export function matchingPreset(experiment: Experiment, preferred: string | null): PresetMatch | null {
  const first = PRESETS.filter(({ id }) => id === preferred);
  const candidates = [...first, ...PRESETS].flatMap((preset) =>
    PRESET_SIZES.map((size) => ({ preset, size, asked: presetExperiment(preset.id, size) })),
  );
  for (const isExact of [true, false]) {
    const except = isExact ? SEED_KEYS : LENGTH_KEYS;
    const found = candidates.find(({ asked }) => agree(asked, experiment, except));
    if (found) return { preset: found.preset, size: found.size, isExact };
  }
  return null;
}
