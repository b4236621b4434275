/**
 * A set-up in as few characters as it can take, for links whose readable settings would be too long to pass on. Which digits
 * stand for what is part of the links' version 1 and must never change: the limits here are those of the form, not of the
 * settings, which lie within them. A new setting goes to the end; links made before read it as not given.
 */
import { type NetworkText, networkText, parseNetwork } from './architecture.ts';
import { SIGNIFICANT_DIGITS } from './decimal.ts';
import type { Experiment, ExperimentKey } from './experiment.ts';
import { type Digit, DigitReader, writeDigits } from './mixedRadix.ts';
import { toText } from './read.ts';
import { defaultExperiment } from './settings.ts';
import { parseVariant, type Variant, variantText } from './variants.ts';

interface Form<T> {
  /** Throws where the value has no place in it. */
  write(value: T): Digit[];
  read(digits: DigitReader): T;
}

function refuse(value: unknown): never {
  throw new RangeError(`${String(value)} has no compact form.`);
}

const wholeNumber = (radix: number): Form<number> => ({
  write: (value) => [[value, radix]],
  read: (digits) => digits.take(radix),
});

function oneOf<T>(options: readonly T[], radix: number): Form<T> {
  return {
    write: (value) => [[options.indexOf(value), radix]],
    read: (digits) => options[digits.take(radix)] ?? refuse('An unknown option'),
  };
}

const LEAST_SIGNIFICAND = 10 ** (SIGNIFICANT_DIGITS - 1);
/** Significands with their first digit, and zero. */
const SIGNIFICANDS = 9 * LEAST_SIGNIFICAND + 1;

/** Zero, and decimal numbers above it whose first digit stands for a power of ten from 10^least to 10^most. */
function decimalNumber(least: number, most: number): Form<number> {
  const exponents = most - least + 1;
  const numberOf = (significand: number, exponent: number): number =>
    Number(`${significand}e${exponent - (SIGNIFICANT_DIGITS - 1)}`);
  return {
    write: (value) => {
      if (value === 0) return [[0, SIGNIFICANDS]];
      const [digits = '', exponent = ''] = value.toExponential(SIGNIFICANT_DIGITS - 1).split('e');
      const significand = Number(digits.replace('.', ''));
      if (numberOf(significand, Number(exponent)) !== value) refuse(value);
      return [
        [significand - LEAST_SIGNIFICAND + 1, SIGNIFICANDS],
        [Number(exponent) - least, exponents],
      ];
    },
    read: (digits) => {
      const significand = digits.take(SIGNIFICANDS);
      return significand === 0
        ? 0
        : numberOf(significand + LEAST_SIGNIFICAND - 1, digits.take(exponents) + least);
    },
  };
}

function listOf<T>(form: Form<T>, radix: number): Form<T[]> {
  return {
    write: (values) => [[values.length, radix], ...values.flatMap((value) => form.write(value))],
    read: (digits) => Array.from({ length: digits.take(radix) }, () => form.read(digits)),
  };
}

/** Different whole numbers from 1, in ascending order: for each whether it is there. */
function setUpTo(most: number): Form<number[]> {
  const all = Array.from({ length: most }, (_, i) => i + 1);
  return {
    write: (values) => {
      if (values.some((value, i) => !all.includes(value) || value <= (values[i - 1] ?? 0))) refuse(values);
      return all.map((value) => [values.includes(value) ? 1 : 0, 2]);
    },
    read: (digits) => all.filter(() => digits.take(2) === 1),
  };
}

const WIDTHS = 4097;
const convolutions = listOf<readonly [width: number, isPooled: boolean]>(
  {
    write: ([width, isPooled]) => [
      [width, WIDTHS],
      [isPooled ? 1 : 0, 2],
    ],
    read: (digits) => [digits.take(WIDTHS), digits.take(2) === 1],
  },
  48,
);
const hiddenLayers = listOf(wholeNumber(WIDTHS), 48);

function digitsOf(network: NetworkText): Digit[] {
  if (network.kind === 'dln')
    return [
      [1, 4],
      [network.depth, 64],
      [network.width, 128],
    ];
  const widths = network.blocks.flatMap((block, i) =>
    block === 'M' ? [] : [[block, network.blocks[i + 1] === 'M'] as const],
  );
  return [[0, 4], ...convolutions.write(widths), ...hiddenLayers.write(network.hidden)];
}

