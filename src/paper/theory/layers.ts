/** Layers with their first and second derivatives, exact up to rounding: forward-over-reverse, written out by hand. */
import {
  type Column,
  type Columns,
  combine,
  dot,
  mapped,
  mean,
  multiply,
  multiplyTransposed,
  times,
} from './columns.ts';

/** A change of an activation. A unit that does not move has null. */
export type Shift = readonly (Column | null)[];

/** One forward pass through a layer, with what its derivatives need. */
export interface Pass {
  output: Columns;
  /** ∂L/∂input from ∂L/∂output. */
  backward(gradient: Columns): Columns;
  /** The output's change as the input changes by `shift`. */
  push(shift: Shift): Shift;
  /**
   * The change of `backward(gradient)` as the input changes by `shift` and `gradient` by `gradientShift`, in the units
   * of the input that move.
   */
  pushBack(shift: Shift, gradient: Columns, gradientShift: Shift): Shift;
}

export type Layer = (input: Columns) => Pass;

/** weights[k][j] leads from unit j to unit k. */
export function dense(weights: Columns): Layer {
  return (input) => ({
    output: multiply(weights, input),
    backward: (gradient) => multiplyTransposed(weights, gradient),
    push: (shift) => multiply(weights, shift),
    pushBack: (shift, _gradient, gradientShift) =>
      multiplyTransposed(weights, gradientShift, (j) => shift[j] !== null),
  });
}

interface ElementFunction {
  value(x: number): number;
  /** From x and the value at x. */
  slope(x: number, y: number): number;
  /** The slope's slope. */
  bend(x: number, y: number): number;
}

/** Computed when it is first asked for: a network that is only evaluated needs no derivatives. */
function later<T>(compute: () => T): () => T {
  let known: T | undefined;
  return () => {
    known ??= compute();
    return known;
  };
}

function elementwise({ value, slope, bend }: ElementFunction): Layer {
  return (input) => {
    const output = input.map((column) => mapped(column, value));
    const slopes = later(() => input.map((column, j) => mapped(column, (x, b) => slope(x, output[j]![b]!))));
    const bends = later(() => input.map((column, j) => mapped(column, (x, b) => bend(x, output[j]![b]!))));
    const timesSlope = (column: Column, j: number): Column => times(column, slopes()[j]!);
    return {
      output,
      backward: (gradient) => gradient.map(timesSlope),
      push: (shift) => shift.map((column, j) => column && timesSlope(column, j)),
      pushBack: (shift, gradient, gradientShift) =>
        shift.map((column, j) => {
          if (!column) return null;
          const bend = times(bends()[j]!, times(column, gradient[j]!));
          return combine(1, timesSlope(gradientShift[j]!, j), 1, bend);
        }),
    };
  };
}

export const rectify: Layer = elementwise({
  value: (x) => Math.max(x, 0),
  slope: (x) => (x > 0 ? 1 : 0),
  bend: () => 0,
});

export const hyperbolicTangent: Layer = elementwise({
  value: Math.tanh,
  slope: (_, y) => 1 - y * y,
  bend: (_, y) => -2 * y * (1 - y * y),
});

/**
 * z = γ(y − μ)/σ + β for each unit over the minibatch, with the biased deviation σ and no ε. The derivatives follow the
 * operations one by one (mean, centring, square, root, quotient), so that they can be held against the closed forms.
 */
export function batchNorm(gamma: Column, beta: Column): Layer {
  return (input) => {
    const units = input.map((column, j) => normaliseUnit(column, gamma[j]!, beta[j]!));
    return {
      output: units.map(({ output }) => output),
      backward: (gradient) => units.map((unit, j) => unit.backward(gradient[j]!)),
      push: (shift) => shift.map((column, j) => column && units[j]!.push(column)),
      pushBack: (shift, gradient, gradientShift) =>
        shift.map((column, j) => column && units[j]!.pushBack(column, gradient[j]!, gradientShift[j]!)),
    };
  };
}

function centred(a: Column): Column {
  const average = mean(a);
  return mapped(a, (value) => value - average);
}

function normaliseUnit(y: Column, gamma: number, beta: number) {
  const m = y.length;
  const c = centred(y);
  const sigma = Math.sqrt(dot(c, c) / m);
  /** −σ² ∂L/∂σ */
  const alongCentred = (gradient: Column): number => gamma * dot(gradient, c);
  return {
    output: mapped(c, (value) => (gamma * value) / sigma + beta),
    backward(gradient: Column): Column {
      const sigmaGradient = -alongCentred(gradient) / sigma ** 2;
      return centred(mapped(gradient, (g, b) => (gamma * g) / sigma + (sigmaGradient * c[b]!) / (sigma * m)));
    },
    push(shift: Column): Column {
      const cShift = centred(shift);
      const sigmaShift = dot(cShift, c) / (m * sigma);
      return mapped(cShift, (value, b) => gamma * (value / sigma - (c[b]! * sigmaShift) / sigma ** 2));
    },
    pushBack(shift: Column, gradient: Column, gradientShift: Column): Column {
      const cShift = centred(shift);
      const sigmaShift = dot(cShift, c) / (m * sigma);
      const along = alongCentred(gradient);
      const alongShift = alongCentred(gradientShift) + gamma * dot(gradient, cShift);
      const sigmaGradient = -along / sigma ** 2;
      const sigmaGradientShift = -alongShift / sigma ** 2 + (2 * along * sigmaShift) / sigma ** 3;
      return centred(
        mapped(
          gradientShift,
          (gShift, b) =>
            (gamma * gShift) / sigma -
            (gamma * gradient[b]! * sigmaShift) / sigma ** 2 +
            (sigmaGradientShift * c[b]! + sigmaGradient * cShift[b]!) / (sigma * m) -
            (sigmaGradient * c[b]! * sigmaShift) / (sigma ** 2 * m),
        ),
      );
    },
  };
}
