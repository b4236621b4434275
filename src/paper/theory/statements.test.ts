import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkCurvature } from './curvatureTheorem.ts';
import { isRounding } from './deviation.ts';
import { checkFactC1, checkFactC2 } from './facts.ts';
import { checkGradients } from './gradientTheorem.ts';
import { checkSameMinima } from './sameMinima.ts';
import { AFFINE_KINDS, DOWNSTREAM_KINDS, defaultTheorySetup, type TheorySetup } from './setup.ts';
import { checkStartingPoint, startingPointRow } from './startingPoint.ts';
import { buildNetworks, type TwoNetworks } from './twoNetworks.ts';
import { checkWorstCase, spectralNorm } from './worstCase.ts';

const setups: fc.Arbitrary<TheorySetup> = fc.record({
  samples: fc.integer({ min: 4, max: 64 }),
  units: fc.integer({ min: 2, max: 10 }),
  downstream: fc.constantFrom(...DOWNSTREAM_KINDS),
  affine: fc.constantFrom(...AFFINE_KINDS),
  gamma: fc.double({ min: 0.05, max: 5, noNaN: true }),
  scale: fc.double({ min: 0.05, max: 10, noNaN: true }),
  distance: fc.double({ min: 0.1, max: 10, noNaN: true }),
  seed: fc.integer({ min: 0, max: 999_999 }),
});

function inRandomNetworks(check: (networks: TwoNetworks) => void): void {
  fc.assert(
    fc.property(setups, (setup) => check(buildNetworks(setup))),
    { numRuns: 60, seed: 18050 },
  );
}

describe('Theorem 4.1', () => {
  it('is an equality with 1/m, up to rounding', () => {
    inRandomNetworks((networks) => {
      for (const row of checkGradients(networks)) expect(row.deviation).toBeLessThan(1e-12);
    });
  });

  it('fails as printed, with 1/√m, in nearly all units', () => {
    let [units, failures] = [0, 0];
    inRandomNetworks((networks) => {
      const rows = checkGradients(networks);
      units += rows.length;
      failures += rows.filter(({ isPrintedTrue }) => !isPrintedTrue).length;
    });
    expect(units).toBeGreaterThan(200);
    expect(failures / units).toBeGreaterThan(0.98);
  });

  it('splits the gradient into what is kept, its mean and its part along ŷ', () => {
    inRandomNetworks((networks) => {
      for (const { plain, meanPart, alongPart, scale, left } of checkGradients(networks))
        if (plain > 0) expect((meanPart + alongPart + left / scale) / plain).toBeCloseTo(1, 10);
    });
  });
});

describe('Theorem 4.2', () => {
  it('is an equality along the gradient', () => {
    inRandomNetworks((networks) => {
      for (const row of checkCurvature(networks)) expect(row.deviation).toBeLessThan(1e-8);
    });
  });

  it('gives the whole Hessian block, eqs. 41 and 42', () => {
    inRandomNetworks((networks) => {
      for (const row of checkCurvature(networks)) expect(row.hessianDeviation).toBeLessThan(1e-10);
    });
  });

  it('lowers the curvature exactly where ⟨ŷ, ĝ⟩ is positive', () => {
    inRandomNetworks((networks) => {
      for (const { alignment, left, plainTerm, extraTerm } of checkCurvature(networks))
        if (Math.abs(extraTerm) > 1e-9 * Math.abs(plainTerm)) expect(left < plainTerm).toBe(alignment > 0);
    });
  });
});

describe('Observation 4.3', () => {
  it('gives the layer its output back, and the network its loss', () => {
    inRandomNetworks((networks) => {
      const { rows, loss, plainLoss } = checkSameMinima(networks);
      for (const row of rows) expect(isRounding(row.deviation)).toBe(true);
      expect(Math.abs(loss - plainLoss)).toBeLessThan(1e-12 * (1 + plainLoss));
    });
  });

  it('keeps the optimum, and shortens every gradient without rescaling', () => {
    inRandomNetworks((networks) => {
      const { rows, slope, plainSlope, path } = checkSameMinima(networks);
      expect(plainSlope).toBe(0);
      expect(slope).toBeLessThan(1e-9);
      const at = path.at.findIndex((t) => Math.abs(t - 1) < 1e-12);
      expect(path.normalised[at]).toBeCloseTo(path.plain[at]!, 10);
      expect(Math.min(...path.plain)).toBe(path.plain[at]);
      for (const { gradient } of rows)
        expect(gradient.left).toBeLessThanOrEqual(gradient.plain * (1 + 1e-12));
    });
  });
});

describe('Theorem 4.4', () => {
  it('is an equality in its corrected form', () => {
    inRandomNetworks((networks) => {
      for (const row of checkWorstCase(networks).rows) expect(row.deviation).toBeLessThan(1e-12);
    });
  });

  it('bounds what the actual inputs give', () => {
    inRandomNetworks((networks) => {
      for (const { actual, left } of checkWorstCase(networks).rows)
        expect(actual).toBeLessThanOrEqual(left * (1 + 1e-10));
    });
  });

  it('fails as printed in many networks, with either reading of g²', () => {
    let [literal, once, units] = [0, 0, 0];
    inRandomNetworks((networks) => {
      const { rows } = checkWorstCase(networks);
      units += rows.length;
      literal += rows.filter(({ isPrintedTrue }) => !isPrintedTrue).length;
      once += rows.filter(({ isPrintedOnceTrue }) => !isPrintedOnceTrue).length;
    });
    expect(literal).toBeGreaterThan(units / 10);
    expect(once).toBeGreaterThan(units / 10);
  });

  it('takes the norm of X as its largest singular value', () => {
    const inputs = [Float64Array.of(3, 0, 0), Float64Array.of(0, 4, 0)];
    expect(spectralNorm(inputs)).toBeCloseTo(4, 12);
  });
});

describe('Lemma 4.5', () => {
  it('finds the nearest optimum on the ray where it says, if ⟨W₀, W*⟩ > 0', () => {
    inRandomNetworks((networks) => {
      const { whole, units } = checkStartingPoint(networks);
      for (const row of [whole, ...units]) if (row.cosine > 0) expect(row.deviation).toBeLessThan(1e-12);
    });
  });

  it('needs its condition: behind the start of the ray nothing comes nearer than W₀’s own length', () => {
    const { left, right, plain } = startingPointRow(Float64Array.of(1, 0), Float64Array.of(-1, 1));
    expect(plain).toBe(5);
    expect(left).toBeCloseTo(1, 12);
    expect(right).toBeCloseTo(0.5, 12);
  });

  it('rests on a loss that does not change as the optimum is scaled', () => {
    inRandomNetworks((networks) => {
      const { losses } = checkStartingPoint(networks);
      expect(Math.max(...losses) - Math.min(...losses)).toBeLessThan(1e-10);
    });
  });
});

describe('Facts C.1 and C.2', () => {
  it('are the derivatives of BatchNorm', () => {
    inRandomNetworks((networks) => {
      expect(checkFactC1(networks)).toBeLessThan(1e-12);
      expect(checkFactC2(networks.units[0]!)).toBeLessThan(1e-13);
    });
  });
});

it('the default network shows both signs of ⟨ŷ, ĝ⟩ and a unit that fails the lemma’s condition', () => {
  const networks = buildNetworks(defaultTheorySetup());
  const curvature = checkCurvature(networks);
  expect(curvature.some(({ alignment }) => alignment > 0)).toBe(true);
  expect(curvature.some(({ alignment }) => alignment < 0)).toBe(true);
  expect(checkStartingPoint(networks).units.some(({ cosine }) => cosine <= 0)).toBe(true);
});
