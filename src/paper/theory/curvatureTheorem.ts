/** Theorem 4.2: the curvature along a unit's own gradient, with the term whose sign decides whether it helps. */
import { type Column, combine, dot, largestAbsolute, mapped, mean, scaled, squaredNorm } from './columns.ts';
import { deviation, isAtMost } from './deviation.ts';
import { normalColumns, normals } from './random.ts';
import type { TwoNetworks, Unit } from './twoNetworks.ts';

export interface CurvatureRow {
  /** ⟨ŷ, ĝ⟩: where it is positive, the extra term lowers the curvature. */
  alignment: number;
  /** γ²/σ² vᵀHv, with v = ∇L̂ */
  plainTerm: number;
  /** γ/(mσ²) ⟨ŷ, ĝ⟩ ‖v‖², which is subtracted. */
  extraTerm: number;
  /** vᵀĤv by differentiating the network with BatchNorm twice. */
  left: number;
  right: number;
  deviation: number;
  /** γ²/σ² (ĝᵀHĝ − ⟨ŷ, ĝ⟩‖v‖²/(mγ)): the second form, which assumes more of H. */
  bound: number;
  isBoundTrue: boolean;
  /** Curvature along the own gradient per squared length: ĝᵀHĝ/‖ĝ‖² and vᵀĤv/‖v‖². */
  plainCurvature: number;
  curvature: number;
  /** Of the whole Hessian, eqs. 41 and 42, applied to a random direction. */
  hessianDeviation: number;
}

/** Without the mean and the part along ŷ: P a, with P = I − 11ᵀ/m − ŷŷᵀ/m. */
function projected(a: Column, yHat: Column): Column {
  const average = mean(a);
  const along = dot(a, yHat) / a.length;
  return mapped(a, (value, b) => value - average - along * yHat[b]!);
}

/** The Hessian block of eqs. 41 and 42 times a direction. `plainTimes` multiplies by H. */
function closedFormHessian(
  { gamma, sigma, yHat }: Unit,
  plainGradient: Column,
  plainTimes: (direction: Column) => Column,
  direction: Column,
): { result: Column; terms: Column[] } {
  const m = yHat.length;
  const scale = (gamma / sigma) ** 2;
  const average = mean(plainGradient);
  const centred = mapped(plainGradient, (value) => value - average);
  const alignment = dot(plainGradient, yHat);
  const alongUnit = dot(yHat, direction);
  const first = scaled(scale, projected(plainTimes(projected(direction, yHat)), yHat));
  const average1 = mean(direction);
  const bracket = mapped(
    direction,
    (value, b) =>
      centred[b]! * alongUnit +
      yHat[b]! * (dot(centred, direction) - (3 / m) * alignment * alongUnit) +
      alignment * (value - average1),
  );
  const second = scaled(scale / (m * gamma), bracket);
  return { result: combine(1, first, -1, second), terms: [first, second] };
}

function hessianDeviation(networks: TwoNetworks, j: number, direction: Column): number {
  const { units, plain, normalised } = networks;
  const times = (a: Column): Column => plain.hessianTimes(j, a);
  const { result, terms } = closedFormHessian(units[j]!, plain.gradient[j]!, times, direction);
  const difference = combine(1, normalised.hessianTimes(j, direction), -1, result);
  return deviation(largestAbsolute(difference), 0, terms.map(largestAbsolute));
}

export function checkCurvature(networks: TwoNetworks): CurvatureRow[] {
  const { units, plain, normalised, setup } = networks;
  const directions = normalColumns(normals(setup.seed, 'direction'), units.length, setup.samples);
  return units.map(({ gamma, sigma, yHat }, j) => {
    const [g, v] = [plain.gradient[j]!, normalised.gradient[j]!];
    const scale = (gamma / sigma) ** 2;
    const alignment = dot(yHat, g);
    const plainTerm = scale * dot(v, plain.hessianTimes(j, v));
    const extraTerm = (gamma / (setup.samples * sigma ** 2)) * alignment * squaredNorm(v);
    const left = dot(v, normalised.hessianTimes(j, v));
    const plainAlongOwn = dot(g, plain.hessianTimes(j, g));
    const bound = scale * plainAlongOwn - extraTerm;
    return {
      alignment,
      plainTerm,
      extraTerm,
      left,
      right: plainTerm - extraTerm,
      deviation: deviation(left, plainTerm - extraTerm, [plainTerm, extraTerm]),
      bound,
      isBoundTrue: isAtMost(left, bound, [scale * plainAlongOwn, extraTerm]),
      plainCurvature: plainAlongOwn / squaredNorm(g),
      curvature: left / squaredNorm(v),
      hessianDeviation: hessianDeviation(networks, j, directions[j]!),
    };
  });
}
