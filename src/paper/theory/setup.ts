/** What the reader of the theory page shapes: a small network and where BatchNorm stands in it. One table, as for experiments. */
import { readSetting } from '../../experiment/read.ts';
import type { ChoiceSetting, NumberSetting } from '../../experiment/settings.ts';

export const DOWNSTREAM_KINDS = ['relu', 'tanh', 'batch', 'linear', 'squared'] as const;
export type DownstreamKind = (typeof DOWNSTREAM_KINDS)[number];

/** γ the same for every unit and β = 0, or γ = σ_j and β = μ_j, which gives the layer its own output back. */
export const AFFINE_KINDS = ['same', 'restoring'] as const;
export type AffineKind = (typeof AFFINE_KINDS)[number];

export interface TheorySetup {
  /** Minibatch size m. */
  samples: number;
  units: number;
  downstream: DownstreamKind;
  affine: AffineKind;
  gamma: number;
  /** Of the layer's weights: about the σ_j that they give. */
  scale: number;
  /** From each unit's weights to the optimum, in lengths of the unit's weights. */
  distance: number;
  seed: number;
}

export type TheoryKey = keyof TheorySetup;
export type TheorySetting = NumberSetting | ChoiceSetting;

const THEORY_SETTINGS = {
  samples: {
    type: 'number',
    link: 'm',
    label: 'Samples m',
    help: 'The minibatch over which means and deviations are taken. With few samples, two of so few directions are lost.',
    group: 'task',
    min: 4,
    max: 256,
    integer: true,
    default: 128,
  },
  units: {
    type: 'number',
    link: 'units',
    label: 'Units',
    help: 'Outputs of the layer that BatchNorm stands after. Every statement is checked in each of them.',
    group: 'task',
    min: 2,
    max: 48,
    integer: true,
    default: 32,
  },
  downstream: {
    type: 'choice',
    link: 'next',
    label: 'Layers after it',
    help: 'The same layers, with the same weights, in both networks. They decide the Hessian: convex, not convex, or, with a second BatchNorm, not diagonal.',
    group: 'task',
    options: DOWNSTREAM_KINDS,
    default: 'relu',
  },
  affine: {
    type: 'choice',
    link: 'affine',
    label: 'γ and β',
    help: 'With γ = σ and β = μ the layers after BatchNorm receive what they would receive without it.',
    group: 'task',
    options: AFFINE_KINDS,
    default: 'same',
  },
  gamma: {
    type: 'number',
    link: 'gamma',
    label: 'γ',
    help: 'BatchNorm’s scale. Only where σ > γ does the factor γ²/σ² shrink the gradient.',
    group: 'task',
    min: 0.05,
    max: 5,
    integer: false,
    default: 1,
  },
  scale: {
    type: 'number',
    link: 'scale',
    label: 'Scale of W',
    help: 'The weights are Gaussian, of a size that makes the deviation σ of a unit about this number.',
    group: 'task',
    min: 0.05,
    max: 10,
    integer: false,
    default: 1,
  },
  distance: {
    type: 'number',
    link: 'far',
    label: 'Way to the optimum',
    help: 'How far W* lies from W₀, in lengths of each unit’s weights, about. The targets are the outputs of the network with W*, so that W* is an optimum exactly.',
    group: 'task',
    min: 0.1,
    max: 10,
    integer: false,
    default: 2,
  },
  seed: {
    type: 'number',
    link: 'seed',
    label: 'Seed',
    help: 'Of all random numbers: inputs, weights and the way to the optimum.',
    group: 'task',
    min: 0,
    max: 999_999,
    integer: true,
    default: 1,
  },
} as const satisfies Record<TheoryKey, TheorySetting>;

const KEYS = Object.keys(THEORY_SETTINGS) as TheoryKey[];

export const theorySetting = (key: TheoryKey): TheorySetting => THEORY_SETTINGS[key];

export function defaultTheorySetup(): TheorySetup {
  return Object.fromEntries(KEYS.map((key) => [key, THEORY_SETTINGS[key].default])) as unknown as TheorySetup;
}

/** `m:64,next:tanh`: what differs from the defaults. */
export function writeTheorySetup(setup: TheorySetup): string {
  return KEYS.filter((key) => setup[key] !== THEORY_SETTINGS[key].default)
    .map((key) => `${theorySetting(key).link}:${setup[key]}`)
    .join(',');
}

/** Takes one value from a link or a control: the nearest usable one, and what was wrong with it. */
export function readTheoryValue(key: TheoryKey, text: string) {
  const setting = theorySetting(key);
  const raw = setting.type === 'number' ? (text.trim() === '' ? Number.NaN : Number(text)) : text;
  return readSetting(setting, raw);
}

/** Reads what `writeTheorySetup` wrote, or anything else: what cannot be used is replaced and listed. Never throws. */
export function readTheorySetup(parts: readonly string[]): { setup: TheorySetup; problems: string[] } {
  const setup = defaultTheorySetup();
  const problems: string[] = [];
  for (const part of parts.slice(0, 20)) {
    const cut = part.indexOf(':');
    const key = KEYS.find((candidate) => theorySetting(candidate).link === part.slice(0, cut));
    if (!key) {
      problems.push(`“${part.slice(0, 40)}” is not a setting of this page and was ignored.`);
      continue;
    }
    const { value, problem } = readTheoryValue(key, part.slice(cut + 1));
    Object.assign(setup, { [key]: value });
    if (problem) problems.push(`${problem.message} It was set to ${value}.`);
  }
  return { setup, problems };
}
