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
}

export interface Shape {
  rows: number;
  channels: number;
  /** Rows of one example. */
  pixels: number;
}

interface Sets {
  count: number;
  of: (row: number, channel: number) => number;
  elements: number;
}

function setsOf({ overBatch, groups }: Normalisation, { rows, channels, pixels }: Shape): Sets {
  if (overBatch) return { count: channels, of: (_, channel) => channel, elements: rows };
  const perGroup = channels / groups;
  return {
    count: (rows / pixels) * groups,
    of: (row, channel) => Math.floor(row / pixels) * groups + Math.floor(channel / perGroup),
    elements: pixels * perGroup,
  };
}

/** What y − mean is divided by. */
function scaleOf(statistic: Normalisation['statistic'], spread: number): number {
  return statistic === 'l1' || statistic === 'linf' ? spread + EPSILON : Math.sqrt(spread + EPSILON);
}

function accumulate(
  { rows, channels }: Shape,
  sets: Sets,
  value: (i: number, set: number) => number,
): Float64Array {
  const sums = new Float64Array(sets.count);
  for (let row = 0; row < rows; row++)
    for (let channel = 0; channel < channels; channel++) {
      const set = sets.of(row, channel);
      sums[set]! += value(row * channels + channel, set);
    }
  return sums;
}

function statisticsOf(
  normalisation: Normalisation,
  y: Float64Array,
  shape: Shape,
  sets: Sets,
): SetStatistics {
  const mean = accumulate(shape, sets, (i) => y[i]!).map((sum) => sum / sets.elements);
  const averaged = (value: (i: number, set: number) => number): Float64Array =>
    accumulate(shape, sets, value).map((sum) => sum / sets.elements);
  switch (normalisation.statistic) {
    case 'l1':
      return { mean, spread: averaged((i) => Math.abs(y[i]!)) };
    case 'l2':
      return { mean, spread: averaged((i) => y[i]! ** 2) };
    case 'linf': {
      const spread = new Float64Array(sets.count);
      accumulate(shape, sets, (i, set) => {
        spread[set] = Math.max(spread[set]!, Math.abs(y[i]!));
        return 0;
      });
      return { mean, spread };
    }
    default:
      return { mean, spread: averaged((i, set) => (y[i]! - mean[set]!) ** 2) };
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
  const statistics = given ?? statisticsOf(normalisation, y, shape, sets);
  const scale = statistics.spread.map((spread) => scaleOf(normalisation.statistic, spread));
  const output = new Float64Array(y.length);
  accumulate(shape, sets, (i, set) => {
    output[i] = (y[i]! - statistics.mean[set]!) / scale[set]!;
    return 0;
  });
  return { output, statistics };
}

/** The gradient of y from that of the normalised output, through the statistics unless they are stopped. */
export function normaliseBackward(
  normalisation: Normalisation,
  y: Float64Array,
  { output, statistics }: Normalised,
  gradient: Float64Array,
  shape: Shape,
): Float64Array {
  const sets = setsOf(normalisation, shape);
  const scale = statistics.spread.map((spread) => scaleOf(normalisation.statistic, spread));
  const result = new Float64Array(y.length);
  if (normalisation.stopped) {
    accumulate(shape, sets, (i, set) => {
      result[i] = gradient[i]! / scale[set]!;
      return 0;
    });
    return result;
  }
  const meanGradient = accumulate(shape, sets, (i) => gradient[i]!).map((sum) => sum / sets.elements);
  const alongOutput = accumulate(shape, sets, (i) => gradient[i]! * output[i]!);
  const scaleSlope = scaleDerivative(normalisation, y, { output, statistics }, shape, sets, scale);
  accumulate(shape, sets, (i, set) => {
    result[i] = (gradient[i]! - meanGradient[set]! - alongOutput[set]! * scaleSlope(i, set)) / scale[set]!;
    return 0;
  });
  return result;
}

/** ∂scale/∂y_i within a set. A largest |y| that occurs several times shares its slope evenly. */
function scaleDerivative(
  normalisation: Normalisation,
  y: Float64Array,
  { output, statistics }: Normalised,
  shape: Shape,
  sets: Sets,
  scale: Float64Array,
): (i: number, set: number) => number {
  switch (normalisation.statistic) {
    case 'l1':
      return (i) => Math.sign(y[i]!) / sets.elements;
    case 'l2':
      return (i, set) => y[i]! / (sets.elements * scale[set]!);
    case 'linf': {
      const isLargest = (i: number, set: number): boolean => Math.abs(y[i]!) === statistics.spread[set];
      const ties = accumulate(shape, sets, (i, set) => (isLargest(i, set) ? 1 : 0));
      return (i, set) => (isLargest(i, set) ? Math.sign(y[i]!) / ties[set]! : 0);
    }
    default:
      return (i) => output[i]! / sets.elements;
  }
}
