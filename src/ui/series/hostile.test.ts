/** What the reading of records accepts can be drawn: every series and every sentence of it. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordFromJson, recordToJson } from '../../record/json.ts';
import type { RunRecord } from '../../record/record.ts';
import { bandLabel, bandMarks, bandsOf, calmBand, readBands, sharpBand } from './bandData.ts';
import { curveData, readCurves } from './curveData.ts';
import * as distances from './distances.ts';
import { driftColumn, driftReading } from './drift.ts';
import * as flatness from './flatness.ts';
import { type ColumnOf, lineData, readLines } from './lineData.ts';
import * as norms from './norms.ts';
import { gradientRows, randomReading, randomRows } from './random.ts';
import * as readings from './readings.ts';
import * as ridges from './ridges.ts';
import * as sharpness from './sharpness.ts';
import { shownIn } from './shown.ts';
import { extremeRecord } from './testExtreme.ts';
import { atPaceOf, secondsOf } from './time.ts';

const columns: ColumnOf[] = [
  ({ variant: { train } }) => ({ step: train.step, value: train.loss }),
  ({ variant: { test } }) => ({ step: test.step, value: test.accuracy }),
  ({ variant: { landscape } }) => ({ step: landscape.step, value: landscape.beta }),
  ({ variant: { landscape } }) => ({ step: landscape.step, value: landscape.fine.beta }),
  ({ variant: { ics } }) => ({ step: ics.step, value: ics.layers[0]?.l2 ?? [] }),
  sharpness.sharpnessColumn,
  flatness.flatnessColumn,
  driftColumn(0, 'mean', 'successive'),
  norms.profileColumn('rate', 100),
  norms.layerColumn('rate', 1),
];

function drawAll(record: RunRecord): void {
  const shown = shownIn(record, []);
  const pace = secondsOf(record);
  if (pace) atPaceOf(record, pace, pace);
  for (const columnOf of columns)
    for (const scale of ['log', 'linear'] as const) {
      lineData(shown, columnOf, { scale, smoothOver: 'step', endValue: null });
      curveData(shown, columnOf, scale);
      readLines(shown, columnOf)(50);
      readCurves(shown, columnOf)(50);
      readings.medianReading(shown, (seed) => columnOf(seed).value);
    }
  for (const quantity of ['lossAt', 'gradientDifferenceAt'] as const) {
    for (const rowsOf of [gradientRows(quantity), randomRows(quantity)]) {
      const bands = bandsOf(shown, rowsOf);
      for (const one of bands) {
        sharpBand(one);
        bandLabel(one, calmBand(one));
        bandMarks(one, 'log');
      }
      readBands(bands)(50);
    }
    randomReading(shown, quantity);
  }
  const panels = distances.distancePanels(shown);
  distances.distanceValues(panels);
  for (const panel of panels) {
    distances.distanceNote(distances.distanceMarks(panel, 'log'));
    distances.readDistances(panel, 50)(1);
  }
  distances.distancesReading(shown);
  const planes = flatness.lossPlanes(shown);
  const bounds = flatness.levelBounds(planes, 'log');
  for (const plane of planes) {
    flatness.levelPaths(plane, bounds);
    flatness.nearestPoint(plane, 1, 0);
  }
  flatness.flatnessReading(shown);
  flatness.planeReading(shown);
  ridges.ridgePanels(shown, 0);
  ridges.ridgesReading(shown, 0);
  driftReading(shown, 0, 'variance', 'since-start');
  norms.gradientProfileReading(shown);
  norms.weightProfileReading(shown);
  norms.rateProfileReading(shown);
  norms.layerReading(shown, 'weight', 1);
  sharpness.sharpnessReading(shown);
  sharpness.unconvergedWords(shown);
  readings.landscapeReading(shown);
  readings.predictivenessReading(shown);
  readings.smoothnessReading(shown);
  readings.trainingAccuracyReading(shown);
  readings.testAccuracyReading(shown);
  readings.testLossReading(shown);
  readings.trainingLossReading(shown);
  readings.covariateShiftReading(shown, 0);
  readings.covariateShiftCosineReading(shown, 0);
}

type Json = Record<string, unknown>;
const parsedRecord = (seeds: number): Json => JSON.parse(recordToJson(extremeRecord(seeds))) as Json;
const variantsIn = (record: Json): Json[] => record.variants as Json[];

/** Walks into a record by numbers, and puts something else where it ends. */
function mutate(record: Json, path: readonly number[], put: unknown): void {
  let at: unknown = record.variants;
  for (const turn of path.slice(0, -1)) {
    const values = Object.values(at as object);
    const next: unknown = values[turn % values.length];
    if (typeof next !== 'object' || next === null || Object.keys(next).length === 0) break;
    at = next;
  }
  const keys = Object.keys(at as object);
  const key = keys[path.at(-1)! % keys.length]!;
  if (put === 'remove' && Array.isArray(at)) at.splice(Number(key), 1);
  else if (put === 'remove') delete (at as Json)[key];
  else (at as Json)[key] = structuredClone(put);
}

