import { describe, expect, it } from 'vitest';
import { addMeasured } from '../../record/build.ts';
import type { RunRecord } from '../../record/record.ts';
import { bandLabel, bandMarks, bandsOf, calmBand, sharpBand } from './bandData.ts';
import { type ColumnOf, lineData, readLines } from './lineData.ts';
import {
  covariateShiftReading,
  landscapeReading,
  predictivenessReading,
  testAccuracyReading,
  trainingAccuracyReading,
} from './readings.ts';
import { addProbes, addTraining, recordOf } from './records.ts';
import { overSeeds, seedNote, upToDivergence, withSeeds } from './seeds.ts';
import { shownIn } from './shown.ts';

const { NaN: NAN, POSITIVE_INFINITY: INFINITY } = Number;
const lossOf: ColumnOf = ({ variant: { train } }) => ({ step: train.step, value: train.loss });
const options = { scale: 'log', smoothOver: null, endValue: null } as const;
const shown = (record: RunRecord) => shownIn(record, []);

/** One network, two seeds; the second diverges at step 2. */
function diverged(): RunRecord {
  const record = recordOf(['none'], { seeds: 2 });
  addTraining(record, 0, [2, 3, 4, 5], [0.1, 0.1, 0.1, 0.1]);
  addTraining(record, 1, [4, 5, NAN], [0.1, 0.1, 0.1]);
  addMeasured(record, { kind: 'status', variant: 1, status: 'diverged', step: 2 });
  return record;
}

describe('several columns', () => {
  it('have a mean and a range at every step that one of them has', () => {
    const over = overSeeds([
      { step: [0, 10, 20], value: [1, 2, 3] },
      { step: [0, 10], value: [3, 6] },
    ]);
    expect(over).toEqual({ step: [0, 10, 20], value: [2, 4, 3], low: [1, 2, 3], high: [3, 6, 3] });
  });

  it('have no mean where one of them is not finite, and a range that is open upwards', () => {
    const over = overSeeds([
      { step: [0, 1], value: [1, NAN] },
      { step: [0, 1], value: [INFINITY, 5] },
    ]);
    expect(over.value).toEqual([INFINITY, NAN]);
    expect(over.low).toEqual([1, 5]);
    expect(over.high).toEqual([INFINITY, INFINITY]);
  });

  it('end where their network diverged', () => {
    const [one] = shown(diverged());
    expect(upToDivergence(one!.seeds[1]!, lossOf(one!.seeds[1]!))).toEqual({ step: [0, 1], value: [4, 5] });
    expect(upToDivergence(one!.seeds[0]!, lossOf(one!)).step).toHaveLength(4);
  });
});

describe('lines of several seeds', () => {
  it('are their mean, with their range and every seed', () => {
    const record = recordOf(['none'], { seeds: 2 });
    addTraining(record, 0, [2, 4], [0.1, 0.2]);
    addTraining(record, 1, [4, 8], [0.1, 0.2]);
    const { lines, labels } = lineData(shown(record), lossOf, options);
    expect(lines[0]!.series).toMatchObject({
      raw: { step: [0, 1], value: [3, 6] },
      smooth: null,
      seeds: { range: { low: [2, 4], high: [4, 8] }, single: [{ value: [2, 4] }, { value: [4, 8] }] },
    });
    expect(labels).toMatchObject([{ step: 1, value: 6 }]);
    expect(readLines(shown(record), lossOf)(1)?.rows[0]).toMatchObject({ text: '6.00 (4.00 – 8.00)' });
  });

  it('are means of running medians where these are asked for', () => {
    const record = recordOf(['none'], { seeds: 2, steps: 99 });
    const flat = (level: number, peak: number) =>
      Array.from({ length: 40 }, (_, i) => (i === 20 ? peak : level));
    addTraining(record, 0, flat(1, 99), flat(0, 0));
    addTraining(record, 1, flat(3, 99), flat(0, 0));
    const { series } = lineData(shown(record), lossOf, { ...options, smoothOver: 'step' }).lines[0]!;
    expect(Math.max(...series.raw.value)).toBe(2);
    expect(series.seeds?.range.high.every((value) => value === 3)).toBe(true);
  });

  it('go on over the seeds that have not diverged, and say how many have', () => {
    const data = lineData(shown(diverged()), lossOf, options);
    expect(data.lines[0]!.series.raw.value).toEqual([3, 4, 4, 5]);
    expect(data.ends).toMatchObject([{ steps: [2], words: '1 of 2 not finite at 2' }]);
    expect(data.labels).toHaveLength(1);
    expect(data.marks).toEqual([]);
    expect(readLines(shown(diverged()), lossOf)(3)?.rows[0]?.text).toBe('5.00');
  });

  it('end where the last seed has diverged', () => {
    const record = diverged();
    addMeasured(record, { kind: 'status', variant: 0, status: 'diverged', step: 3 });
    const data = lineData(shown(record), lossOf, options);
    expect(data.ends).toMatchObject([{ steps: [2, 3], words: '2 of 2 not finite from 2' }]);
    expect(data.labels).toEqual([]);
    expect(readLines(shown(record), lossOf)(3)?.rows[0]?.text).toBe('✕ diverged');
  });
});

