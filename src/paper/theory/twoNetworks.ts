/**
 * The two networks that the statements compare: the same layers and weights, with and without one BatchNorm layer after
 * y = XW. As the proofs assume, gradients are compared at equal input of the layers after it: at z = γŷ + β.
 */
import {
  type Column,
  type Columns,
  combine,
  mapped,
  mean,
  multiply,
  scaled,
  squaredNorm,
} from './columns.ts';
import { type Evaluated, evaluate, outputOf } from './evaluate.ts';
import { batchNorm, dense, hyperbolicTangent, type Layer, rectify } from './layers.ts';
import { crossEntropy, type Loss, softmax, squaredError } from './losses.ts';
import { normalColumns, normals } from './random.ts';
import type { DownstreamKind, TheorySetup } from './setup.ts';

const INPUTS = 16;
const HIDDEN = 16;
const CLASSES = 4;
/** Keeps the size of rectified activations. */
const HIDDEN_GAIN = Math.SQRT2;
/** Makes the classes' shares differ, as in a network that has begun to learn. */
const LAST_GAIN = 3;
/** Variance of max(0, N(0, 1)). */
const RECTIFIED_VARIANCE = 0.5 - 0.5 / Math.PI;

/** One unit of the layer: its output over the minibatch and what BatchNorm makes of it. */
export interface Unit {
  y: Column;
  mu: number;
  sigma: number;
  gamma: number;
  beta: number;
  /** (y − μ)/σ */
  yHat: Column;
  /** γŷ + β */
  z: Column;
}

export interface TwoNetworks {
  setup: TheorySetup;
  /** A column an input. */
  inputs: Columns;
  /** W_0, a column of weights a unit. */
  weights: Columns;
  /** W*, at which the loss of the network without BatchNorm is smallest. */
  optimum: Columns;
  downstream: readonly Layer[];
  loss: Loss;
  units: readonly Unit[];
  /** The network without BatchNorm; its layer's output is z. */
  plain: Evaluated;
  /** The network with BatchNorm; its layer's output is y. */
  normalised: Evaluated;
}

/** γ and β of a unit with this mean and deviation. */
function affineOf({ affine, gamma }: TheorySetup, mu: number, sigma: number): [gamma: number, beta: number] {
  return affine === 'restoring' ? [sigma, mu] : [gamma, 0];
}

export function unitOf(setup: TheorySetup, y: Column): Unit {
  const mu = mean(y);
  const centred = mapped(y, (value) => value - mu);
  const sigma = Math.sqrt(squaredNorm(centred) / y.length);
  const [gamma, beta] = affineOf(setup, mu, sigma);
  const yHat = scaled(1 / sigma, centred);
  return { y, mu, sigma, gamma, beta, yHat, z: mapped(yHat, (value) => gamma * value + beta) };
}

export function batchNormOf(units: readonly Pick<Unit, 'gamma' | 'beta'>[]): Layer {
  return batchNorm(
    Float64Array.from(units, ({ gamma }) => gamma),
    Float64Array.from(units, ({ beta }) => beta),
  );
}

function randomDense(draw: () => number, outputs: number, inputs: number, gain: number): Layer {
  return dense(normalColumns(draw, outputs, inputs).map((row) => scaled(gain / Math.sqrt(inputs), row)));
}

function downstreamOf(kind: DownstreamKind, units: number, draw: () => number): Layer[] {
  if (kind === 'squared') return [randomDense(draw, CLASSES, units, 1)];
  if (kind === 'linear') return [randomDense(draw, CLASSES, units, LAST_GAIN)];
  const bend = kind === 'relu' ? rectify : hyperbolicTangent;
  const first = randomDense(draw, HIDDEN, units, HIDDEN_GAIN);
  const last = randomDense(draw, CLASSES, HIDDEN, LAST_GAIN);
  const ones = new Float64Array(HIDDEN).fill(1);
  const second = kind === 'batch' ? [batchNorm(ones, new Float64Array(HIDDEN))] : [];
  return [bend, first, ...second, bend, last];
}

/** Weights that lie about `distance` lengths of each unit's own away from them, in a random direction. */
function optimumNear(weights: Columns, distance: number, draw: () => number): Column[] {
  return weights.map((column) => {
    const [direction] = normalColumns(draw, 1, column.length) as [Column];
    const length = distance * Math.sqrt(squaredNorm(column) / column.length);
    return combine(1, column, length, direction);
  });
}

export function buildNetworks(setup: TheorySetup): TwoNetworks {
  const { samples, units: unitCount, seed } = setup;
  const inputs = normalColumns(normals(seed, 'inputs'), INPUTS, samples).map((column) =>
    mapped(column, (value) => Math.max(value, 0)),
  );
  const size = setup.scale / Math.sqrt(INPUTS * RECTIFIED_VARIANCE);
  const weights = normalColumns(normals(seed, 'layer'), unitCount, INPUTS).map((column) =>
    scaled(size, column),
  );
  const optimum = optimumNear(weights, setup.distance, normals(seed, 'optimum'));
  const downstream = downstreamOf(setup.downstream, unitCount, normals(seed, 'downstream'));
  const wanted = outputOf(downstream, multiply(optimum, inputs));
  const loss = setup.downstream === 'squared' ? squaredError(wanted) : crossEntropy(softmax(wanted));
  const outputs = multiply(weights, inputs);
  const units = outputs.map((y) => unitOf(setup, y));
  return {
    setup,
    inputs,
    weights,
    optimum,
    downstream,
    loss,
    units,
    plain: evaluate(
      downstream,
      loss,
      units.map(({ z }) => z),
    ),
    normalised: evaluate([batchNormOf(units), ...downstream], loss, outputs),
  };
}