const put = fc.oneof(
  { weight: 4, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  { weight: 4, arbitrary: fc.constantFrom('NaN', 'Infinity', '-Infinity', 0, -1, 1e308, 5e-324) },
  { weight: 2, arbitrary: fc.constantFrom(null, [], {}, 'remove', [[]], [[1]], [1]) },
);
const mutation = fc.tuple(fc.array(fc.nat(400), { minLength: 4, maxLength: 6 }), put);

describe('mutated records', () => {
  it('that are accepted can be drawn', () => {
    let accepted = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(1, 3),
        fc.array(mutation, { minLength: 1, maxLength: 2 }),
        (seeds, mutations) => {
          const record = parsedRecord(seeds);
          for (const [path, value] of mutations) mutate(record, path, value);
          const reading = recordFromJson(JSON.stringify(record));
          if (!reading.ok) return;
          accepted++;
          drawAll(reading.record);
        },
      ),
      { numRuns: 600, seed: 1806, endOnFailure: true },
    );
    expect(accepted).toBeGreaterThan(50);
  });

  it.each<[string, (variant: Json) => void]>([
    [
      'without gradient differences',
      ({ landscape }) => void Object.assign(landscape as Json, { gradientDifferenceAt: [] }),
    ],
    ['without losses of probes', ({ landscape }) => void Object.assign(landscape as Json, { lossAt: [] })],
    [
      'without values of training',
      ({ train }) => void Object.assign(train as Json, { loss: [], accuracy: [] }),
    ],
    [
      'with norms of no layers',
      (variant) => void Object.assign(variant, { norms: { step: [0, 1, 2], layers: [] } }),
    ],
  ])('%s are accepted and drawn', (_, change) => {
    const record = parsedRecord(3);
    for (const variant of variantsIn(record)) change(variant);
    const reading = recordFromJson(JSON.stringify(record));
    if (!reading.ok) throw new Error(reading.message);
    drawAll(reading.record);
  });

  it('with a network of fewer seeds than another are accepted and drawn', () => {
    const record = parsedRecord(3);
    variantsIn(record).splice(3, 1);
    const reading = recordFromJson(JSON.stringify(record));
    if (!reading.ok) throw new Error(reading.message);
    drawAll(reading.record);
  });

  it.each<[string, (variant: Json) => void]>([
    [
      'a plane of one point',
      ({ flatness: f }) => void Object.assign(f as Json, { at: [0], line: [1], plane: [[1]] }),
    ],
    [
      'a plane without a middle',
      ({ flatness: f }) =>
        void Object.assign(f as Json, {
          at: [0, 1],
          line: [1, 1],
          plane: [
            [1, 1],
            [1, 1],
          ],
        }),
    ],
    [
      'a row 200,000 wide',
      ({ landscape }) =>
        void (landscape as { lossAt: number[][] }).lossAt.splice(0, 1, Array(200_000).fill(1)),
    ],
    [
      'a column longer than any run',
      ({ sharpness: s }) =>
        void Object.assign(s as Json, { step: Array(200_000).fill(1), eigenvalue: Array(200_000).fill(1) }),
    ],
  ])('with %s are refused', (_, change) => {
    const record = parsedRecord(1);
    change(variantsIn(record)[0]!);
    expect(recordFromJson(JSON.stringify(record))).toMatchObject({ ok: false, kind: 'not-a-record' });
  });

  it('with ever so many probes are drawn', () => {
    const record = extremeRecord(3);
    for (const { landscape, sharpness: one } of record.variants) {
      landscape.step = Array.from({ length: 100_000 }, (_, i) => i);
      landscape.gradientDifferenceAt = landscape.step.map(() => [1, 2]);
      one.eigenvalue = landscape.step.map(() => 1);
      one.errorBound = landscape.step.map(() => 1);
    }
    const shown = shownIn(record, []);
    expect(readings.predictivenessReading(shown)).toContain('1.0 times');
    expect(sharpness.unconvergedWords(shown)).toContain('within 100%');
  });
});
