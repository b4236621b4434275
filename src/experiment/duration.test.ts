import { describe, expect, it } from 'vitest';
import { costOf } from './cost.ts';
import { type DevicePace, secondsOf } from './duration.ts';
import { presetExperiment } from './presets.ts';
import { defaultExperiment } from './settings.ts';

const PACE: DevicePace = {
  secondsPerDispatch: 0,
  rates: [{ flopsPerGradient: 1e8, flopsPerSecond: 1e10 }],
  float64FlopsPerSecond: 1e9,
  sharesProcessor: false,
};

describe('the estimated duration', () => {
  const experiment = defaultExperiment();
  const { flops, gradients, flopsPerGradient, dispatchesPerGradient } = costOf(experiment);

  it('is that of all arithmetic and of every dispatch', () => {
    expect(secondsOf(experiment, PACE) / (flops / 1e10)).toBeCloseTo(1, 3);
    const dispatching =
      secondsOf(experiment, { ...PACE, secondsPerDispatch: 1e-4 }) - secondsOf(experiment, PACE);
    expect(dispatching).toBeCloseTo(gradients * dispatchesPerGradient * 1e-4, 2);
  });

  it('takes the rate between two measured sizes, and the nearest outside', () => {
    const large = { flopsPerGradient: flopsPerGradient ** 2 / 1e8, flopsPerSecond: 4e10 };
    const between: DevicePace = { ...PACE, rates: [...PACE.rates, large] };
    expect(secondsOf(experiment, between) / (flops / 2e10)).toBeCloseTo(1, 3);
    const paper = presetExperiment('landscape', 'paper');
    expect(secondsOf(paper, between) / (costOf(paper).flops / 4e10)).toBeCloseTo(1, 3);
  });

  it('adds the processor’s float64 where both share it, and waits for the slower of the two elsewhere', () => {
    const linear = presetExperiment('landscape-linear', 'lab');
    const { flops: all, float64Gradients, flopsPerGradient: each } = costOf(linear);
    const exact = (float64Gradients * each) / 1e9;
    const device = (all - float64Gradients * each) / 1e10;
    expect(exact).toBeGreaterThan(device);
    expect(secondsOf(linear, PACE)).toBeCloseTo(exact, 2);
    expect(secondsOf(linear, { ...PACE, sharesProcessor: true })).toBeCloseTo(exact + device, 2);
  });
});
