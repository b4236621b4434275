import { describe, expect, it } from 'vitest';
import { combine, dot, largestAbsolute, squaredNorm } from './columns.ts';
import { type Evaluated, evaluate } from './evaluate.ts';
import { normalColumns, normals } from './random.ts';
import { AFFINE_KINDS, DOWNSTREAM_KINDS, defaultTheorySetup, type TheorySetup } from './setup.ts';
import { batchNormOf, buildNetworks } from './twoNetworks.ts';

const SETUPS = DOWNSTREAM_KINDS.flatMap((downstream) =>
  AFFINE_KINDS.map((affine) => ({ downstream, affine, samples: 24, units: 6, scale: 0.8, gamma: 1.3 })),
);
/** Larger steps cross more kinks of ReLU. */
const STEP = 1e-6;

/** The network with BatchNorm after one unit's outputs have moved. */
function movedAlong(setup: TheorySetup, unit: number, direction: Float64Array) {
  const { units, downstream, loss } = buildNetworks(setup);
  const layers = [batchNormOf(units), ...downstream];
  return (step: number): Evaluated =>
    evaluate(
      layers,
      loss,
      units.map(({ y }, j) => (j === unit ? combine(1, y, step, direction) : y)),
    );
}

describe.each(SETUPS)('with $downstream layers and $affine γ', (change) => {
  const setup = { ...defaultTheorySetup(), ...change };
  const direction = normalColumns(normals(3, 'direction'), 1, setup.samples)[0]!;

  it('gradients are the slopes of the loss', () => {
    const { normalised } = buildNetworks(setup);
    for (let unit = 0; unit < setup.units; unit++) {
      const at = movedAlong(setup, unit, direction);
      const slope = (at(STEP).loss - at(-STEP).loss) / (2 * STEP);
      const size = Math.sqrt(squaredNorm(normalised.gradient[unit]!) * squaredNorm(direction));
      expect(Math.abs(slope - dot(normalised.gradient[unit]!, direction)) / size).toBeLessThan(1e-7);
    }
  });

  it('Hessian products are the differences of gradients', () => {
    const { normalised } = buildNetworks(setup);
    for (let unit = 0; unit < setup.units; unit++) {
      const at = movedAlong(setup, unit, direction);
      const [before, after] = [-STEP, STEP].map((step) => at(step).gradient[unit]!);
      const differences = combine(0.5 / STEP, after!, -0.5 / STEP, before!);
      const exact = normalised.hessianTimes(unit, direction);
      const worst = largestAbsolute(combine(1, exact, -1, differences)) / largestAbsolute(exact);
      expect(worst).toBeLessThan(1e-7);
    }
  });

  it('Hessian blocks are symmetric', () => {
    const { normalised } = buildNetworks(setup);
    const other = normalColumns(normals(4, 'direction'), 1, setup.samples)[0]!;
    const [one, two] = [
      dot(other, normalised.hessianTimes(0, direction)),
      dot(direction, normalised.hessianTimes(0, other)),
    ];
    const size = Math.sqrt(squaredNorm(normalised.hessianTimes(0, direction)) * squaredNorm(other));
    expect(Math.abs(one - two) / size).toBeLessThan(1e-13);
  });
});
