import { describe, expect, it } from 'vitest';
import type { Experiment } from '../../experiment/experiment.ts';
import { addMeasured, type Measured } from '../../record/build.ts';
import type { RunRecord } from '../../record/record.ts';
import { layerAxis } from './axis.ts';
import { curveData, readCurves } from './curveData.ts';
import {
  distanceMarks,
  distanceNote,
  distancePanels,
  distanceScale,
  distancesReading,
  distanceValues,
  lineUpTo,
  readDistances,
  sizeAxis,
} from './distances.ts';
import { driftColumn, driftReading } from './drift.ts';
import {
  flatnessColumn,
  flatnessReading,
  levelBounds,
  levelPaths,
  lossPlanes,
  nearestPoint,
  planeReading,
} from './flatness.ts';
import {
  gradientProfileReading,
  layerColumn,
  layerReading,
  profileColumn,
  rateProfileReading,
  weightProfileReading,
} from './norms.ts';
import { gradientRows, randomReading, randomRows } from './random.ts';
import { addProbes, recordOf } from './records.ts';
import { densityOn, momentsAt, POINTS, ridgePanels, ridgeSteps, ridgesReading } from './ridges.ts';
import {
  edgeWords,
  sharpnessColumn,
  sharpnessReading,
  stabilityEdges,
  unconvergedWords,
} from './sharpness.ts';
import { shownIn } from './shown.ts';

const add = (record: RunRecord, measured: Measured[]): void => {
  for (const one of measured) addMeasured(record, one);
};
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const lengths = (experiment: Partial<Experiment>): Experiment => recordOf(['none'], experiment).experiment;

/** A distribution from −1 to 1 in four bins, moved and widened. */
function activations(variant: number, step: number, mean: number, spread = 1): Measured {
  const layer = {
    mean,
    variance: spread ** 2,
    low: mean - spread,
    high: mean + spread,
    counts: [1, 3, 3, 1],
  };
  return { kind: 'activations', variant, step, layers: [layer] };
}

describe('ridges of activations', () => {
  it('have a row for each recording, or for 16 of them, the first and the last included', () => {
    expect(ridgeSteps(lengths({ steps: 20, probeEvery: 10 }))).toEqual([0, 10, 20]);
    expect(ridgeSteps(lengths({ steps: 25, probeEvery: 10 }))).toEqual([0, 10, 20, 25]);
    const many = ridgeSteps(lengths({ steps: 1000, probeEvery: 10 }));
    expect([many.length, many[0], many.at(-1)]).toEqual([16, 0, 1000]);
  });

  it('hold the whole distribution: the density sums to 1 over the axis', () => {
    const density = densityOn({ low: -1, high: 1, counts: [1, 3, 3, 1] }, [-2, 2]);
    expect(sum(density) / (POINTS - 1)).toBeCloseTo(1, 2);
    expect(density[0]).toBe(0);
    expect(density[POINTS / 2]).toBeCloseTo((3 / 8 / 0.5) * 4, 6);
  });

  it('share an axis, leave out what is not recorded yet, and average seeds', () => {
    const record = recordOf(['none', 'batch'], {
      steps: 20,
      probeEvery: 10,
      seeds: 2,
      activationLayers: [2],
    });
    add(record, [activations(0, 0, 0), activations(1, 0, 0), activations(2, 0, 0.5), activations(3, 0, 0)]);
    const [none, batch] = ridgePanels(shownIn(record, []), 0);
    expect(none!.x).toEqual(batch!.x);
    expect(none!.ridges.map((ridge) => ridge?.step ?? null)).toEqual([0, null, null]);
    const [first] = none!.ridges;
    expect(first!.single).toHaveLength(2);
    expect(first!.density[30]).toBeCloseTo((first!.single[0]![30]! + first!.single[1]![30]!) / 2, 12);
    for (const [i, mean] of first!.density.entries()) {
      const both = first!.single.map((one) => one[i]!);
      expect([first!.range!.low[i], first!.range!.high[i]]).toEqual([Math.min(...both), Math.max(...both)]);
      expect(mean).toBeLessThanOrEqual(first!.range!.high[i]!);
    }
    expect(momentsAt(none!, 0, 15)).toEqual({ mean: 0.25, deviation: 1 });
    expect(momentsAt(none!, 0, -1)).toBeNull();
  });

  it('give a network an axis of its own where its spread is far from the others’', () => {
    const record = recordOf(['none', 'batch'], { steps: 10, probeEvery: 10, activationLayers: [2] });
    add(record, [activations(0, 0, 0, 100), activations(1, 0, 0, 1), activations(0, 10, 0, 200)]);
    const [none, batch] = ridgePanels(shownIn(record, []), 0);
    expect(none!.x.domain[1]).toBeGreaterThan(20 * batch!.x.domain[1]);
    expect(ridgesReading(shownIn(record, ['batch']), 0)).toBe(
      'The standard deviation goes, first to last: Standard from 100 to 200.',
    );
  });
});

