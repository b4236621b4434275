/**
 * Stock TensorFlow.js on its own WebGPU device: eager operations, `Optimizer.minimize`, no flag changed. BatchNorm is
 * written out in elementary operations, whose gradients take less time than those of `tf.batchNorm`.
 */
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '@tensorflow/tfjs-backend-webgpu';
import {
  add,
  backend,
  conv2d,
  findBackendFactory,
  losses as lossFunctions,
  matMul,
  maxPool,
  moments,
  mul,
  oneHot,
  registerBackend,
  relu,
  removeBackend,
  reshape,
  rsqrt,
  type Scalar,
  type SGDOptimizer,
  setBackend,
  sub,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  tensor,
  tensor1d,
  tidy,
  train,
  type Variable,
  variable,
} from '@tensorflow/tfjs-core';
import { EPSILON, type NetworkLayer, type ParameterTensor } from '../../network/network.ts';
import { type Competitor, type Trained, type TrainingRun, timedSteps } from './competitor.ts';
import { type BenchTask, LEARNING_RATE, tensorOf } from './task.ts';

class TfjsRun implements TrainingRun {
  private readonly task: BenchTask;
  private readonly variables: ReadonlyMap<ParameterTensor, Variable>;
  private readonly optimizer: SGDOptimizer = train.sgd(LEARNING_RATE);
  private done = 0;

  constructor(task: BenchTask) {
    this.task = task;
    const make = (parameter: ParameterTensor): Variable =>
      tidy(() => variable(tensor(tensorOf(task.theta, parameter), parameter.shape)));
    this.variables = new Map(task.network.parameters.map((parameter) => [parameter, make(parameter)]));
  }

  async train(steps: number): Promise<Trained> {
    const { results, javascriptMs } = timedSteps(steps, () => this.step());
    const losses = await Promise.all(results.map((loss) => loss.data()));
    for (const loss of results) loss.dispose();
    return { losses: losses.map(([loss]) => loss!), javascriptMs };
  }

  private step(): Scalar {
    const { network, batchSize, minibatches } = this.task;
    const { x, y } = minibatches[this.done++ % minibatches.length]!;
    const classes = network.layers.at(-1)!.layer.outputs;
    return tidy(() => {
      const images = tensor(x, [batchSize, ...network.architecture.input]) as Tensor4D;
      const labels = oneHot(tensor1d(y, 'int32'), classes);
      const loss = (): Scalar => lossFunctions.softmaxCrossEntropy(labels, this.logits(images));
      return this.optimizer.minimize(loss, true)!;
    });
  }

  private logits(images: Tensor4D): Tensor {
    return this.task.network.layers.reduce<Tensor>((x, layer) => this.block(x, layer), images);
  }

  private block(x: Tensor, { layer, kernel, gamma, beta, bias }: NetworkLayer): Tensor {
    const weights = this.variables.get(kernel)!;
    if (layer.kind === 'dense') {
      const flat: Tensor2D = reshape(x, [this.task.batchSize, layer.inputs]);
      return add(matMul(flat, weights as Tensor2D), this.variables.get(bias!)!);
    }
    const raw = conv2d(x as Tensor4D, weights as Tensor4D, 1, 'same');
    const { mean, variance } = moments(raw, [0, 1, 2]);
    const scale = mul(this.variables.get(gamma!)!, rsqrt(add(variance, EPSILON)));
    const activated = relu(add(mul(sub(raw, mean), scale), this.variables.get(beta!) as Tensor1D));
    return layer.pooled ? maxPool(activated as Tensor4D, 2, 2, 'same') : activated;
  }

  dispose(): void {
    for (const each of this.variables.values()) each.dispose();
    this.optimizer.dispose();
  }
}

/** A new backend for each network: the buffers that tfjs keeps for reuse would pile up from size to size. */
export class Tfjs implements Competitor {
  readonly id = 'tfjs';
  private readonly factory = findBackendFactory('webgpu');
  private device: GPUDevice | null = null;

  async start(task: BenchTask): Promise<TrainingRun> {
    this.close();
    registerBackend('webgpu', this.factory);
    if (!(await setBackend('webgpu'))) throw new Error('TensorFlow.js could not start its WebGPU backend.');
    this.device = (backend() as unknown as { device: GPUDevice }).device;
    return new TfjsRun(task);
  }

  close(): void {
    removeBackend('webgpu');
    this.device?.destroy();
    this.device = null;
  }
}
