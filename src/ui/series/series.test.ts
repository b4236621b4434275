import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../../experiment/settings.ts';
import { median, runningMedian } from '../../record/statistics.ts';
import { axisAround, extentOf, grownAxis, secondAxis, stepAxis } from './axis.ts';
import { bandOf, calmEdges, sharpEdges } from './band.ts';
import { decimate, MAX_POINTS } from './decimate.ts';
import { lineSeries } from './line.ts';
import { indexAt } from './search.ts';
import { smoothed, smoothingOf } from './smooth.ts';
import { spread } from './spread.ts';

const { NaN: NAN, POSITIVE_INFINITY: INFINITY } = Number;

describe('medians', () => {
  it('draw of a range of steps what reaches its edges, smoothed over the whole run', () => {
    const column = { step: [0, 10, 20, 30, 40], value: [5, 4, 3, 2, 1] };
    const line = lineSeries('none', column, { window: 3, stride: 1 }, [12, 28]);
    expect(line.raw).toEqual({ step: [10, 20, 30], value: [4, 3, 2] });
    expect(line.smooth).toEqual({ step: [10, 20, 30], value: [4, 3, 2] });
    expect(line.tip).toEqual({ step: 20, value: 3 });
    const mean = lineSeries('none', column, { weight: 0.5 }, [30, 40]).smooth!;
    const whole = lineSeries('none', column, { weight: 0.5 }).smooth!;
    expect(mean).toEqual({ step: [30, 40], value: whole.value.slice(3) });
    const band = bandOf(
      'none',
      column.step,
      column.value.map((value) => [value, 2 * value]),
    );
    expect(sharpEdges(band, [20, 40])).toEqual({ step: [20, 30, 40], low: [3, 2, 1], high: [6, 4, 2] });
    expect(lineSeries('none', column, null, [50, 60]).raw.step).toEqual([40]);
  });

  it('are the middle value, leave NaN out and count infinities', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, NAN, 3, 2])).toBe(2.5);
    expect(median([1, INFINITY, INFINITY])).toBe(INFINITY);
    expect(median([])).toBeNaN();
  });

  it('run over fewer values at the two ends', () => {
    expect(runningMedian([1, 9, 2, 8, 3], 3, [0, 1, 2, 3, 4])).toEqual([5, 2, 8, 3, 5.5]);
  });
});

describe('decimation', () => {
  it('keeps short series whole', () => {
    expect(decimate([5, 4, 3])).toEqual([0, 1, 2]);
  });

  it('keeps the extremes, the ends and what is not finite, in at most 500 points', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noDefaultInfinity: false }), { minLength: 1, maxLength: 3000 }),
        (values) => {
          const kept = decimate(values);
          const finite = values.filter(Number.isFinite);
          const drawn = kept.map((i) => values[i]!).filter(Number.isFinite);
          expect(kept).toEqual([...kept].sort((a, b) => a - b));
          expect(kept.at(0)).toBe(0);
          expect(kept.at(-1)).toBe(values.length - 1);
          if (finite.length > 0) {
            expect(Math.min(...drawn)).toBe(Math.min(...finite));
            expect(Math.max(...drawn)).toBe(Math.max(...finite));
          }
          expect(kept.length).toBeLessThanOrEqual(MAX_POINTS * 1.5);
        },
      ),
    );
    expect(decimate(Array.from({ length: 15_000 }, Math.random)).length).toBeLessThanOrEqual(MAX_POINTS);
  });
});

describe('lines', () => {
  it('end at the last finite value and list what is not finite', () => {
    const line = lineSeries('none', { step: [0, 5, 10], value: [2, 3, NAN] }, null);
    expect(line).toMatchObject({ tip: { step: 5, value: 3 }, notFinite: [10], smooth: null });
  });

  it('have running medians that suit the whole run, whatever part of it is done', () => {
    const windows = (steps: number, probeEvery: number) => {
      const experiment = { ...defaultExperiment(), steps, probeEvery };
      return [smoothingOf(experiment, 'step').window, smoothingOf(experiment, 'probe').window];
    };
    expect(windows(300, 10)).toEqual([9, 3]);
    expect(windows(15_000, 100)).toEqual([151, 9]);
    expect(windows(40, 10)).toEqual([3, 1]);
    expect(windows(100_000, 100)).toEqual([301, 11]);
  });

  it('take their running medians at no more places than are drawn, and at the end', () => {
    const value = Array.from({ length: 15_000 }, (_, i) => (i % 2 === 0 ? 0 : 2));
    const line = lineSeries('none', { step: value.map((_, i) => i), value }, { window: 151, stride: 30 });
    expect(line.smooth?.step.length).toBe(MAX_POINTS + 1);
    expect(line.raw.step.length).toBeLessThanOrEqual(MAX_POINTS);
    expect(line.smooth?.step.at(-1)).toBe(14_999);
  });

  it('are the same whether a column is smoothed as it grows or at once', () => {
    const smoothing = { window: 5, stride: 3 };
    const values = Array.from({ length: 50 }, (_, i) => Math.sin(i * i));
    const growing = { step: [] as number[], value: [] as number[] };
    for (const [i, value] of values.entries()) {
      growing.step.push(i);
      growing.value.push(value);
      const afresh = { step: [...growing.step], value: [...growing.value] };
      expect(smoothed(growing, smoothing)).toEqual(smoothed(afresh, smoothing));
    }
  });

  it('are read at the last entry that is not later', () => {
    expect(indexAt([0, 10, 20], 15)).toBe(1);
    expect(indexAt([0, 10, 20], 20)).toBe(2);
    expect(indexAt([10], 5)).toBeNull();
  });
});

