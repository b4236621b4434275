import { describe, expect, it } from 'vitest';
import { costOf } from '../../experiment/cost.ts';
import { secondsOf } from '../../experiment/duration.ts';
import { presetExperiment } from '../../experiment/presets.ts';
import { defaultExperiment } from '../../experiment/settings.ts';
import { costWords, formatOperations, roughDuration } from './costWords.ts';
import { tabAfter } from './PresetTabs.tsx';

const UNKNOWN = { flopsPerSecond: null, flopsPerGradient: null, pace: null };
const PACE = {
  secondsPerDispatch: 1e-5,
  rates: [{ flopsPerGradient: 1e8, flopsPerSecond: 1e10 }],
  float64FlopsPerSecond: 1e9,
  sharesProcessor: true,
};

describe('the cost of an experiment', () => {
  const experiment = defaultExperiment();
  const { flops, flopsPerGradient } = costOf(experiment);

  it('has no time until something has run on the device', () => {
    const words = costWords(experiment, UNKNOWN);
    expect(words).toEqual({ time: null, basis: null, operations: '950 GFLOP', memory: '24.5 MB' });
  });

  it('has the time that it takes at the speed of the last run', () => {
    const speed = { ...UNKNOWN, flopsPerSecond: flops / 40, flopsPerGradient };
    expect(costWords(experiment, speed).time).toBe('About 40 s here');
  });

  it('has a bound where the last run had gradients of another size', () => {
    const speed = { ...UNKNOWN, flopsPerSecond: 1e11, flopsPerGradient };
    expect(costWords(presetExperiment('landscape', 'paper'), speed).time).toBe('At most about 22 h here');
    expect(costWords(presetExperiment('landscape-linear', 'lab'), speed).time).toBe('At least 1 s here');
    expect(costWords(experiment, { ...speed, flopsPerGradient: null }).time).toMatch(/^About/);
  });

  it('has the time by a short measurement until a run of such gradients says it better', () => {
    const measured = { ...UNKNOWN, pace: PACE };
    const seconds = secondsOf(experiment, PACE);
    expect(costWords(experiment, measured)).toMatchObject({
      time: `About ${roughDuration(1000 * seconds)} here`,
      basis: 'measurement',
    });
    const speed = { ...measured, flopsPerSecond: flops / 40, flopsPerGradient };
    expect(costWords(experiment, speed)).toMatchObject({ time: 'About 40 s here', basis: 'run' });
    expect(costWords(presetExperiment('landscape-linear', 'lab'), speed).basis).toBe('measurement');
  });

  it('is written roughly', () => {
    expect([0.2, 8.4, 42, 89, 600, 5000, 6000, 40 * 3600, 1e6].map((s) => roughDuration(1000 * s))).toEqual([
      '1 s',
      '8 s',
      '40 s',
      '90 s',
      '10 min',
      '83 min',
      '2 h',
      '2 days',
      '12 days',
    ]);
    expect([0, 950e9, 1.94e12, 7.87e15, 2e22].map(formatOperations)).toEqual([
      '0 FLOP',
      '950 GFLOP',
      '1.9 TFLOP',
      '7.9 PFLOP',
      '20000 EFLOP',
    ]);
  });
});

describe('the tabs', () => {
  it('are walked with arrows, round the ends', () => {
    expect(tabAfter('ArrowRight', 5, 6)).toBe(0);
    expect(tabAfter('ArrowLeft', 0, 6)).toBe(5);
    expect(tabAfter('Home', 3, 6)).toBe(0);
    expect(tabAfter('End', 3, 6)).toBe(5);
    expect(tabAfter('Enter', 3, 6)).toBeNull();
  });
});
