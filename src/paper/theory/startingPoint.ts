/**
 * Lemma 4.5: an optimum of the network with BatchNorm lies at least as near to W_0 as the nearest one without. Scaling a
 * unit's weights changes nothing after BatchNorm, so every optimum W* brings the whole ray kW*, k > 0.
 */
import { type Column, type Columns, combine, dot, multiply, squaredNorm } from './columns.ts';
import { deviation } from './deviation.ts';
import { outputOf } from './evaluate.ts';
import { batchNormOf, type TwoNetworks, unitOf } from './twoNetworks.ts';

export interface StartingPointRow {
  /** ⟨W_0, W*⟩ / (‖W_0‖ ‖W*‖); the lemma asks for a positive one. */
  cosine: number;
  startLength: number;
  optimumLength: number;
  /** ⟨W*, W_0⟩ / ‖W*‖²: where on the ray the nearest point lies. */
  k: number;
  /** ‖W_0 − W*‖² */
  plain: number;
  /** ‖W_0 − Ŵ*‖², with Ŵ* found by searching the ray. */
  left: number;
  /** ‖W_0 − W*‖² − (‖W*‖² − ⟨W*, W_0⟩)² / ‖W*‖² */
  right: number;
  deviation: number;
}

export interface StartingPoint {
  /** All weights as one vector, as in the lemma. */
  whole: StartingPointRow;
  units: StartingPointRow[];
  /** The loss with BatchNorm at W* scaled by each factor. */
  factors: readonly number[];
  losses: number[];
}

const FACTORS = [0.1, 0.5, 1, 2, 10] as const;
const GOLDEN = (Math.sqrt(5) - 1) / 2;
const SEARCH_STEPS = 90;

/** The smallest value of a function that falls and then rises between two numbers, by golden-section search. */
function smallestBetween(low: number, high: number, value: (x: number) => number): number {
  let [a, b] = [low, high];
  for (let i = 0; i < SEARCH_STEPS; i++) {
    const [left, right] = [b - GOLDEN * (b - a), a + GOLDEN * (b - a)];
    if (value(left) < value(right)) b = right;
    else a = left;
  }
  return value((a + b) / 2);
}

export function startingPointRow(start: Column, optimum: Column): StartingPointRow {
  const [startSquare, optimumSquare, inner] = [squaredNorm(start), squaredNorm(optimum), dot(start, optimum)];
  const distance = (k: number): number => squaredNorm(combine(1, start, -k, optimum));
  const plain = distance(1);
  const gain = (optimumSquare - inner) ** 2 / optimumSquare;
  // Beyond this length the ray only leads away from W_0.
  const left = smallestBetween(0, Math.sqrt(startSquare / optimumSquare), distance);
  return {
    cosine: inner / Math.sqrt(startSquare * optimumSquare),
    startLength: Math.sqrt(startSquare),
    optimumLength: Math.sqrt(optimumSquare),
    k: inner / optimumSquare,
    plain,
    left,
    right: plain - gain,
    deviation: deviation(left, plain - gain, [plain, gain, startSquare]),
  };
}

const joined = (columns: Columns): Column => Float64Array.from(columns.flatMap((column) => [...column]));

export function checkStartingPoint(networks: TwoNetworks): StartingPoint {
  const { inputs, weights, optimum, downstream, loss, setup } = networks;
  const outputs = multiply(optimum, inputs);
  const restored = outputs.map((y) => unitOf({ ...setup, affine: 'restoring' }, y));
  const layers = [batchNormOf(restored), ...downstream];
  return {
    whole: startingPointRow(joined(weights), joined(optimum)),
    units: weights.map((start, j) => startingPointRow(start, optimum[j]!)),
    factors: FACTORS,
    losses: FACTORS.map((factor) => {
      const scaledOutputs = outputs.map((y) => combine(factor, y, 0, y));
      return loss(outputOf(layers, scaledOutputs)).value;
    }),
  };
}