describe('bands', () => {
  it('run from the smallest to the largest value of each probe', () => {
    const band = bandOf(
      'none',
      [0, 10],
      [
        [3, 1, 2],
        [5, 5, 6],
      ],
    );
    expect(band).toMatchObject({ low: [1, 5], high: [3, 6], medianWidth: 1.5, notFinite: [] });
  });

  it('are open upwards where a point is not finite, and say so', () => {
    const band = bandOf(
      'none',
      [0, 10, 20],
      [
        [1, 2],
        [1, NAN],
        [INFINITY, INFINITY],
      ],
    );
    expect(band.high).toEqual([2, INFINITY, INFINITY]);
    expect(band.low).toEqual([1, 1, NAN]);
    expect(band.notFinite).toEqual([10, 20]);
  });

  it('are thinned without losing a peak, and calmed by running medians', () => {
    const step = Array.from({ length: 3000 }, (_, i) => i);
    const rows = step.map((i) => [1, i === 1234 ? 99 : 2]);
    const band = bandOf('none', step, rows);
    expect(Math.max(...sharpEdges(band).high)).toBe(99);
    expect(Math.max(...calmEdges(band, { window: 9, stride: 1 }).high)).toBe(2);
  });
});

describe('axes', () => {
  it('have round bounds and few ticks', () => {
    expect(axisAround(0.62, 9.8, 'log')).toEqual({
      scale: 'log',
      domain: [0.5, 10],
      ticks: [0.5, 1, 2, 5, 10],
    });
    expect(axisAround(0, 83, 'linear')).toEqual({
      scale: 'linear',
      domain: [0, 100],
      ticks: [0, 25, 50, 75, 100],
    });
    expect(axisAround(1e-2, 1e17, 'log').ticks.length).toBeLessThanOrEqual(6);
  });

  it('hold every value, with at most six ticks inside', () => {
    const positive = fc.double({ min: 1e-12, max: 1e20, noNaN: true });
    fc.assert(
      fc.property(positive, positive, fc.constantFrom('log' as const, 'linear' as const), (a, b, scale) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const axis = axisAround(low, high, scale);
        expect(axis.domain[0]).toBeLessThanOrEqual(low * (1 + 1e-9));
        expect(axis.domain[1]).toBeGreaterThanOrEqual(high * (1 - 1e-9));
        expect(axis.ticks.length).toBeGreaterThanOrEqual(2);
        expect(axis.ticks.length).toBeLessThanOrEqual(6);
      }),
    );
  });

  it('only grow, and stay the same object while everything fits', () => {
    const empty = axisAround(1, 10, 'log');
    const first = grownAxis(null, [1, 8], 'log', empty);
    expect(grownAxis(first, [2, 3], 'log', empty)).toBe(first);
    expect(grownAxis(first, [0.4, 3], 'log', empty).domain).toEqual([0.2, 10]);
    expect(grownAxis(first, null, 'linear', empty)).toBe(empty);
  });

  it('look at finite values only, and at positive ones on a logarithmic axis', () => {
    expect(
      extentOf(
        [
          [NAN, 3, INFINITY],
          [0, 7],
        ],
        'linear',
      ),
    ).toEqual([0, 7]);
    expect(extentOf([[0, 3]], 'log')).toEqual([3, 3]);
    expect(extentOf([[NAN]], 'linear')).toBeNull();
  });

  it('give a run three or four round steps', () => {
    expect(stepAxis(300).ticks).toEqual([0, 100, 200, 300]);
    expect(stepAxis(15_000).ticks).toEqual([0, 5000, 10_000, 15_000]);
    expect(stepAxis(1).ticks).toEqual([0, 1]);
    expect(stepAxis(777).ticks).toEqual([0, 200, 400, 600]);
  });

  it('give a part of a run, or of its seconds, round numbers inside it', () => {
    expect(stepAxis(163, 97)).toMatchObject({ domain: [97, 163], ticks: [100, 120, 140, 160] });
    expect(stepAxis(12, 10).ticks).toEqual([10, 11, 12]);
    expect(secondAxis(2.3, 1.1).ticks).toEqual([1.5, 2]);
  });
});

describe('labels at line ends', () => {
  it('are pushed apart in order and stay inside', () => {
    expect(spread([50, 52, 10], 17, [0, 100])).toEqual([42.5, 59.5, 10]);
    const crowded = spread([99, 99, 99], 17, [0, 100]);
    expect(Math.max(...crowded)).toBeLessThanOrEqual(100);
    expect(crowded[1]! - crowded[0]!).toBeCloseTo(17);
  });
});
