/** What a variant text means: a normalisation, where and how it is applied, and a learning rate of its own. */
import type { Parsed } from './architecture.ts';
import { rounded } from './decimal.ts';

export const NORMALISATIONS = [
  'none',
  'batch',
  'noisy-batch',
  'l1',
  'l2',
  'linf',
  'layer',
  'group',
  'noisy-none',
] as const;
export type NormalisationId = (typeof NORMALISATIONS)[number];

export interface Variant {
  /** The text itself, which names the variant in records. */
  id: string;
  norm: NormalisationId;
  /** Its own learning rate, or null where the experiment's holds. */
  learningRate: number | null;
  /** Which of the normalisable layers carry it: all, the last, or one counted from 1. */
  placement: 'all' | 'last' | number;
  /** Statistics treated as constants in the backward pass. */
  stoppedStatistics: boolean;
  /** γ = 1 and β = 0 throughout. */
  frozenAffine: boolean;
}

export interface NormalisationFacts {
  label: string;
  short: string;
  help: string;
}

export const NORMALISATION_FACTS: Record<NormalisationId, NormalisationFacts> = {
  none: { label: 'Standard', short: 'Standard', help: 'No normalisation: the paper’s “Standard” network.' },
  batch: {
    label: 'BatchNorm',
    short: 'BatchNorm',
    help: 'Each channel is centred and scaled by its own mean and standard deviation over the minibatch.',
  },
  'noisy-batch': {
    label: 'Noisy BatchNorm',
    short: 'Noisy',
    help: 'BatchNorm followed by noise whose mean and scale are drawn anew at every step (Algorithm 1).',
  },
  l1: {
    label: 'ℓ₁ norm',
    short: 'ℓ₁',
    help: 'The mean is removed; the scale is the mean of |y| before centring (section 3.3).',
  },
  l2: {
    label: 'ℓ₂ norm',
    short: 'ℓ₂',
    help: 'The mean is removed; the scale is the root mean square of y before centring.',
  },
  linf: {
    label: 'ℓ∞ norm',
    short: 'ℓ∞',
    help: 'The mean is removed; the scale is the largest |y| before centring.',
  },
  layer: {
    label: 'LayerNorm',
    short: 'LayerNorm',
    help: 'Each example is normalised over all its channels and pixels.',
  },
  group: {
    label: 'GroupNorm',
    short: 'GroupNorm',
    help: 'Each example is normalised over groups of at least two channels, at most eight groups a layer.',
  },
  'noisy-none': {
    label: 'Noisy Standard',
    short: 'Noisy std.',
    help: 'The same noise on the network without normalisation; the paper reports that it does not train.',
  },
};

const MODIFIERS = /^(last|stopped|frozen|layer([1-9]\d?))$/;

/** Reads `batch`, `none@0.5`, `batch.last`, `batch.layer3`, `batch.stopped`, `batch.frozen@0.2`. */
export function parseVariant(text: string): Parsed<Variant> {
  const [head = '', rate, ...rest] = text.split('@');
  const [norm = '', ...modifiers] = head.split('.');
  if (!isNormalisation(norm))
    return {
      ok: false,
      message: `“${text.slice(0, 40)}” is not a normalisation. Choose among ${NORMALISATIONS.join(', ')}.`,
    };
  const variant: Variant = {
    id: text,
    norm,
    learningRate: null,
    placement: 'all',
    stoppedStatistics: false,
    frozenAffine: false,
  };
  for (const modifier of modifiers) {
    const match = MODIFIERS.exec(modifier);
    if (!match || norm === 'none' || norm === 'noisy-none')
      return {
        ok: false,
        message: `“.${modifier.slice(0, 20)}” cannot be applied to ${norm}. A normalised variant takes .last, .layer3, .stopped or .frozen.`,
      };
    if (modifier === 'stopped') variant.stoppedStatistics = true;
    else if (modifier === 'frozen') variant.frozenAffine = true;
    else variant.placement = match[2] ? Number(match[2]) : 'last';
  }
  if (rate !== undefined) {
    const value = Number(rate);
    if (rest.length > 0 || rate.trim() === '' || !(value > 0) || value > 100)
      return {
        ok: false,
        message: `“${text.slice(0, 40)}” has no usable learning rate after @. Write a number above 0, as in none@0.5.`,
      };
    variant.learningRate = value;
  }
  return { ok: true, value: variant };
}

/** The text that `parseVariant` reads, its parts in one order, its learning rate with as many digits as settings keep. */
export function variantText(variant: Omit<Variant, 'id'>): string {
  const { norm, placement, stoppedStatistics, frozenAffine, learningRate } = variant;
  const place = placement === 'all' ? '' : placement === 'last' ? '.last' : `.layer${placement}`;
  const rate = learningRate === null ? '' : `@${rounded(learningRate)}`;
  return `${norm}${place}${stoppedStatistics ? '.stopped' : ''}${frozenAffine ? '.frozen' : ''}${rate}`;
}

/** The variants of a checked experiment. Throws on a text that `parseVariant` refuses. */
export function variantsOf(texts: readonly string[]): Variant[] {
  return texts.map((text) => {
    const parsed = parseVariant(text);
    if (!parsed.ok) throw new RangeError(parsed.message);
    return parsed.value;
  });
}

/** The name people read: “BatchNorm”, “Standard, learning rate 0.5”. */
export function variantLabel(variant: Variant): string {
  const { label } = NORMALISATION_FACTS[variant.norm];
  const notes = [
    variant.placement === 'last' ? 'last layer only' : null,
    typeof variant.placement === 'number' ? `layer ${variant.placement} only` : null,
    variant.stoppedStatistics ? 'statistics stopped' : null,
    variant.frozenAffine ? 'γ, β frozen' : null,
    variant.learningRate === null ? null : `learning rate ${variant.learningRate}`,
  ].filter((note) => note !== null);
  return [label, ...notes].join(', ');
}

function isNormalisation(text: string): text is NormalisationId {
  return (NORMALISATIONS as readonly string[]).includes(text);
}
