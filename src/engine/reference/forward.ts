/** One network forward in plain TensorFlow.js ops, from flat parameters and one minibatch to the loss. */
import * as tf from '@tensorflow/tfjs-core';
import type { Network, NetworkLayer, ParameterTensor } from '../../network/network.ts';
import { convolve, crossEntropy, halfSquaredError, isPooled, maxPool, normalise } from './layers.ts';

export interface NoiseTensors {
  shift: tf.Tensor;
  scale: tf.Tensor;
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
}

export interface ForwardOutput {
  loss: tf.Scalar;
  accuracy: tf.Scalar;
  /** The minibatch's statistics in the layout of the statistics vector. */
  statistics: tf.Tensor[];
  /** [rows, channels] of every layer, after normalisation and noise, before the ReLU. */
  activations: tf.Tensor[];
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
  let activation = input.x;
  for (const [index, built] of network.layers.entries()) {
    const { layer } = built;
    const raw = linear(built, activation, parameters, examples);
    const rows = tf.reshape(raw, [examples * built.pixels, layer.outputs]);
    const normalised = normaliseLayer(built, rows, input.running, statistics, parameters);
    const noise = input.noise[index];
    const noisy = noise ? tf.add(tf.mul(noise.scale, normalised), noise.shift) : normalised;
    activations.push(noisy);
    activation = tf.reshape(noisy, raw.shape);
    if (layer.kind === 'convolution' || layer.rectified) activation = tf.relu(activation);
    if (isPooled(layer)) activation = maxPool(activation);
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
  };
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
  running: tf.Tensor1D | null,
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
  const { output, statistics } = normalise(normalisation, rows, pixels, given);
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