describe('the drift of mean and variance', () => {
  it('is the size of each move, or the distance from the start with its sign', () => {
    const record = recordOf(['none'], { activationLayers: [2] });
    add(record, [activations(0, 0, 1), activations(0, 10, -1), activations(0, 20, 0.5, 2)]);
    const shown = shownIn(record, []);
    expect(driftColumn(0, 'mean', 'successive')(shown[0]!)).toEqual({ step: [10, 20], value: [2, 1.5] });
    expect(driftColumn(0, 'mean', 'since-start')(shown[0]!).value).toEqual([0, -2, -0.5]);
    expect(driftColumn(0, 'variance', 'successive')(shown[0]!).value).toEqual([0, 3]);
    expect(driftReading(shown, 0, 'mean', 'successive')).toBe(
      'From recording to recording it moves by, on average: Standard 1.75.',
    );
  });
});

describe('gradient difference by step size', () => {
  it('draws one line a probe, over fine and paper’s steps in ascending order', () => {
    const record = recordOf(['none'], { steps: 100 });
    addProbes(
      record,
      0,
      [2, 4, 6].map((at) => ({ loss: [1, 1], difference: [at, 2 * at] })),
    );
    const shown = shownIn(record, []);
    const [panel] = distancePanels(shown);
    expect(panel!.lines.map(({ step }) => step)).toEqual([0, 10, 20]);
    for (const [i, size] of [0.01, 0.05, 0.1].entries())
      expect(panel!.lines[0]!.size[i]).toBeCloseTo(size, 12);
    expect(panel!.lines[2]!.difference).toEqual([6, 6, 12]);
    expect(panel!.lines[2]!.age).toBe(0.2);
    expect(lineUpTo(panel!, 15)?.step).toBe(10);
    expect(readDistances(panel!, 15)(0.09)).toMatchObject({ rows: [{ text: '8.00', values: [8] }] });
    expect(distancesReading(shown)).toBe(
      'The largest step is 2 times the smallest; the difference grows, at the median: Standard 2.0 times.',
    );
  });

  it('draws at most 50 lines', () => {
    const record = recordOf(['none'], { steps: 2000 });
    addProbes(
      record,
      0,
      Array.from({ length: 120 }, () => ({ loss: [1, 1], difference: [1, 2] })),
    );
    expect(distancePanels(shownIn(record, []))[0]!.lines).toHaveLength(40);
  });

  it('is logarithmic over decades, holds 1e-2 to 1e17, and says at which step size a value is Inf', () => {
    const record = recordOf(['none'], { learningRate: 1e-6, probeSteps: [0.01, 30], fineSteps: [] });
    addProbes(record, 0, [
      { loss: [1, 1], difference: [1e-2, 1e17] },
      { loss: [1, 1], difference: [1e-2, Number.POSITIVE_INFINITY] },
    ]);
    const [panel] = distancePanels(shownIn(record, []));
    expect(distanceScale(record.experiment)).toBe('log');
    const x = sizeAxis(record.experiment);
    expect(x.scale).toBe('log');
    expect([x.domain[0] <= 1e-8 * 1.0001, x.domain[1] >= 3e-5]).toEqual([true, true]);
    expect(distanceValues([panel!]).flat()).toContain(1e17);
    const marks = distanceMarks(panel!, 'log');
    expect(marks).toMatchObject([{ edge: 'top', identity: { id: 'none' } }]);
    expect(distanceNote(marks)).toBe('△ at the upper edge: not finite (Inf) at η′ = 3.00\u2009×\u200910⁻⁵.');
    expect(distanceNote([])).toBe('');
  });

  it('averages the seeds of a step and gives their range', () => {
    const record = recordOf(['none'], { seeds: 2 });
    for (const [variant, at] of [2, 6].entries())
      addProbes(record, variant, [{ loss: [1, 1], difference: [at, at] }]);
    const [panel] = distancePanels(shownIn(record, []));
    expect(panel!.lines[0]!.difference.at(-1)).toBe(4);
    expect([panel!.lines[0]!.low.at(-1), panel!.lines[0]!.high.at(-1)]).toEqual([2, 6]);
    expect(panel!.single).toHaveLength(2);
    expect(readDistances(panel!, 0)(1)!.rows[0]!.text).toBe('4.00 (2.00 – 6.00)');
  });
});

