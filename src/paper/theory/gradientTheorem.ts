/** Theorem 4.1: what BatchNorm leaves of a unit's gradient. Proved as an equality with 1/m; v3 prints 1/√m and ≤. */
import { dot, squaredNorm, sum } from './columns.ts';
import { deviation, isAtMost } from './deviation.ts';
import type { TwoNetworks, Unit } from './twoNetworks.ts';

export interface GradientRow {
  sigma: number;
  gamma: number;
  /** γ²/σ² */
  scale: number;
  /** ‖g‖² of the network without BatchNorm. */
  plain: number;
  /** ⟨1, g⟩²/m */
  meanPart: number;
  /** ⟨g, ŷ⟩²/m */
  alongPart: number;
  /** ‖∇L̂‖² by differentiating the network with BatchNorm. */
  left: number;
  right: number;
  /** The right side with 1/√m before the last term. */
  printed: number;
  deviation: number;
  isPrintedTrue: boolean;
}

function gradientRow({ gamma, sigma, yHat }: Unit, plainGradient: Float64Array, gradient: Float64Array) {
  const m = yHat.length;
  const scale = (gamma / sigma) ** 2;
  const plain = squaredNorm(plainGradient);
  const meanPart = sum(plainGradient) ** 2 / m;
  const along = dot(plainGradient, yHat) ** 2;
  const left = squaredNorm(gradient);
  const right = scale * (plain - meanPart - along / m);
  const printed = scale * (plain - meanPart - along / Math.sqrt(m));
  const terms = [scale * plain];
  return {
    sigma,
    gamma,
    scale,
    plain,
    meanPart,
    alongPart: along / m,
    left,
    right,
    printed,
    deviation: deviation(left, right, terms),
    isPrintedTrue: isAtMost(left, printed, terms),
  } satisfies GradientRow;
}

export function checkGradients({ units, plain, normalised }: TwoNetworks): GradientRow[] {
  return units.map((unit, j) => gradientRow(unit, plain.gradient[j]!, normalised.gradient[j]!));
}
