/**
 * The normalisations and their gradients. The elements of an activation array [rows, channels] fall into sets that share
 * a mean and a spread: a channel over the whole minibatch, or, for layer and group, channels within one example.
 */
import { EPSILON, type Normalisation } from '../../network/network.ts';

export interface SetStatistics {
  mean: Float64Array;
  /** Variance (batch, layer, group), mean |y| (l1), mean y² (l2) or max |y| (linf). */
  spread: Float64Array;
}

export interface Normalised {
  /** (y − mean) / scale, before γ and β. */
  output: Float64Array;
  statistics: SetStatistics;
  /** ∂scale/∂y of l1 and linf, where it is that of another y. */
  slope?: Float64Array;
}

export interface Shape {
  rows: number;
  channels: number;
  /** Rows of one example. */
  pixels: number;
}

interface Sets {
  count: number;
  /** The set of each element. */
  of: Int32Array;
  /** In each set. */
  elements: number;
}

function setsOf({ overBatch, groups }: Normalisation, { rows, channels, pixels }: Shape): Sets {
  const of = new Int32Array(rows * channels);
  const perGroup = channels / groups;
  for (let row = 0; row < rows; row++) {
    const first = Math.floor(row / pixels) * groups;
    for (let channel = 0; channel < channels; channel++)
      of[row * channels + channel] = overBatch ? channel : first + Math.floor(channel / perGroup);
  }
  return overBatch
    ? { count: channels, of, elements: rows }
    : { count: (rows / pixels) * groups, of, elements: pixels * perGroup };
}

/** What y − mean is divided by. */
function scaleOf(statistic: Normalisation['statistic'], spread: number): number {
  return statistic === 'l1' || statistic === 'linf' ? spread + EPSILON : Math.sqrt(spread + EPSILON);
}

function sumsOf({ count, of }: Sets, values: Float64Array): Float64Array {
  const sums = new Float64Array(count);
  for (let i = 0; i < values.length; i++) sums[of[i]!]! += values[i]!;
  return sums;
}

const meansOf = (sets: Sets, values: Float64Array): Float64Array =>
  sumsOf(sets, values).map((sum) => sum / sets.elements);

/** Σ a·b over each set. */
function innerProductsOf({ count, of }: Sets, a: Float64Array, b: Float64Array): Float64Array {
  const sums = new Float64Array(count);
  for (let i = 0; i < a.length; i++) sums[of[i]!]! += a[i]! * b[i]!;
  return sums;
}

function largestOf({ count, of }: Sets, y: Float64Array): Float64Array {
  const largest = new Float64Array(count);
  for (let i = 0; i < y.length; i++) largest[of[i]!] = Math.max(largest[of[i]!]!, Math.abs(y[i]!));
  return largest;
}

function variancesOf({ count, of, elements }: Sets, y: Float64Array, mean: Float64Array): Float64Array {
  const sums = new Float64Array(count);
  for (let i = 0; i < y.length; i++) {
    const deviation = y[i]! - mean[of[i]!]!;
    sums[of[i]!]! += deviation * deviation;
  }
  return sums.map((sum) => sum / elements);
}

function statisticsOf(statistic: Normalisation['statistic'], y: Float64Array, sets: Sets): SetStatistics {
  const mean = meansOf(sets, y);
  switch (statistic) {
    case 'l1':
      return { mean, spread: meansOf(sets, y.map(Math.abs)) };
    case 'l2':
      return { mean, spread: innerProductsOf(sets, y, y).map((sum) => sum / sets.elements) };
    case 'linf':
      return { mean, spread: largestOf(sets, y) };
    default:
      return { mean, spread: variancesOf(sets, y, mean) };
  }
}

/** Normalises y [rows, channels] by its own statistics, or by given ones. */
export function normalise(
  normalisation: Normalisation,
  y: Float64Array,
  shape: Shape,
  given?: SetStatistics,
): Normalised {
  const sets = setsOf(normalisation, shape);
  const statistics = given ?? statisticsOf(normalisation.statistic, y, sets);
  const scale = statistics.spread.map((spread) => scaleOf(normalisation.statistic, spread));
  const output = new Float64Array(y.length);
  for (let i = 0; i < y.length; i++) {
    const set = sets.of[i]!;
    output[i] = (y[i]! - statistics.mean[set]!) / scale[set]!;
  }
  return { output, statistics };
}

/** On the smooth piece around another y: its choices of sign and maximum, and its statistics where they are stopped. */
export function normaliseOn(
  normalisation: Normalisation,
  y: Float64Array,
  shape: Shape,
  there: { raw: Float64Array; normalised: Normalised },
): Normalised {
  const { statistic, stopped } = normalisation;
  if (stopped) return normalise(normalisation, y, shape, there.normalised.statistics);
  if (statistic !== 'l1' && statistic !== 'linf') return normalise(normalisation, y, shape);
  const sets = setsOf(normalisation, shape);
  const slope = scaleDerivative(
    statistic,
    there.raw,
    there.normalised,
    sets,
    there.normalised.statistics.spread,
  );
  // Both are of degree 1 in y.
  const spread = innerProductsOf(sets, slope, y);
  return { ...normalise(normalisation, y, shape, { mean: meansOf(sets, y), spread }), slope };
}

/** The gradient of y from that of the normalised output, through the statistics unless they are stopped. */
export function normaliseBackward(
  normalisation: Normalisation,
  y: Float64Array,
  normalised: Normalised,
  gradient: Float64Array,
  shape: Shape,
): Float64Array {
  const sets = setsOf(normalisation, shape);
  const { output, statistics } = normalised;
  const scale = statistics.spread.map((spread) => scaleOf(normalisation.statistic, spread));
  if (normalisation.stopped) return gradient.map((each, i) => each / scale[sets.of[i]!]!);
  const meanGradient = meansOf(sets, gradient);
  const alongOutput = innerProductsOf(sets, gradient, output);
  const scaleSlope = normalised.slope ?? scaleDerivative(normalisation.statistic, y, normalised, sets, scale);
  const result = new Float64Array(y.length);
  for (let i = 0; i < y.length; i++) {
    const set = sets.of[i]!;
    result[i] = (gradient[i]! - meanGradient[set]! - alongOutput[set]! * scaleSlope[i]!) / scale[set]!;
  }
  return result;
}

/** ∂scale/∂y_i within its set. A largest |y| that occurs several times shares its slope evenly. */
function scaleDerivative(
  statistic: Normalisation['statistic'],
  y: Float64Array,
  { output, statistics }: Normalised,
  sets: Sets,
  scale: Float64Array,
): Float64Array {
  switch (statistic) {
    case 'l1':
      return y.map((value) => Math.sign(value) / sets.elements);
    case 'l2':
      return y.map((value, i) => value / (sets.elements * scale[sets.of[i]!]!));
    case 'linf': {
      const isLargest = y.map((value, i) => Number(Math.abs(value) === statistics.spread[sets.of[i]!]));
      const ties = sumsOf(sets, isLargest);
      return y.map((value, i) => (isLargest[i] ? Math.sign(value) / ties[sets.of[i]!]! : 0));
    }
    default:
      return output.map((value) => value / sets.elements);
  }
}
