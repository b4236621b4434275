/**
 * jax-js on its own WebGPU device: forward pass, gradient and update are one jitted function. Of the ways to pool, a
 * maximum over a reshaped axis is among the fastest, and `lax.conv` beats products of shifted or gathered images.
 */
import {
  blockUntilReady,
  defaultDevice,
  getWebGPUDevice,
  init,
  jit,
  lax,
  nn,
  numpy as np,
  type OwnedFunction,
  tree,
  valueAndGrad,
} from '@jax-js/jax';
import { EPSILON, type NetworkLayer } from '../../network/network.ts';
import { type Competitor, type Trained, type TrainingRun, timedSteps } from './competitor.ts';
import { type BenchTask, LEARNING_RATE, tensorOf } from './task.ts';

/** A type alias, as jax-js asks of trees; one entry a convolution in each list. */
type Parameters = {
  kernels: np.Array[];
  gammas: np.Array[];
  betas: np.Array[];
  dense: np.Array;
  bias: np.Array;
};

type Step = (parameters: Parameters, x: np.Array, y: np.Array) => [Parameters, np.Array];

/** Over the axes batch, height and width of [batch, channels, height, width]. */
function batchNorm(x: np.Array, gamma: np.Array, beta: np.Array): np.Array {
  const mean = np.mean(x.ref, [0, 2, 3], { keepdims: true });
  const centred = x.sub(mean);
  const variance = np.mean(np.square(centred.ref), [0, 2, 3], { keepdims: true });
  return centred.mul(gamma.div(np.sqrt(variance.add(EPSILON)))).add(beta);
}

function maxPool(x: np.Array): np.Array {
  const [examples, channels, height, width] = x.shape as [number, number, number, number];
  return np.max(x.reshape([examples, channels, height / 2, 2, width / 2, 2]), [3, 5]);
}

/** Mean cross-entropy; every argument is given away, as jax-js asks. */
function lossOf(
  { network, batchSize }: BenchTask,
  parameters: Parameters,
  x: np.Array,
  y: np.Array,
): np.Array {
  const { kernels, gammas, betas, dense, bias } = parameters;
  let activation = x;
  for (const [i, { layer }] of network.layers.entries()) {
    if (layer.kind === 'dense') continue;
    const raw = lax.convGeneralDilated(activation, kernels[i]!, [1, 1], 'SAME');
    activation = nn.relu(batchNorm(raw, gammas[i]!, betas[i]!));
    if (layer.pooled) activation = maxPool(activation);
  }
  const logits = np.dot(activation.reshape([batchSize, -1]), dense).add(bias);
  const classes = network.layers.at(-1)!.layer.outputs;
  return nn
    .logSoftmax(logits)
    .mul(nn.oneHot(y, classes))
    .sum()
    .mul(-1 / batchSize);
}

function makeStep(task: BenchTask): OwnedFunction<Step> {
  const loss = (parameters: Parameters, x: np.Array, y: np.Array): np.Array => lossOf(task, parameters, x, y);
  const step: Step = (parameters, x, y) => {
    const [value, gradient] = valueAndGrad(loss)(tree.ref(parameters), x, y);
    const updated = tree.map(
      (parameter: np.Array, slope: np.Array) => parameter.sub(slope.mul(LEARNING_RATE)),
      parameters,
      gradient,
    );
    return [updated, value];
  };
  return jit(step) as OwnedFunction<Step>;
}

/** From [3, 3, inputs, outputs] to [outputs, inputs, 3, 3]. */
function convolutionKernel({ kernel, layer }: NetworkLayer, theta: Float32Array<ArrayBuffer>): np.Array {
  const { inputs, outputs } = layer;
  const from = tensorOf(theta, kernel);
  const values = new Float32Array(kernel.size);
  for (let output = 0; output < outputs; output++)
    for (let input = 0; input < inputs; input++)
      for (let tap = 0; tap < 9; tap++)
        values[(output * inputs + input) * 9 + tap] = from[(tap * inputs + input) * outputs + output]!;
  return np.array(values).reshape([outputs, inputs, 3, 3]);
}

/** Rows from the order (pixel, channel) to the order (channel, pixel), in which [batch, channels, H, W] flattens. */
function denseKernel(
  { kernel, layer }: NetworkLayer,
  channels: number,
  theta: Float32Array<ArrayBuffer>,
): np.Array {
  const { inputs, outputs } = layer;
  const pixels = inputs / channels;
  const from = tensorOf(theta, kernel);
  const values = new Float32Array(kernel.size);
  for (let row = 0; row < inputs; row++) {
    const source = (row % pixels) * channels + Math.floor(row / pixels);
    values.set(from.subarray(source * outputs, (source + 1) * outputs), row * outputs);
  }
  return np.array(values).reshape([inputs, outputs]);
}

function firstParameters({ network, theta }: BenchTask): Parameters {
  const convolutions = network.layers.slice(0, -1);
  const last = network.layers.at(-1)!;
  const perChannel = (tensor: NetworkLayer['gamma']): np.Array =>
    np.array(tensorOf(theta, tensor!)).reshape([tensor!.size, 1, 1]);
  return {
    kernels: convolutions.map((layer) => convolutionKernel(layer, theta)),
    gammas: convolutions.map(({ gamma }) => perChannel(gamma)),
    betas: convolutions.map(({ beta }) => perChannel(beta)),
    dense: denseKernel(last, convolutions.at(-1)!.layer.outputs, theta),
    bias: np.array(tensorOf(theta, last.bias!)),
  };
}

class JaxjsRun implements TrainingRun {
  private readonly task: BenchTask;
  private readonly step: OwnedFunction<Step>;
  private parameters: Parameters;
  private done = 0;

  constructor(task: BenchTask) {
    this.task = task;
    this.step = makeStep(task);
    this.parameters = firstParameters(task);
  }

  async train(steps: number): Promise<Trained> {
    const { results, javascriptMs } = timedSteps(steps, (): np.Array => this.update());
    const losses = await Promise.all(results.map(async (loss) => (await loss.data())[0]!));
    await blockUntilReady(this.parameters);
    return { losses, javascriptMs };
  }

  /** One step. Returns its loss. */
  private update(): np.Array {
    const { network, batchSize, minibatches } = this.task;
    const { x, y } = minibatches[this.done++ % minibatches.length]!;
    const [height, width, channels] = network.architecture.input;
    // One channel: NHWC and NCHW are the same numbers.
    const images = np.array(x).reshape([batchSize, channels, height, width]);
    const [updated, loss] = this.step(this.parameters, images, np.array(y, { dtype: np.int32 }));
    this.parameters = updated;
    return loss;
  }

  dispose(): void {
    tree.dispose(this.parameters);
    this.step.dispose();
  }
}

export class Jaxjs implements Competitor {
  readonly id = 'jaxjs';

  /** Rejects where jax-js finds no WebGPU. */
  static async open(): Promise<Jaxjs> {
    if (!(await init('webgpu')).includes('webgpu'))
      throw new Error('jax-js could not start its WebGPU backend.');
    defaultDevice('webgpu');
    return new Jaxjs();
  }

  async start(task: BenchTask): Promise<TrainingRun> {
    return new JaxjsRun(task);
  }

  close(): void {
    getWebGPUDevice().destroy();
  }
}
