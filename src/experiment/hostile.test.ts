import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toBase64Url } from './base64Url.ts';
import { problemsOf, readExperiment } from './check.ts';
import { toCompact } from './compactSetUp.ts';
import { costOf } from './cost.ts';
import { writeDigits } from './mixedRadix.ts';
import { fromFragment, toFragment, toLinkFragment } from './permalink.ts';
import { quote } from './read.ts';
import { defaultExperiment, EXPERIMENT_KEYS, setting } from './settings.ts';
import { HANG_MS, timed } from './testDuration.ts';

const NAMES = [
  'v',
  'run',
  'page',
  'set',
  '__proto__',
  'constructor',
  'toString',
  ...EXPERIMENT_KEYS.map((key) => setting(key).link),
];

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.double().map(String),
  fc.bigInt().map(String),
  fc.constantFrom(
    '',
    'NaN',
    'Infinity',
    '-Infinity',
    '1e999',
    '-0',
    '0x10',
    'full',
    '<img src=x onerror=alert(1)>',
    '%',
    '%E0%A4%A',
    '%00',
    'javascript:alert(1)',
    ','.repeat(5000),
    '9'.repeat(5000),
    `vgg:${'M-'.repeat(3000)}8`,
    `vgg:${'8-'.repeat(3000)}8`,
    'vgg:4096-4096/4096-4096',
    'dln:40x64',
    'dln:9999x9999',
    'none,none,none',
    'batch@1e-300',
    'batch.layer99',
    'batch.frozen.stopped.last@0.1@0.2',
    'gaussian',
    'cifar-10',
  ),
  fc.array(fc.double(), { maxLength: 50 }).map(String),
);
const hostileLink = fc
  .array(fc.tuple(fc.oneof(fc.constantFrom(...NAMES), fc.string({ maxLength: 12 })), nasty), {
    maxLength: 12,
  })
  .map((pairs) => `#${pairs.map(([name, value]) => `${name}=${value}`).join('&')}`);
/** Compact set-ups of any content: digits with a sum that is right, and bytes. */
const compactLink = fc
  .oneof(
    fc
      .array(
        fc
          .integer({ min: 1, max: 2 ** 32 })
          .chain((radix) => fc.nat(Math.min(radix - 1, 2 ** 31 - 1)).map((value) => [value, radix] as const)),
        { maxLength: 150, size: 'max' },
      )
      .map(writeDigits),
    fc.uint8Array({ maxLength: 300 }).map(toBase64Url),
  )
  .map((text) => `#v=1&set=${text}`);
/** A valid link with some of its characters changed, dropped or doubled. */
const mutatedLink = fc
  .tuple(
    fc.constantFrom(
      toFragment(defaultExperiment()),
      '#v=1&net=vgg:4-M-8&variants=none,batch@0.5&lr=0.2&batch=32&steps=60&ics=1,2&probe=0.5,1',
      '#v=1&data=gaussian&net=dln:25x10&batch=full&train=1000&test=0&lr=1e-6&probe=0.01,0.1,1,10,30',
      `#v=1&set=${toCompact({ ...defaultExperiment(), network: 'vgg:64-64-M-128-128-M/512-512', variants: ['batch.layer3@0.5', 'none'], icsLayers: [1, 2, 3] })}`,
    ),
    fc.array(fc.tuple(fc.nat(200), fc.string({ maxLength: 3 })), { minLength: 1, maxLength: 6 }),
  )
  .map(([link, edits]) =>
    edits.reduce(
      (text, [at, put]) => text.slice(0, at % text.length) + put + text.slice((at % text.length) + 1),
      link,
    ),
  );

describe('20,000 hostile links', () => {
  it('give a usable experiment and notices, never an exception, never a hang, never markup', async ({
    annotate,
  }) => {
    let longest = 0;
    fc.assert(
      fc.property(fc.oneof(hostileLink, compactLink, mutatedLink), (link) => {
        const { answer, ms } = timed(() => fromFragment(link));
        const { experiment, notices } = answer;
        longest = Math.max(longest, ms);
        expect(problemsOf(experiment)).toEqual([]);
        expect(Object.keys(experiment).sort()).toEqual([...EXPERIMENT_KEYS].sort());
        // Whatever it asks for has a cost that can be shown before anyone presses Run.
        const { flops, bytes } = costOf(experiment);
        expect(Number.isFinite(flops) && Number.isFinite(bytes)).toBe(true);
        for (const { message } of notices) expect(message.length).toBeLessThan(400);
        // What was read can be written and read again without another notice.
        for (const write of [toFragment, toLinkFragment]) {
          const again = fromFragment(write(experiment));
          expect(again.experiment).toEqual(experiment);
          expect(again.notices).toEqual([]);
        }
      }),
      { numRuns: 20_000, seed: 1805 },
    );
    expect(longest).toBeLessThan(HANG_MS);
    await annotate(`The slowest link took ${longest.toFixed(1)} ms.`);
  }, 600_000);
});

describe('hostile objects', () => {
  it('give a usable experiment; prototypes stay untouched', () => {
    fc.assert(
      fc.property(
        fc.anything({ withNullPrototype: true, maxDepth: 4 }),
        fc.dictionary(
          fc.constantFrom(...EXPERIMENT_KEYS, '__proto__', 'constructor'),
          fc.anything({ maxDepth: 2 }),
        ),
        (anything, settings) => {
          for (const raw of [anything, settings])
            expect(problemsOf(readExperiment(raw).experiment)).toEqual([]);
        },
      ),
      { numRuns: 5000, seed: 11604 },
    );
    expect(readExperiment(JSON.parse('{"__proto__":{"steps":7}}')).experiment.steps).toBe(300);
    expect(({} as { steps?: unknown }).steps).toBeUndefined();
  });

  it('give one too where they are cyclic, deep, longer than memory, or hold what JSON has not', async ({
    annotate,
  }) => {
    const cycle: unknown[] = [];
    cycle.push(cycle, { cycle });
    let deep: unknown = [];
    for (let i = 0; i < 5000; i++) deep = [deep];
    const sparse: unknown[] = [];
    sparse.length = 2 ** 32 - 1;
    const text = 'x'.repeat(10 ** 6);
    const odd = [
      cycle,
      { cycle },
      deep,
      [deep],
      sparse,
      5n,
      [5n],
      Symbol('x'),
      new Map(),
      () => 0,
      text,
      [text],
    ];
    let longest = 0;
    for (const value of odd)
      for (const key of [...EXPERIMENT_KEYS, 'unknown']) {
        const { answer, ms } = timed(() => [value, { [key]: value }].map((raw) => readExperiment(raw)));
        longest = Math.max(longest, ms);
        for (const { experiment, notices } of answer) {
          expect(problemsOf(experiment)).toEqual([]);
          for (const { message } of notices) expect(message.length).toBeLessThan(400);
        }
      }
    expect(longest).toBeLessThan(HANG_MS);
    await annotate(`The slowest took ${longest.toFixed(1)} ms.`);
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom(...EXPERIMENT_KEYS),
          fc.anything({
            withBigInt: true,
            withDate: true,
            withMap: true,
            withSparseArray: true,
            maxDepth: 3,
          }),
        ),
        (raw) => {
          expect(problemsOf(readExperiment(raw).experiment)).toEqual([]);
        },
      ),
      { numRuns: 2000, seed: 11605 },
    );
  });

  it('are quoted by their type where they are deeper than a list', () => {
    expect(quote({ a: 1 })).toBe('an object');
    expect(quote([1, '2', [3], { b: 4 }])).toBe('[1,"2",a list,an object]');
    expect(quote(5n)).toBe('5');
  });
});
