/** One network forward in plain TensorFlow.js ops, from flat parameters and one minibatch to the loss. */
import * as tf from '@tensorflow/tfjs-core';
import type { Network, NetworkLayer, ParameterTensor } from '../../network/network.ts';
import {
  convolve,
  crossEntropy,
  halfSquaredError,
  isPooled,
  maxPool,
  normalise,
  normaliseWithSlope,
  type SetStatistics,
  spreadSlope,
  sumPool,
} from './layers.ts';

export interface NoiseTensors {
  shift: tf.Tensor;
  scale: tf.Tensor;
}

/** What one layer chooses on a smooth piece of the loss. */
export interface LayerPiece {
  /** 1 where an activation passes ReLU and pooling, else 0; null where the layer has neither. */
  passes: tf.Tensor | null;
  /** ∂spread/∂y of l1 and linf. */
  slope: tf.Tensor | null;
  /** Where the backward pass takes them as constants. */
  stopped: SetStatistics | null;
}

export interface ForwardInput {
  theta: tf.Tensor1D;
  /** [n, H, W, C] */
  x: tf.Tensor;
  y: tf.Tensor;
  /** By layer; null where a layer has none, or in evaluation. */
  noise: (NoiseTensors | null)[];
  /** Normalise with these instead of the minibatch's own statistics. */
  running: tf.Tensor1D | null;
  /** By layer: keep to this smooth piece of the loss. */
  piece?: readonly LayerPiece[];
}

export interface ForwardOutput {
  loss: tf.Scalar;
  accuracy: tf.Scalar;
  /** The minibatch's statistics in the layout of the statistics vector. */
  statistics: tf.Tensor[];
  /** [rows, channels] of every layer, after normalisation and noise, before the ReLU. */
  activations: tf.Tensor[];
  /** By layer, the normalisation's input [rows, channels]. */
  raws: tf.Tensor[];
}

type Parameters = Map<ParameterTensor, tf.Tensor>;

function unpack(network: Network, theta: tf.Tensor1D): Parameters {
  const parts = tf.split(
    theta,
    network.parameters.map((tensor) => tensor.size),
  );
  return new Map(network.parameters.map((tensor, i) => [tensor, tf.reshape(parts[i]!, tensor.shape)]));
}

/** Loss and accuracy; differentiable in theta. */
export function forward(network: Network, input: ForwardInput): ForwardOutput {
  const parameters = unpack(network, input.theta);
  const examples = input.x.shape[0]!;
  const statistics: tf.Tensor[] = [];
  const activations: tf.Tensor[] = [];
  const raws: tf.Tensor[] = [];
  let activation = input.x;
  for (const [index, built] of network.layers.entries()) {
    const { layer } = built;
    const raw = linear(built, activation, parameters, examples);
    const rows = tf.reshape(raw, [examples * built.pixels, layer.outputs]);
    raws.push(rows);
    const normalised = normaliseLayer(built, rows, input, input.piece?.[index], statistics, parameters);
    const noise = input.noise[index];
    const noisy = noise ? tf.add(tf.mul(noise.scale, normalised), noise.shift) : normalised;
    activations.push(noisy);
    activation = tf.reshape(noisy, raw.shape);
    activation = rectifyAndPool(built, activation, input.piece?.[index]);
  }
  const penalty = weightPenalty(network, parameters);
  const { loss, accuracy } =
    network.architecture.loss === 'cross-entropy'
      ? crossEntropy(activation, input.y)
      : { loss: halfSquaredError(activation, input.y), accuracy: tf.scalar(Number.NaN) };
  return {
    loss: (penalty ? tf.add(loss, penalty) : loss) as tf.Scalar,
    accuracy: accuracy as tf.Scalar,
    statistics,
    activations,
    raws,
  };
}

function rectifyAndPool({ layer }: NetworkLayer, z: tf.Tensor, piece?: LayerPiece): tf.Tensor {
  if (piece) {
    const passed = piece.passes ? tf.mul(z, piece.passes) : z;
    return isPooled(layer) ? sumPool(passed) : passed;
  }
  const rectified = layer.kind === 'convolution' || layer.rectified ? tf.relu(z) : z;
  return isPooled(layer) ? maxPool(rectified) : rectified;
}

/** The smooth piece of the loss around θ, layer by layer. */
export function pieceAt(network: Network, input: ForwardInput): LayerPiece[] {
  const { raws, activations } = forward(network, input);
  return network.layers.map((built, index): LayerPiece => {
    const { layer, normalisation, pixels } = built;
    const z =
      layer.kind === 'convolution'
        ? tf.reshape(activations[index]!, [-1, layer.height, layer.width, layer.outputs])
        : activations[index]!;
    const raw = raws[index]!;
    const statistic = normalisation?.statistic;
    const isKinked = (statistic === 'l1' || statistic === 'linf') && !normalisation?.stopped;
    return {
      passes:
        layer.kind === 'convolution' || layer.rectified
          ? tf.grad((values) => tf.sum(rectifyAndPool(built, values)))(z)
          : null,
      slope: isKinked ? spreadSlope(normalisation!, raw, pixels) : null,
      stopped: normalisation?.stopped ? normalise(normalisation, raw, pixels).statistics : null,
    };
  });
}

function linear(built: NetworkLayer, input: tf.Tensor, parameters: Parameters, examples: number): tf.Tensor {
  const kernel = parameters.get(built.kernel)!;
  if (built.layer.kind === 'convolution') return convolve(input, kernel);
  const product = tf.matMul(tf.reshape(input, [examples, built.layer.inputs]), kernel);
  return built.bias ? tf.add(product, parameters.get(built.bias)!) : product;
}

function normaliseLayer(
  { normalisation, pixels, statisticsOffset: offset, layer, gamma, beta }: NetworkLayer,
  rows: tf.Tensor,
  { running }: ForwardInput,
  piece: LayerPiece | undefined,
  collected: tf.Tensor[],
  parameters: Parameters,
): tf.Tensor {
  if (!normalisation) return rows;
  const channels = layer.outputs;
  const given =
    running && offset !== null
      ? {
          mean: tf.reshape(tf.slice(running, offset, channels), [1, channels]),
          spread: tf.reshape(tf.slice(running, offset + channels, channels), [1, channels]),
        }
      : undefined;
  const { output, statistics } = piece?.slope
    ? normaliseWithSlope(normalisation, rows, pixels, piece.slope)
    : normalise(normalisation, rows, pixels, piece?.stopped ?? given);
  if (offset !== null)
    collected.push(tf.reshape(statistics.mean, [channels]), tf.reshape(statistics.spread, [channels]));
  if (!gamma || !beta) return output;
  return tf.add(tf.mul(output, parameters.get(gamma)!), parameters.get(beta)!);
}

/** (weightDecay/2)·Σ‖kernel‖², or null where there is none. */
function weightPenalty(network: Network, parameters: Parameters): tf.Tensor | null {
  if (network.weightDecay === 0) return null;
  const squares = network.layers.map(({ kernel }) => tf.sum(tf.square(parameters.get(kernel)!)));
  return tf.mul(tf.addN(squares), network.weightDecay / 2);
}
