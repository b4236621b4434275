/** Facts C.1 and C.2: BatchNorm's derivative in closed form, held against the chain rule through its operations. */
import { type Column, dot, largestAbsolute, mapped, sum } from './columns.ts';
import { deviation } from './deviation.ts';
import type { TwoNetworks, Unit } from './twoNetworks.ts';
import { batchNormOf } from './twoNetworks.ts';

/** ∂L/∂y of one unit from ∂L/∂z: γ/(mσ) (m g_b − Σg − ŷ_b Σ g ŷ). */
function closedFormGradient({ gamma, sigma, yHat }: Unit, g: Column): Column {
  const m = g.length;
  const [total, along] = [sum(g), dot(g, yHat)];
  return mapped(g, (value, b) => (gamma / (m * sigma)) * (m * value - total - yHat[b]! * along));
}

/** Column k of ∂z/∂y: γ/σ (1[b = k] − 1/m − ŷ_b ŷ_k / m). */
function closedFormJacobian({ gamma, sigma, yHat }: Unit, k: number): Column {
  const m = yHat.length;
  return mapped(yHat, (value, b) => (gamma / sigma) * ((b === k ? 1 : 0) - (1 + value * yHat[k]!) / m));
}

function largestDifference(a: Column, b: Column): number {
  return largestAbsolute(mapped(a, (value, i) => value - b[i]!));
}

/** The largest deviation of Fact C.1 over all units and samples. */
export function checkFactC1({ units, plain, normalised }: TwoNetworks): number {
  return Math.max(
    ...units.map((unit, j) => {
      const closed = closedFormGradient(unit, plain.gradient[j]!);
      return deviation(largestDifference(closed, normalised.gradient[j]!), 0, [largestAbsolute(closed)]);
    }),
  );
}

/** The largest deviation of Fact C.2 over all m² entries of one unit. */
export function checkFactC2(unit: Unit): number {
  const m = unit.y.length;
  const pass = batchNormOf([unit])([unit.y]);
  const largest = unit.gamma / unit.sigma;
  const differences = Array.from({ length: m }, (_, k) => {
    const direction = new Float64Array(m);
    direction[k] = 1;
    return largestDifference(pass.push([direction])[0]!, closedFormJacobian(unit, k));
  });
  return deviation(Math.max(...differences), 0, [largest]);
}
