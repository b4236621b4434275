import * as fc from 'fast-check';
import { deflateSync, inflateSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { fromBase64Url, toBase64Url } from '../../experiment/base64Url.ts';
import type { Experiment } from '../../experiment/experiment.ts';
import { toFragment } from '../../experiment/permalink.ts';
import { defaultExperiment } from '../../experiment/settings.ts';
import { HANG_MS, timed } from '../../experiment/testDuration.ts';
import { addMeasured, emptyRecord } from '../build.ts';
import type { RunRecord } from '../record.ts';

import { checksumOf } from './checksum.ts';
import { groupsOf } from './columns.ts';
import { decodeCurves } from './decode.ts';
import { encodeCurves } from './encode.ts';
import { LARGEST, rangeOf, SMALLEST, toleranceOf } from './quantise.ts';

const ENVIRONMENT = {
  backend: 'webgpu',
  adapter: 'Apple M2 Pro with a long name that goes on and on and on',
  software: false,
  app: 'normscape 0.1.0',
  startedAt: '2026-11-14T10:00:00.000Z',
} as const;
/** What a whole link may take. */
const LINK = 2000;
const PAGE = 'https://normscape.example.org/lab/';

/** A run's worth of values that wander as losses do, from one seed. */
function ranRecord(experiment: Experiment, seed: number, wild: number[] = []): RunRecord {
  const record = emptyRecord(experiment, ENVIRONMENT);
  let state = seed + 1;
  const random = (): number => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const value = (scale: number): number => {
    const odd = wild[Math.floor(random() * 40)];
    return odd === undefined ? scale * Math.exp(2 * random() - 1) : odd;
  };
  const grid = (count: number) => ({
    lossAt: Array.from({ length: count }, () => value(2)),
    gradientDifferenceAt: Array.from({ length: count }, () => value(20)),
    beta: value(8),
  });
  const stride = Math.max(1, Math.ceil(experiment.steps / 150));
  for (const [variant, { learningRate }] of record.variants.entries()) {
    const decay = (step: number): number => 3 / (1 + learningRate * step);
    for (let step = 0; step <= experiment.steps; step += stride)
      addMeasured(record, {
        kind: 'train',
        variant,
        step: [step],
        loss: [value(decay(step))],
        accuracy: [random()],
      });
    for (let step = 0; step <= experiment.steps; step += Math.max(stride, experiment.testEvery))
      addMeasured(record, { kind: 'test', variant, step, loss: value(1), accuracy: random() });
    for (let step = 0; step <= experiment.steps; step += Math.max(stride, experiment.probeEvery)) {
      addMeasured(record, {
        kind: 'landscape',
        variant,
        step,
        loss: value(1),
        gradientNorm: value(1),
        grid: grid(experiment.probeSteps.length),
        fine: grid(experiment.fineSteps.length),
        random: grid(0),
      });
      const layers = experiment.icsLayers.map((layer) => ({ layer, l2: value(1), cosine: 2 * random() - 1 }));
      addMeasured(record, { kind: 'ics', variant, step, layers });
    }
    addMeasured(record, { kind: 'status', variant, status: 'finished', step: experiment.steps });
  }
  record.timing.elapsedMs = 81_234;
  return record;
}

const roomIn = (experiment: Experiment): number =>
  LINK - PAGE.length - toFragment(experiment).length - '&run='.length;

/** Every carried value lies within half a level of the one it came from; what is not finite comes back as it was. */
function expectWithinTolerance(record: RunRecord, decoded: RunRecord, points: number): void {
  const { icsLayers, seeds } = decoded.experiment;
  const detail = { icsLayers, seeds, points };
  const sources = record.variants.filter(({ seed }) => seed < record.experiment.seed + seeds);
  expect(decoded.variants.length).toBe(sources.length);
  for (const [i, variant] of decoded.variants.entries()) {
    const whole = { ...detail, points: Number.POSITIVE_INFINITY };
    const [before, after] = [groupsOf(sources[i]!, detail), groupsOf(variant, whole)];
    for (const [k, group] of before.entries()) {
      expect(after[k]!.step).toEqual(group.step);
      for (const [c, column] of group.columns.entries()) expectColumn(column, after[k]!.columns[c]!);
    }
    expect(variant.status).toBe(sources[i]!.status);
    expect(variant.divergedAt).toBe(sources[i]!.divergedAt);
  }
}

function expectColumn(column: readonly number[], back: readonly number[]): void {
  const range = rangeOf(column);
  const tolerance = toleranceOf(range) * (1 + 1e-9) + Number.EPSILON * 8;
  for (const [i, value] of column.entries()) {
    const found = back[i]!;
    const isZero = range.scale === 'log' && value <= SMALLEST;
    if (Number.isNaN(value)) expect(found).toBeNaN();
    else if (Math.abs(value) >= LARGEST) expect(found).toBe(Math.sign(value) * Number.POSITIVE_INFINITY);
    else if (isZero) expect(found).toBe(0);
    else if (range.scale === 'log') expect(Math.abs(Math.log(found / value))).toBeLessThanOrEqual(tolerance);
    else expect(Math.abs(found - value)).toBeLessThanOrEqual(tolerance + Math.abs(value) * 1e-12);
  }
}

const experiments = fc
  .record({
    variants: fc.subarray(['none', 'batch', 'noisy-batch', 'l1', 'l2', 'linf', 'layer', 'group'], {
      minLength: 1,
    }),
    learningRate: fc.constantFrom(0.1, 0.5, 1e-6),
    steps: fc.oneof(fc.integer({ min: 1, max: 700 }), fc.constantFrom(15_000, 100_000)),
    seed: fc.integer({ min: 0, max: 4_000_000_000 }),
    seeds: fc.integer({ min: 1, max: 10 }),
    probeEvery: fc.constantFrom(1, 10, 97, 100_000),
    testEvery: fc.constantFrom(1, 50),
    icsLayers: fc
      .uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 40 })
      .map((list) => list.sort((a, b) => a - b)),
  })
  .map((change): Experiment => ({ ...defaultExperiment(), ...change }));

