import { describe, expect, it } from 'vitest';
import { costOf } from './cost.ts';
import { defaultExperiment } from './settings.ts';

describe('the cost of sharpness', () => {
  const experiment = { ...defaultExperiment(), steps: 20, probeEvery: 5 };
  const [without, asked] = [0, 15].map((sharpnessIterations) =>
    costOf({ ...experiment, sharpnessIterations }),
  );

  it('is four gradients a product and a forward pass, of every network at every probe', () => {
    const probes = 3 * 5;
    expect(asked!.gradients - without!.gradients).toBe(probes * (4 * 15 + 1 / 3));
  });

  it('is memory for the choices of one network at a time', () => {
    const { bytes, parameters } = without!;
    const kept = asked!.bytes - bytes - 4 * 6 * parameters;
    // The first layer alone, 28x28 pixels of 8 channels: two words, and half a word for what its pooling passes.
    expect(kept).toBeGreaterThan(4 * 64 * 28 * 28 * 2.5);
    expect(kept).toBeLessThan(0.1 * bytes);
  });
});
