import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../experiment/settings.ts';
import { variantsOf } from '../experiment/variants.ts';
import { initialParameters } from './initial.ts';
import { buildNetwork, initialStatistics } from './network.ts';
import { layerNoise } from './noise.ts';

const network = (variant: string, changes = {}, seed = 1) =>
  buildNetwork({ ...defaultExperiment(), ...changes }, variantsOf([variant])[0]!, seed);

describe('the parameter layout', () => {
  it('holds kernels, γ and β of every block and the last layer’s bias, without gaps', () => {
    const { parameters, size } = network('batch');
    expect(parameters.slice(0, 3).map((tensor) => [tensor.name, tensor.shape])).toEqual([
      ['conv1/kernel', [3, 3, 1, 8]],
      ['conv1/gamma', [8]],
      ['conv1/beta', [8]],
    ]);
    expect(parameters.slice(-2).map((tensor) => [tensor.name, tensor.shape])).toEqual([
      ['dense1/kernel', [4 * 32, 10]],
      ['dense1/bias', [10]],
    ]);
    let end = 0;
    for (const tensor of parameters) {
      expect(tensor.offset).toBe(end);
      end += tensor.size;
    }
    expect(size).toBe(end);
  });

  it('gives convolutions no bias in any variant and frozen or absent normalisations no γ, β', () => {
    for (const variant of ['none', 'batch.frozen'])
      expect(network(variant).parameters.map((tensor) => tensor.role)).toEqual([
        ...Array(9).fill('kernel'),
        'bias',
      ]);
  });

  it('normalises hidden dense layers, never the last', () => {
    const { layers } = network('batch', { network: 'vgg:4-M-8/16-12' });
    expect(layers.map((layer) => layer.normalisation !== null)).toEqual([true, true, true, true, false]);
    expect(layers.map((layer) => layer.bias !== null)).toEqual([false, false, false, false, true]);
  });

  it('places one normalisation where the variant says', () => {
    const normalised = (variant: string) =>
      network(variant).layers.flatMap((layer, i) => (layer.normalisation ? [i + 1] : []));
    expect(normalised('batch.last')).toEqual([8]);
    expect(normalised('batch.layer3')).toEqual([3]);
  });
});

describe('initial values', () => {
  it('have the same kernels in every variant of a seed and others for another seed', () => {
    const kernel = (variant: string, seed: number) => {
      const built = network(variant, {}, seed);
      const { offset, size } = built.layers[3]!.kernel;
      return [...initialParameters(built).subarray(offset, offset + size)];
    };
    expect(kernel('noisy-batch', 1)).toEqual(kernel('none', 1));
    expect(kernel('none', 2)).not.toEqual(kernel('none', 1));
  });

  it('are Glorot normal: variance 2 / (fan in + fan out)', () => {
    const built = network('none');
    const { offset, size } = built.layers[5]!.kernel;
    const values = initialParameters(built).subarray(offset, offset + size);
    const variance = values.reduce((sum, value) => sum + value ** 2, 0) / size;
    expect(variance / (2 / (9 * 64))).toBeCloseTo(1, 1);
  });

  it('start running statistics at mean 0 and spread 1', () => {
    const statistics = initialStatistics(network('batch', { network: 'vgg:2' }));
    expect([...statistics]).toEqual([0, 0, 1, 1]);
  });
});

describe('the noise of Algorithm 1', () => {
  const paper = { nMu: 0.5, nSigma: 1.25, rMu: 0.1, rSigma: 0.1 };

  it('is the identity, to the last bit, where all spreads are zero', () => {
    const { shift, scale } = layerNoise({ nMu: 0, nSigma: 1, rMu: 0, rSigma: 0 }, 1, 0, 3, 50, 5);
    expect(shift.every((m) => m === 0)).toBe(true);
    expect(scale.every((s) => s === 1)).toBe(true);
  });

  it('repeats within a step and is drawn anew at the next, by layer and by seed', () => {
    const draw = (seed: number, layer: number, step: number) =>
      layerNoise(paper, seed, layer, step, 4, 3).shift;
    expect(draw(1, 0, 5)).toEqual(draw(1, 0, 5));
    for (const other of [draw(2, 0, 5), draw(1, 1, 5), draw(1, 0, 6)])
      expect(other).not.toEqual(draw(1, 0, 5));
  });

  it('has a unit mean shared by the rows of a unit, and Algorithm 1’s spreads around it', () => {
    const rows = 4000;
    const channels = 3;
    const { shift, scale } = layerNoise(paper, 9, 2, 1, rows, channels);
    for (let j = 0; j < channels; j++) {
      const column = (values: Float32Array) =>
        Array.from({ length: rows }, (_, i) => values[i * channels + j]!);
      const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
      const m = column(shift);
      const s = column(scale);
      expect(Math.abs(mean(m))).toBeLessThanOrEqual(0.51);
      expect(Math.max(...m) - Math.min(...m)).toBeLessThanOrEqual(0.2);
      expect(Math.max(...m) - Math.min(...m)).toBeGreaterThan(0.19);
      expect(mean(s)).toBeGreaterThan(0.99);
      expect(mean(s)).toBeLessThan(1.26);
      const deviation = Math.sqrt(mean(s.map((value) => (value - mean(s)) ** 2)));
      expect(deviation).toBeCloseTo(0.1, 2);
    }
  });

  it('draws unit means over (−n_μ, n_μ) and unit scales over (1, n_σ)', () => {
    const units = 3000;
    const { shift, scale } = layerNoise({ ...paper, rMu: 0, rSigma: 0 }, 4, 0, 0, 1, units);
    expect(shift.reduce((a, b) => a + b) / units).toBeCloseTo(0, 1);
    expect(shift.reduce((a, b) => a + b * b) / units).toBeCloseTo(0.25 / 3, 2);
    expect(scale.reduce((a, b) => a + b) / units).toBeCloseTo(1.125, 2);
    expect(scale.every((s) => s >= 1 && s <= 1.25)).toBe(true);
  });
});