const wildValues = fc.array(
  fc.oneof(
    fc.double({ min: -1e38 }),
    fc.constantFrom(0, -0, Number.NaN, 1e-300, 1e300, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1),
  ),
  { maxLength: 4 },
);

describe('curves in a link', () => {
  it('of the default experiment keep every probe and fit in 2,000 characters', () => {
    const experiment = defaultExperiment();
    const record = ranRecord(experiment, 7);
    const { text, detail } = encodeCurves(record, roomIn(experiment))!;
    expect(PAGE.length + `#v=1&run=${text}`.length).toBeLessThanOrEqual(LINK);
    expect(detail.points).toBeGreaterThanOrEqual(31);
    const reading = decodeCurves(text, experiment);
    if (!reading.ok) throw new Error(reading.message);
    expectWithinTolerance(record, reading.record, detail.points);
    expect(reading.record.environment).toEqual({ ...ENVIRONMENT, adapter: ENVIRONMENT.adapter.slice(0, 40) });
    expect(reading.record.timing.elapsedMs).toBe(81_234);
  });

  it('fit and come back within the stated tolerance for every experiment, whatever was measured', () => {
    fc.assert(
      fc.property(experiments, fc.nat(1000), wildValues, (experiment, seed, wild) => {
        const record = ranRecord(experiment, seed, wild);
        expect(PAGE.length + toFragment(experiment).length, 'the set-up alone').toBeLessThanOrEqual(300);
        const room = roomIn(experiment);
        const encoded = encodeCurves(record, room);
        expect(encoded).not.toBeNull();
        expect(encoded!.text.length).toBeLessThanOrEqual(room);
        expect(encoded!.text).toMatch(/^[\w-]+$/);
        const reading = decodeCurves(encoded!.text, experiment);
        if (!reading.ok) throw new Error(reading.message);
        expectWithinTolerance(record, reading.record, encoded!.detail.points);
      }),
      { numRuns: 15, seed: 1805 },
    );
  });

  it('are refused with another set-up', () => {
    const experiment = defaultExperiment();
    const { text } = encodeCurves(ranRecord(experiment, 3), roomIn(experiment))!;
    expect(decodeCurves(text, { ...experiment, learningRate: 0.5 })).toMatchObject({
      ok: false,
      kind: 'damaged',
    });
    expect(decodeCurves(`9${text.slice(1)}`, experiment)).toMatchObject({ ok: false, kind: 'version' });
  });
});

describe('hostile curves', () => {
  const experiment = { ...defaultExperiment(), steps: 40 };
  const { text } = encodeCurves(ranRecord(experiment, 5), 1200)!;
  const mutated = fc
    .array(fc.tuple(fc.nat(text.length), fc.nat(6), fc.string({ maxLength: 5 })), {
      minLength: 1,
      maxLength: 4,
    })
    .map((edits) => edits.reduce((all, [at, cut, put]) => all.slice(0, at) + put + all.slice(at + cut), text))
    .filter((changed) => changed !== text);
  const noise = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.base64String({ maxLength: 3000 }).map((random) => `1${random}`),
  );

  it('give a reason, never an exception, never a hang', () => {
    let longest = 0;
    fc.assert(
      fc.property(fc.oneof(mutated, noise), (hostile) => {
        const { answer: reading, ms } = timed(() => decodeCurves(hostile, experiment));
        longest = Math.max(longest, ms);
        expect(reading.ok).toBe(false);
        if (!reading.ok) expect(reading.message.length).toBeGreaterThan(20);
      }),
      { numRuns: 3000, seed: 11_604 },
    );
    expect(longest).toBeLessThan(HANG_MS);
  });

  it('give a reason or a whole record where someone forged the checksum', () => {
    const plain = inflateSync(fromBase64Url(text.slice(1)).slice(4));
    const bomb = deflateSync(new Uint8Array(5_000_000));
    const changed = fc
      .array(fc.tuple(fc.nat(plain.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 })
      .map((edits) => {
        const bytes = plain.slice();
        for (const [at, byte] of edits) bytes[at] = byte;
        return deflateSync(bytes, { level: 1 });
      });
    const forged = fc.oneof(
      changed,
      fc.uint8Array({ maxLength: 200 }).map((bytes) => deflateSync(bytes, { level: 1 })),
      fc.constant(bomb),
    );
    fc.assert(
      fc.property(forged, (body) => {
        const whole = new Uint8Array([...checksumOf(experiment, body), ...body]);
        const reading = decodeCurves(`1${toBase64Url(whole)}`, experiment);
        if (!reading.ok) return;
        const { steps } = experiment;
        for (const { train } of reading.record.variants) {
          expect(train.loss.length).toBe(train.step.length);
          expect(train.step.every((step, i) => step <= steps && step > (train.step[i - 1] ?? -1))).toBe(true);
        }
      }),
      { numRuns: 200, seed: 3 },
    );
  });
});
