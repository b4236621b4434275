/** The layers of a network in plain TensorFlow.js ops: what the definitions say, differentiated by the tape. */
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import * as tf from '@tensorflow/tfjs-core';
import type { ConvolutionLayer } from '../../experiment/architecture.ts';
import { EPSILON, type Normalisation } from '../../network/network.ts';

/** Statistics of the sets that share a mean and a spread, shaped to broadcast against the activations. */
export interface SetStatistics {
  mean: tf.Tensor;
  /** Variance (batch, layer, group), mean |y| (l1), mean y² (l2) or max |y| (linf). */
  spread: tf.Tensor;
}

/** The same values without a gradient. */
const stopGradient = tf.customGrad((x) => ({
  value: tf.clone(x as tf.Tensor),
  gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
})) as (x: tf.Tensor) => tf.Tensor;

/** input [n, H, W, inputs], kernel [3, 3, inputs, outputs] */
export function convolve(input: tf.Tensor, kernel: tf.Tensor): tf.Tensor {
  return tf.conv2d(input as tf.Tensor4D, kernel as tf.Tensor4D, 1, 'same');
}

/** 2x2, stride 2, odd sizes rounded up */
export function maxPool(input: tf.Tensor): tf.Tensor {
  return tf.maxPool(input as tf.Tensor4D, 2, 2, 'same');
}

/** y [rows, channels] of examples with `pixels` rows each -> y in a shape whose `axes` hold one set. */
function groupIntoSets(
  { overBatch, groups }: Normalisation,
  y: tf.Tensor,
  pixels: number,
): { grouped: tf.Tensor; axes: number[] } {
  const [rows = 1, channels = 1] = y.shape;
  if (overBatch) return { grouped: y, axes: [0] };
  return { grouped: tf.reshape(y, [rows / pixels, pixels, groups, channels / groups]), axes: [1, 3] };
}

function statisticsOf(statistic: Normalisation['statistic'], y: tf.Tensor, axes: number[]): SetStatistics {
  const mean = tf.mean(y, axes, true);
  switch (statistic) {
    case 'l1':
      return { mean, spread: tf.mean(tf.abs(y), axes, true) };
    case 'l2':
      return { mean, spread: tf.mean(tf.square(y), axes, true) };
    case 'linf':
      return { mean, spread: largestMagnitude(y, axes) };
    default:
      return { mean, spread: tf.mean(tf.square(tf.sub(y, mean)), axes, true) };
  }
}

/** max |y|; where it occurs several times, its gradient is shared evenly. */
function largestMagnitude(y: tf.Tensor, axes: number[]): tf.Tensor {
  const largest = tf.customGrad((input, save) => {
    const given = input as tf.Tensor;
    (save as (tensors: tf.Tensor[]) => void)([given]);
    return {
      value: tf.max(tf.abs(given), axes, true),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const magnitude = tf.abs(saved[0]!);
        const isLargest = tf.cast(tf.equal(magnitude, tf.max(magnitude, axes, true)), 'float32');
        const share = tf.div(isLargest, tf.sum(isLargest, axes, true));
        return tf.mul(dy, tf.mul(share, tf.sign(saved[0]!)));
      },
    };
  });
  return largest(y);
}

function inverseScale(statistic: Normalisation['statistic'], spread: tf.Tensor): tf.Tensor {
  const shifted = tf.add(spread, EPSILON);
  return statistic === 'l1' || statistic === 'linf' ? tf.reciprocal(shifted) : tf.rsqrt(shifted);
}

/** ∂spread/∂y of l1 and linf at y, in the shape of the sets. */
export function spreadSlope(normalisation: Normalisation, y: tf.Tensor, pixels: number): tf.Tensor {
  const { grouped, axes } = groupIntoSets(normalisation, y, pixels);
  return tf.grad((values) => tf.sum(statisticsOf(normalisation.statistic, values, axes).spread))(grouped);
}

/** Normalises with max |y| or mean |y| as they are on the smooth piece where they have this slope. */
export function normaliseWithSlope(
  normalisation: Normalisation,
  y: tf.Tensor,
  pixels: number,
  slope: tf.Tensor,
): { output: tf.Tensor; statistics: SetStatistics } {
  const { grouped, axes } = groupIntoSets(normalisation, y, pixels);
  // Both are of degree 1 in y.
  const statistics = {
    mean: tf.mean(grouped, axes, true),
    spread: tf.sum(tf.mul(grouped, slope), axes, true),
  };
  return normalise(normalisation, y, pixels, statistics);
}

/** Adds up the 2x2 windows of [n, H, W, C], odd sizes rounded up. */
export function sumPool(input: tf.Tensor): tf.Tensor {
  const [n = 1, height = 1, width = 1, channels = 1] = input.shape;
  const [rows, columns] = [Math.ceil(height / 2), Math.ceil(width / 2)];
  const padded = tf.pad(input, [
    [0, 0],
    [0, height % 2],
    [0, width % 2],
    [0, 0],
  ]);
  const joinedRows = tf.sum(tf.reshape(padded, [n * rows, 2, 2 * columns * channels]), 1);
  const joined = tf.sum(tf.reshape(joinedRows, [n * rows * columns, 2, channels]), 1);
  return tf.reshape(joined, [n, rows, columns, channels]);
}

/** Normalises y [rows, channels] by its own statistics, or by given ones [1, channels]. */
export function normalise(
  normalisation: Normalisation,
  y: tf.Tensor,
  pixels: number,
  given?: SetStatistics,
): { output: tf.Tensor; statistics: SetStatistics } {
  const { grouped, axes } = groupIntoSets(normalisation, y, pixels);
  const measured = given ?? statisticsOf(normalisation.statistic, grouped, axes);
  const statistics = normalisation.stopped
    ? { mean: stopGradient(measured.mean), spread: stopGradient(measured.spread) }
    : measured;
  const centred = tf.sub(grouped, statistics.mean);
  const output = tf.reshape(
    tf.mul(centred, inverseScale(normalisation.statistic, statistics.spread)),
    y.shape,
  );
  return { output, statistics };
}

/** Mean softmax cross-entropy and the share of correct answers. output [n, classes], labels int32 [n] */
export function crossEntropy(output: tf.Tensor, labels: tf.Tensor): { loss: tf.Tensor; accuracy: tf.Tensor } {
  const classes = output.shape[1]!;
  const oneHot = tf.oneHot(tf.cast(labels, 'int32') as tf.Tensor1D, classes);
  const loss = tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(output as tf.Tensor2D), oneHot), 1)));
  const correct = tf.equal(tf.argMax(output, 1), tf.cast(labels, 'int32'));
  return { loss, accuracy: tf.mean(tf.cast(correct, 'float32')) };
}

/** ½‖output − target‖² summed over the examples. */
export function halfSquaredError(output: tf.Tensor, target: tf.Tensor): tf.Tensor {
  return tf.mul(tf.sum(tf.square(tf.sub(output, target))), 0.5);
}

export function isPooled(layer: { kind: string }): layer is ConvolutionLayer {
  return layer.kind === 'convolution' && (layer as ConvolutionLayer).pooled;
}
