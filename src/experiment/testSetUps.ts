/** Set-ups for property-based tests: every setting anywhere within its limits, in the texts that the controls write. */
import * as fc from 'fast-check';
import { readExperiment } from './check.ts';
import type { Experiment } from './experiment.ts';
import { EXPERIMENT_KEYS, type Setting, setting } from './settings.ts';
import { NORMALISATIONS } from './variants.ts';

const MOST_LAYERS = 39;

/** A number of one to three digits, as people write them, or any that there is. */
type Digits = 'three' | 'all';

const numberIn = (min: number, max: number, digits: Digits): fc.Arbitrary<number> =>
  digits === 'all'
    ? fc.double({ min, max, noNaN: true })
    : fc
        .tuple(fc.integer({ min: 1, max: 999 }), fc.integer({ min: -9, max: 2 }))
        .map(([mantissa, exponent]) => Math.min(max, Math.max(min, Number(`${mantissa}e${exponent}`))));

const width = fc.integer({ min: 1, max: 4096 });
const network = fc
  .tuple(
    fc.array(fc.tuple(width, fc.boolean()), { minLength: 1, maxLength: MOST_LAYERS }),
    fc.array(width, { maxLength: MOST_LAYERS - 1 }),
  )
  .map(([blocks, dense]) => {
    const pooled = blocks.map(([outputs, pools], i) => (pools && i < 5 ? `${outputs}-M` : `${outputs}`));
    const hidden = dense.slice(0, MOST_LAYERS - blocks.length);
    return `vgg:${pooled.join('-')}${hidden.length > 0 ? `/${hidden.join('-')}` : ''}`;
  });
const deepLinear = fc
  .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 64 }))
  .map(([depth, wide]) => `dln:${depth}x${wide}`);

function variant(digits: Digits): fc.Arbitrary<string> {
  const place = fc.oneof(
    fc.constantFrom('', '.last'),
    fc.integer({ min: 1, max: 39 }).map((n) => `.layer${n}`),
  );
  const rate = fc.oneof(
    fc.constant(''),
    numberIn(1e-9, 100, digits).map((value) => `@${value}`),
  );
  return fc
    .tuple(
      fc.constantFrom(...NORMALISATIONS),
      place,
      fc.constantFrom('', '.stopped'),
      fc.constantFrom('', '.frozen'),
      rate,
    )
    .map(([norm, placed, stopped, frozen, own]) =>
      norm.endsWith('none') ? `${norm}${own}` : `${norm}${placed}${stopped}${frozen}${own}`,
    );
}

function valuesOf(asked: Setting, digits: Digits): fc.Arbitrary<unknown> {
  switch (asked.type) {
    case 'choice':
      return fc.constantFrom(...asked.options);
    case 'network':
      return fc.oneof(network, deepLinear);
    case 'variants':
      return fc.uniqueArray(variant(digits), { minLength: 1, maxLength: asked.maxLength, size: 'max' });
    case 'number':
    case 'batch-size':
      return asked.integer
        ? fc.integer({ min: asked.min, max: asked.max })
        : numberIn(asked.min, asked.max, digits);
    case 'numbers':
      return fc.uniqueArray(
        asked.integer
          ? fc.integer({ min: asked.min, max: asked.max })
          : numberIn(asked.min, asked.max, digits),
        { minLength: asked.minLength, maxLength: asked.maxLength, size: 'max' },
      );
    default:
      return asked satisfies never;
  }
}

/** Set-ups in which each setting differs from its default with a probability, in percent. */
export function setUps(percent: number, digits: Digits): fc.Arbitrary<Experiment> {
  const settings = Object.fromEntries(
    EXPERIMENT_KEYS.map((key) => [
      key,
      fc.oneof(
        { weight: percent, arbitrary: valuesOf(setting(key), digits) },
        { weight: 100 - percent, arbitrary: fc.constant(undefined) },
      ),
    ]),
  );
  return fc.record(settings).map((raw) => {
    const given = Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== undefined));
    return readExperiment(given).experiment;
  });
}