describe('random directions', () => {
  it('are compared with the gradient by the width of the band and by the upper edge', () => {
    const record = recordOf(['none'], { randomDirections: 1 });
    for (const step of [0, 10, 20])
      addMeasured(record, {
        kind: 'landscape',
        variant: 0,
        step,
        loss: 1,
        gradientNorm: 1,
        grid: { lossAt: [1, 5], gradientDifferenceAt: [2, 8], beta: 1 },
        fine: { lossAt: [1], gradientDifferenceAt: [1], beta: 1 },
        random: { lossAt: [1, 2], gradientDifferenceAt: [1, 4], beta: 1 },
      });
    const shown = shownIn(record, []);
    expect(randomRows('lossAt')(shown[0]!)[0]).toEqual([1, 2]);
    expect(gradientRows('gradientDifferenceAt')(shown[0]!)[0]).toEqual([2, 8]);
    expect(randomReading(shown, 'lossAt')).toContain('Standard 0.3 times');
    expect(randomReading(shown, 'gradientDifferenceAt')).toContain('Standard 0.5 times');
  });
});

describe('norms layer by layer', () => {
  const record = recordOf(['batch@0.5'], {});
  for (const [step, scale] of [
    [0, 1],
    [10, 2],
  ] as const)
    addMeasured(record, {
      kind: 'norms',
      variant: 0,
      step,
      layers: [
        { weight: scale, gradient: 8 },
        { weight: 2 * scale, gradient: 4 },
        { weight: 3 * scale, gradient: 1 },
      ],
    });
  const shown = shownIn(record, []);

  it('have one value a layer at a step, and one a probe of a layer', () => {
    expect(profileColumn('gradient', 0)(shown[0]!)).toEqual({ step: [1, 2, 3], value: [8, 4, 1] });
    expect(profileColumn('weight', 99)(shown[0]!).value).toEqual([2, 4, 6]);
    expect(profileColumn('rate', 0)(shown[0]!).value).toEqual([0.5, 0.5 / 4, 0.5 / 9]);
    expect(layerColumn('rate', 2)(shown[0]!)).toEqual({ step: [0, 10], value: [0.125, 0.03125] });
    expect(layerColumn('weight', 9)(shown[0]!)).toEqual({ step: [], value: [] });
  });

  it('are put in words', () => {
    expect(gradientProfileReading(shown)).toContain('layer 1’s gradient is, against layer 2’s, as long');
    expect(gradientProfileReading(shown)).toContain('2.0 times');
    expect(weightProfileReading(shown)).toContain('2.00 times');
    expect(rateProfileReading(shown)).toContain('between 0.0139 in layer 3 and 0.125 in layer 1');
    expect(layerReading(shown, 'weight', 3)).toContain('from 3.00 to 6.00');
  });

  it('are read at the nearest layer, and drawn with a mark where a value is Inf', () => {
    const columnOf = profileColumn('gradient', 0);
    expect(readCurves(shown, columnOf)(2.4)).toMatchObject({ step: 2, rows: [{ text: '4.00' }] });
    const broken = () => ({ step: [1, 2], value: [1, Number.POSITIVE_INFINITY] });
    expect(curveData(shown, broken, 'log').marks).toMatchObject([{ step: 2, edge: 'top' }]);
    expect(curveData(shown, columnOf, 'log').labels).toMatchObject([{ step: 3, value: 1 }]);
  });

  it('stand on an axis with a place for each layer', () => {
    expect(layerAxis(3)).toEqual({ scale: 'linear', domain: [0.5, 3.5], ticks: [1, 2, 3] });
    const deep = layerAxis(25);
    expect(deep.ticks.every(Number.isInteger)).toBe(true);
    expect(deep.ticks.length).toBeLessThanOrEqual(8);
  });
});

