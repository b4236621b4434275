import { describe, expect, it } from 'vitest';
import type { Normalisation } from '../../network/network.ts';
import {
  normals,
  relativeError,
  TEST_CASES,
  testBatch,
  testNetwork,
  testParameters,
} from '../testNetworks.ts';
import { Float64Network } from './network.ts';
import { normalise, normaliseBackward } from './normalise.ts';

/** (f(x + h·d) − f(x − h·d)) / 2h */
const slope = (f: (h: number) => number, h = 1e-5): number => (f(h) - f(-h)) / (2 * h);

describe('the float64 gradient equals finite differences', () => {
  it.each(TEST_CASES)('$name ($variant, $network)', (test) => {
    const network = testNetwork(test);
    const batch = testBatch(network, test.examples);
    const pass = new Float64Network(network);
    const theta = Float64Array.from(testParameters(network));
    const gradient = new Float64Array(network.size);
    pass.run(theta, batch, gradient);
    const scale = Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0));
    for (const { name, offset, size } of network.parameters) {
      const direction = normals(size, 7);
      const along = slope((h) => {
        const moved = theta.slice();
        for (let i = 0; i < size; i++) moved[offset + i]! += h * direction[i]!;
        return pass.run(moved, batch, null).loss;
      }, 1e-6);
      const inner = direction.reduce((sum, d, i) => sum + d * gradient[offset + i]!, 0);
      expect(Math.abs(along - inner) / scale, name).toBeLessThan(2e-7);
    }
  });
});

describe('stopped statistics', () => {
  it.each(['batch', 'l1', 'l2', 'linf'] as const)(
    '%s: the gradient is that with the statistics held',
    (statistic) => {
      const normalisation: Normalisation = { statistic, groups: 1, stopped: true, overBatch: true };
      const shape = { rows: 12, channels: 3, pixels: 2 };
      const y = Float64Array.from(normals(36, 1));
      const weights = Float64Array.from(normals(36, 2));
      const now = normalise(normalisation, y, shape);
      const gradient = normaliseBackward(normalisation, y, now, weights, shape);
      const numeric = y.map((_, i) =>
        slope((h) => {
          const moved = y.slice();
          moved[i]! += h;
          const { output } = normalise(normalisation, moved, shape, now.statistics);
          return output.reduce((sum, value, k) => sum + value * weights[k]!, 0);
        }),
      );
      expect(relativeError(gradient, numeric)).toBeLessThan(1e-8);
    },
  );
});

describe('closed forms', () => {
  it('BatchNorm’s output has mean β and variance γ² over the minibatch', () => {
    const network = testNetwork({ name: '', variant: 'batch', network: 'vgg:4', input: [5, 5, 1] });
    const theta = Float64Array.from(testParameters(network));
    const { gamma, beta } = network.layers[0]!;
    const [z] = new Float64Network(network).activations(theta, testBatch(network));
    for (let j = 0; j < 4; j++) {
      const channel = z!.filter((_, i) => i % 4 === j);
      const mean = channel.reduce((a, b) => a + b) / channel.length;
      const variance = channel.reduce((a, b) => a + (b - mean) ** 2, 0) / channel.length;
      expect(mean).toBeCloseTo(theta[beta!.offset + j]!, 10);
      expect(variance / theta[gamma!.offset + j]! ** 2).toBeCloseTo(1, 3);
    }
  });

  it('an untrained uniform output costs ln(classes)', () => {
    const network = testNetwork({ name: '', variant: 'none', network: 'vgg:4', input: [5, 5, 1] });
    const { loss } = new Float64Network(network).run(
      new Float64Array(network.size),
      testBatch(network),
      null,
    );
    expect(loss).toBeCloseTo(Math.log(10), 12);
  });

  it('noisy BatchNorm without noise equals BatchNorm to the last bit', () => {
    const [plain, noisy] = ['batch', 'noisy-batch'].map((variant) => {
      const network = testNetwork({
        name: '',
        variant,
        network: 'vgg:3-M-5',
        input: [6, 5, 1],
        noise: { nMu: 0, nSigma: 1, rMu: 0, rSigma: 0 },
      });
      const gradient = new Float64Array(network.size);
      const { loss } = new Float64Network(network).run(
        Float64Array.from(testParameters(network)),
        testBatch(network),
        gradient,
      );
      return { loss, gradient };
    });
    expect(noisy).toEqual(plain);
  });
});
