/** Observation 4.3: with γ = σ_j and β = μ_j BatchNorm gives a layer its own output back, so no minimum is lost. */
import { type Column, combine, dot, largestAbsolute, multiply, squaredNorm } from './columns.ts';
import { deviation } from './deviation.ts';
import { evaluate, outputOf } from './evaluate.ts';
import { checkGradients, type GradientRow } from './gradientTheorem.ts';
import { batchNormOf, buildNetworks, type TwoNetworks, unitOf } from './twoNetworks.ts';

export interface SameOutputRow {
  sigma: number;
  mu: number;
  /** ‖σŷ + μ‖ */
  left: number;
  /** ‖y‖ */
  right: number;
  /** Largest over the samples. */
  deviation: number;
  /** Theorem 4.1 in this configuration, in which nothing is rescaled. */
  gradient: GradientRow;
}

/** Losses on the straight way from W_0 (0) through W* (1). */
export interface LossPath {
  at: number[];
  plain: number[];
  normalised: number[];
}

export interface SameMinima {
  rows: SameOutputRow[];
  plainLoss: number;
  loss: number;
  /** ‖∇_W‖ at W*, without and with BatchNorm. */
  plainSlope: number;
  slope: number;
  path: LossPath;
}

const PATH_POINTS = 31;
const PATH_END = 1.5;

/** γ and β that give the outputs of the layer with the optimum's weights back. */
function restoringOptimum({ inputs, optimum, setup }: TwoNetworks) {
  return multiply(optimum, inputs).map((y) => unitOf({ ...setup, affine: 'restoring' }, y));
}

function pathOf(networks: TwoNetworks): LossPath {
  const { inputs, optimum, downstream, loss } = networks;
  const layers = [batchNormOf(restoringOptimum(networks)), ...downstream];
  const start = networks.units.map(({ y }) => y);
  const end = multiply(optimum, inputs);
  const at = Array.from({ length: PATH_POINTS }, (_, i) => (i * PATH_END) / (PATH_POINTS - 1));
  const outputsAt = (t: number): Column[] => start.map((y, j) => combine(1 - t, y, t, end[j]!));
  return {
    at,
    plain: at.map((t) => loss(outputOf(downstream, outputsAt(t))).value),
    normalised: at.map((t) => loss(outputOf(layers, outputsAt(t))).value),
  };
}

/** ‖∂L/∂W‖ = ‖Xᵀ ∂L/∂y‖ over all units. */
function weightSlope(inputs: readonly Column[], gradient: readonly Column[]): number {
  return Math.sqrt(
    gradient.reduce(
      (total, column) => total + inputs.reduce((squares, input) => squares + dot(input, column) ** 2, 0),
      0,
    ),
  );
}

export function checkSameMinima(networks: TwoNetworks): SameMinima {
  const { inputs, optimum, downstream, loss } = networks;
  const restoring = buildNetworks({ ...networks.setup, affine: 'restoring' });
  const gradients = checkGradients(restoring);
  const atOptimum = multiply(optimum, inputs);
  const restored = [batchNormOf(restoringOptimum(networks)), ...downstream];
  return {
    rows: restoring.units.map(({ y, z, sigma, mu }, j) => ({
      sigma,
      mu,
      left: Math.sqrt(squaredNorm(z)),
      right: Math.sqrt(squaredNorm(y)),
      deviation: deviation(largestAbsolute(combine(1, z, -1, y)), 0, [largestAbsolute(y)]),
      gradient: gradients[j]!,
    })),
    plainLoss: loss(
      outputOf(
        downstream,
        restoring.units.map(({ y }) => y),
      ),
    ).value,
    loss: restoring.normalised.loss,
    plainSlope: weightSlope(inputs, evaluate(downstream, loss, atOptimum).gradient),
    slope: weightSlope(inputs, evaluate(restored, loss, atOptimum).gradient),
    path: pathOf(networks),
  };
}