/** Probes of one network and one seed with the given upper edges; the lower edge is 1. */
const edges = (...highs: number[]) =>
  highs.map((high) => ({ loss: [1, high] as [number, number], difference: [1, high] as [number, number] }));

describe('bands of several seeds', () => {
  const record = recordOf(['none'], { seeds: 2, steps: 40 });
  addProbes(record, 0, edges(2, 4, 6));
  addProbes(record, 1, edges(4, 8, INFINITY));
  const [band] = bandsOf(shown(record), ({ variant }) => variant.landscape.lossAt);

  it('have the means of their edges, and of their median widths', () => {
    expect(band?.band).toMatchObject({ low: [1, 1, 1], high: [3, 6, INFINITY], medianWidth: 5 });
    expect(bandMarks(band!, 'log')).toMatchObject([{ step: 20, edge: 'top' }]);
  });

  it('are drawn with every seed’s edges, sharp or calm', () => {
    expect(sharpBand(band!).single.map(({ high }) => high)).toEqual([
      [2, 4, 6],
      [4, 8, INFINITY],
    ]);
    expect(calmBand(band!)).toMatchObject({ trace: null, single: [{}, {}] });
    const reach = { low: [1, 1, 1], high: [4, 8, INFINITY] };
    expect(sharpBand(band!)).toMatchObject({ reach });
    expect(calmBand(band!).reach!.high[0]).toBeGreaterThan(calmBand(band!).edges.high[0]!);
    expect(bandLabel(band!, calmBand(band!))).toMatchObject([{ step: 10, value: 6 }]);
  });

  it('end seed by seed', () => {
    addMeasured(record, { kind: 'status', variant: 1, status: 'diverged', step: 20 });
    const [ended] = bandsOf(shown(record), ({ variant }) => variant.landscape.lossAt);
    expect(ended?.band.high).toEqual([3, 6, 6]);
    expect(ended?.single.map(({ step }) => step.length)).toEqual([3, 2]);
  });
});

describe('readings of several seeds', () => {
  it('take the mean over the seeds, seed against seed', () => {
    const record = recordOf(['none', 'batch'], { seeds: 2 });
    addProbes(record, 0, edges(5, 5, 5)); // none, seed 1: width 4
    addProbes(record, 1, edges(2, 2, 2)); // batch, seed 1: width 1
    addProbes(record, 2, edges(9, 9, 9)); // none, seed 2: width 8
    addProbes(record, 3, edges(4, 4, 4)); // batch, seed 2: width 3
    expect(landscapeReading(shown(record))).toContain('Standard’s band is 3.0 times as wide as BatchNorm’s');
    // Ratios 5 / 2 and 9 / 4, each three times.
    expect(predictivenessReading(shown(record))).toContain('moves 2.4 times as far as BatchNorm’s');
    for (const [variant, l2] of [0.2, 0.1, 0.6, 0.2].entries())
      for (const step of [0, 10, 20])
        addMeasured(record, { kind: 'ics', variant, step, layers: [{ layer: 3, l2, cosine: 0 }] });
    expect(covariateShiftReading(shown(record), 0)).toContain('(median 0.400 against 0.150)');
    for (const [variant, accuracy] of [0.5, 0.7, 0.6, 0.9].entries())
      addMeasured(record, { kind: 'test', variant, step: 300, loss: 1, accuracy });
    expect(testAccuracyReading(shown(record))).toBe('At step 300: BatchNorm 80.0% and Standard 55.0%.');
  });

  it('tell when the mean reaches an accuracy', () => {
    const record = recordOf(['none'], { seeds: 2 });
    const rising = (from: number): number[] => Array.from({ length: 40 }, (_, i) => (i < from ? 0.2 : 1));
    addTraining(record, 0, rising(10), rising(10));
    addTraining(record, 1, rising(20), rising(20));
    expect(trainingAccuracyReading(shown(record))).toBe('Standard reaches 95% at step 20.');
  });

  it('say over how many seeds they speak', () => {
    expect(withSeeds('A is wider than B.', 3)).toBe('A is wider than B (3 seeds).');
    expect(withSeeds('A is wider than B.', 1)).toBe('A is wider than B.');
    expect(withSeeds(null, 3)).toBeNull();
    expect(seedNote(1)).toBe('');
    expect(seedNote(3)).toContain('mean over 3 seeds');
  });
});
