/**
 * Theorem 4.4: the gradient of a unit's weights, Xᵀ ∂L/∂y, in the worst case over inputs with ‖X‖ ≤ λ, the gradient at
 * the layer's output held as it is. λ is the spectral norm of the actual inputs, so that these are among the X.
 */
import { type Column, type Columns, dot, mean, scaled, squaredNorm } from './columns.ts';
import { deviation, isAtMost } from './deviation.ts';
import type { TwoNetworks, Unit } from './twoNetworks.ts';

export interface WorstCaseRow {
  /** g_j, the worst case without BatchNorm. */
  plain: number;
  /** ĝ_j, the worst case with BatchNorm: ‖Xᵀ∇L̂‖² at the X that attains it. */
  left: number;
  /** γ²/σ² (g_j − λ²mμ² − λ²/m ⟨∂L/∂y, ŷ⟩²) */
  right: number;
  /** As v3 prints it: γ²/σ² (g_j² − mμ² − λ²⟨∂L/∂y, ŷ⟩²). */
  printed: number;
  /** The same with g_j in place of g_j². */
  printedOnce: number;
  deviation: number;
  isPrintedTrue: boolean;
  isPrintedOnceTrue: boolean;
  /** ‖Xᵀ∇L̂‖² at the actual inputs. */
  actual: number;
}

export interface WorstCase {
  lambda: number;
  rows: WorstCaseRow[];
}

const POWER_ITERATIONS = 300;

/** The largest singular value of X by power iteration on XᵀX. */
export function spectralNorm(inputs: Columns): number {
  const products = inputs.map((a) => Float64Array.from(inputs, (b) => dot(a, b)));
  let vector: Column = new Float64Array(inputs.length).fill(1);
  let eigenvalue = 0;
  for (let i = 0; i < POWER_ITERATIONS; i++) {
    const next = Float64Array.from(products, (row) => dot(row, vector));
    eigenvalue = Math.sqrt(squaredNorm(next));
    vector = scaled(1 / eigenvalue, next);
  }
  return Math.sqrt(eigenvalue);
}

/** ‖Xᵀv‖² */
const weightGradient = (inputs: Columns, v: Column): number =>
  inputs.reduce((total, input) => total + dot(input, v) ** 2, 0);

/** The X of norm λ that makes ‖Xᵀv‖ largest: every sample's input lies on one line, in proportion to v. */
function worstInputs(v: Column, lambda: number): Column[] {
  const length = Math.sqrt(squaredNorm(v));
  return [scaled(length === 0 ? 0 : lambda / length, v)];
}

function worstCaseRow(unit: Unit, g: Column, v: Column, inputs: Columns, lambda: number): WorstCaseRow {
  const m = g.length;
  const scale = (unit.gamma / unit.sigma) ** 2;
  const plain = weightGradient(worstInputs(g, lambda), g);
  const meanPart = m * mean(g) ** 2;
  const along = dot(g, unit.yHat) ** 2;
  const left = weightGradient(worstInputs(v, lambda), v);
  const right = scale * (plain - lambda ** 2 * meanPart - (lambda ** 2 / m) * along);
  const printed = scale * (plain ** 2 - meanPart - lambda ** 2 * along);
  const printedOnce = scale * (plain - meanPart - lambda ** 2 * along);
  const terms = [scale * plain];
  return {
    plain,
    left,
    right,
    printed,
    printedOnce,
    deviation: deviation(left, right, terms),
    isPrintedTrue: isAtMost(left, printed, terms),
    isPrintedOnceTrue: isAtMost(left, printedOnce, terms),
    actual: weightGradient(inputs, v),
  };
}

export function checkWorstCase({ inputs, units, plain, normalised }: TwoNetworks): WorstCase {
  const lambda = spectralNorm(inputs);
  return {
    lambda,
    rows: units.map((unit, j) =>
      worstCaseRow(unit, plain.gradient[j]!, normalised.gradient[j]!, inputs, lambda),
    ),
  };
}