const network: Form<string> = {
  write: (text) => {
    const parsed = parseNetwork(text);
    return parsed.ok && networkText(parsed.value) === text ? digitsOf(parsed.value) : refuse(text);
  },
  read: (digits) => {
    if (digits.take(4) === 1)
      return networkText({ kind: 'dln', depth: digits.take(64), width: digits.take(128) });
    const blocks = convolutions
      .read(digits)
      .flatMap(([width, isPooled]) => (isPooled ? [width, 'M' as const] : [width]));
    return networkText({ kind: 'vgg', blocks, hidden: hiddenLayers.read(digits) });
  },
};

const NORMS = ['none', 'batch', 'noisy-batch', 'l1', 'l2', 'linf', 'layer', 'group', 'noisy-none'] as const;
const norm = oneOf(NORMS, 32);
/** All, the last, or layer 1 upwards. */
const PLACES = 128;
const ownRate = decimalNumber(-324, 3);

const variant: Form<string> = {
  write: (text) => {
    const parsed = parseVariant(text);
    if (!parsed.ok || variantText(parsed.value) !== text) return refuse(text);
    const { norm: its, placement, stoppedStatistics, frozenAffine, learningRate } = parsed.value;
    return [
      ...norm.write(its),
      [placement === 'all' ? 0 : placement === 'last' ? 1 : placement + 1, PLACES],
      [stoppedStatistics ? 1 : 0, 2],
      [frozenAffine ? 1 : 0, 2],
      ...ownRate.write(learningRate ?? 0),
    ];
  },
  read: (digits) => {
    const its = norm.read(digits);
    const place = digits.take(PLACES);
    const read: Omit<Variant, 'id'> = {
      norm: its,
      placement: place === 0 ? 'all' : place === 1 ? 'last' : place - 1,
      stoppedStatistics: digits.take(2) === 1,
      frozenAffine: digits.take(2) === 1,
      learningRate: ownRate.read(digits) || null,
    };
    return variantText(read);
  },
};

const batchSize: Form<number | 'full'> = {
  write: (value) => [[value === 'full' ? 0 : value, 65_536]],
  read: (digits) => digits.take(65_536) || 'full',
};
const probeSteps = listOf(decimalNumber(-6, 3), 16);
const share = decimalNumber(-324, 3);

const FORMS: { [K in ExperimentKey]: Form<Experiment[K]> } = {
  dataset: oneOf(['fashion-mnist', 'mnist', 'cifar-10', 'gaussian', 'shapes'] as const, 32),
  network,
  variants: listOf(variant, 16),
  learningRate: decimalNumber(-12, 3),
  momentum: share,
  weightDecay: share,
  batchSize,
  steps: wholeNumber(2 ** 20),
  seed: wholeNumber(2 ** 32),
  seeds: wholeNumber(32),
  trainExamples: wholeNumber(2 ** 17),
  testExamples: wholeNumber(2 ** 15),
  testEvery: wholeNumber(2 ** 20),
  probeEvery: wholeNumber(2 ** 20),
  probeSteps,
  fineSteps: probeSteps,
  icsLayers: setUpTo(40),
  activationLayers: setUpTo(40),
  randomDirections: wholeNumber(16),
  sharpnessIterations: wholeNumber(128),
  flatnessPoints: wholeNumber(64),
  nMu: share,
  nSigma: share,
  rMu: share,
  rSigma: share,
};
const KEYS = Object.keys(FORMS) as ExperimentKey[];

const isDefault = (experiment: Experiment, key: ExperimentKey): boolean =>
  toText(experiment[key]) === toText(defaultExperiment()[key]);

/** What differs from the defaults; null where a value has more digits or another spelling than the controls write. */
export function toCompact(experiment: Experiment): string | null {
  try {
    const digits = KEYS.flatMap((key): Digit[] =>
      isDefault(experiment, key)
        ? [[0, 2]]
        : [[1, 2], ...(FORMS[key] as Form<unknown>).write(experiment[key])],
    );
    return writeDigits(digits);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** The settings that a text names, still to be checked; null where the text is damaged. Never throws. */
export function fromCompact(text: string): Record<string, unknown> | null {
  const digits = DigitReader.of(text);
  if (!digits) return null;
  try {
    const given = KEYS.flatMap((key) =>
      digits.take(2) === 1 ? [[key, FORMS[key].read(digits)] as const] : [],
    );
    return digits.isAtEnd() ? Object.fromEntries(given) : null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