describe('sharpness', () => {
  it('stands against the 2/η of every learning rate', () => {
    const record = recordOf(['none', 'none@0.5'], { learningRate: 0.1 });
    for (const [variant, values] of [
      [10, 30, 40, 50],
      [1, 2, 3, 8],
    ].entries())
      for (const [i, eigenvalue] of values.entries())
        addMeasured(record, { kind: 'sharpness', variant, step: 10 * i, eigenvalue, errorBound: 0 });
    const shown = shownIn(record, []);
    expect(sharpnessColumn(shown[0]!).value).toEqual([10, 30, 40, 50]);
    expect(stabilityEdges(shown)).toEqual([20, 4]);
    expect(edgeWords([20, 4])).toBe('20, 4');
    expect(unconvergedWords(shown)).toBe(null);
    record.variants[1]!.sharpness.errorBound[3] = 0.4;
    expect(unconvergedWords(shown)).toMatch(/^Not converged at 1 of 8 probes: .* within 5%/);
    expect(sharpnessReading(shown)).toMatch(/of the 4 probes: Standard 75% and .*25%\.$/);
  });
});

describe('flatness of the end point', () => {
  const at = [-1, -0.5, 0, 0.5, 1];
  const plane = at.map((x) => at.map((y) => 1 + x * x + 4 * y * y));
  const record = recordOf(['none', 'batch'], {});
  addMeasured(record, {
    kind: 'flatness',
    variant: 0,
    step: 100,
    at,
    line: plane.map((row) => row[2]!),
    plane,
  });
  const shown = shownIn(record, []);

  it('is a curve and a map of the networks that have it', () => {
    expect(flatnessColumn(shown[0]!)).toEqual({ step: at, value: [2, 1.25, 1, 1.25, 2] });
    expect(flatnessColumn(shown[1]!)).toEqual({ step: [], value: [] });
    expect(lossPlanes(shown).map(({ identity }) => identity.id)).toEqual(['none']);
    expect(flatnessReading(shown)).toBe(
      'At 0.5 filter norms from the end point the loss has risen by: Standard 0.250.',
    );
    expect(planeReading(shown)).toContain('Standard 28%');
  });

  it('has six levels between the smallest and the largest loss, in equal ratios on a log scale', () => {
    const planes = lossPlanes(shown);
    expect(levelBounds(planes, 'linear')).toEqual([0, 1, 2, 3, 4, 5, 6].map((i) => 1 + (5 * i) / 6));
    const log = levelBounds(planes, 'log');
    expect(log[1]! / log[0]!).toBeCloseTo(log[6]! / log[5]!, 12);
    const { levels, notFinite } = levelPaths(planes[0]!, levelBounds(planes, 'linear'));
    expect(levels.every((path) => path !== '')).toBe(true);
    expect(notFinite).toBe('');
  });

  it('is a map of the means of several seeds, and one of each seed in the same greys', () => {
    const several = recordOf(['none'], { seeds: 2 });
    for (const variant of [0, 1])
      addMeasured(several, {
        ...{ kind: 'flatness', variant, step: 100, at, line: [] },
        plane: plane.map((row) => row.map((value) => value + 4 * variant)),
      });
    const [one] = lossPlanes(shownIn(several, []));
    expect(one!.values[2]![2]).toBe(3);
    expect(one!.single.map(({ values }) => values[2]![2])).toEqual([1, 5]);
    const bounds = levelBounds([one!], 'linear');
    expect([bounds[0], bounds.at(-1)]).toEqual([1, 10]);
  });

  it('reads the first direction to the right, the second upwards, and hatches what is not finite', () => {
    const [one] = lossPlanes(shown);
    expect(nearestPoint(one!, 1, 0.5)).toEqual({ first: 1, second: 0, loss: 2 });
    expect(nearestPoint(one!, 0.5, 0)).toEqual({ first: 0, second: 1, loss: 5 });
    const broken = { ...one!, values: plane.map((row, i) => row.map((v) => (i === 4 ? Number.NaN : v))) };
    const { notFinite } = levelPaths(broken, levelBounds([broken], 'linear'));
    expect(notFinite).toMatch(/^M7\d 0h/);
  });
});
