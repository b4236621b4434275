/** One network forward and backward in float64 on the CPU, layer by layer. */

import {
  type Network,
  type NetworkLayer,
  type ParameterTensor,
  RUNNING_WEIGHT,
} from '../../network/network.ts';
import { layerNoise } from '../../network/noise.ts';
import type { BatchData, LossAndAccuracy } from '../model.ts';
import { convolve, convolveBackward } from './convolution.ts';
import { multiply, multiplyBackward } from './dense.ts';
import { crossEntropy, type Evaluated, halfSquaredError } from './loss.ts';
import { type Normalised, normalise, normaliseBackward, normaliseOn, type Shape } from './normalise.ts';
import { choose, maxPool, maxPoolBackward, type Pooled } from './pool.ts';

/** What a layer keeps for its backward pass. */
export interface Trace {
  input: Float64Array;
  /** Before the normalisation. */
  raw: Float64Array;
  normalised: Normalised | null;
  noiseScale: Float32Array | null;
  /** After normalisation and noise, before the ReLU. */
  activation: Float64Array;
  pooled: Pooled | null;
  /** The pass whose choices of ReLU, maximum and sign this one keeps to. */
  there: Trace | null;
}

export interface ForwardMode {
  /** Keep to the smooth piece that this pass was on. */
  piece?: readonly Trace[];
  /** Running statistics to normalise with (evaluation), or to update (training). */
  running?: Float64Array;
  evaluation?: boolean;
}

const part = (vector: Float64Array, tensor: ParameterTensor): Float64Array =>
  vector.subarray(tensor.offset, tensor.offset + tensor.size);

function shapeOf({ pixels, layer }: NetworkLayer, examples: number): Shape {
  return { rows: examples * pixels, channels: layer.outputs, pixels };
}

/** Loss and gradient of one network in float64; the arithmetic is the definition that the GPU engines are checked against. */
export class Float64Network {
  readonly network: Network;

  constructor(network: Network) {
    this.network = network;
  }

  /** Loss and accuracy at θ; adds the gradient to `gradient` where given. */
  run(
    theta: Float64Array,
    batch: BatchData,
    gradient: Float64Array | null,
    mode: ForwardMode = {},
  ): LossAndAccuracy {
    const { traces, output } = this.forward(theta, batch, mode);
    const evaluated = this.evaluate(output, batch);
    if (gradient) this.backward(theta, traces, evaluated.gradient, gradient, batch.count);
    return { loss: evaluated.loss + this.penalty(theta, gradient), accuracy: evaluated.accuracy };
  }

  /** The normalised, noisy activations before the ReLU of every layer: [examples · pixels, channels]. */
  activations(theta: Float64Array, batch: BatchData): Float64Array[] {
    return this.forward(theta, batch, {}).traces.map((trace) => trace.activation);
  }

  /** The pass at θ, which tells the smooth piece of the loss there. */
  piece(theta: Float64Array, batch: BatchData): Trace[] {
    return this.forward(theta, batch, {}).traces;
  }

  private forward(
    theta: Float64Array,
    batch: BatchData,
    mode: ForwardMode,
  ): { traces: Trace[]; output: Float64Array } {
    const [height, width, channels] = this.network.architecture.input;
    let output: Float64Array = Float64Array.from(
      batch.x.subarray(0, batch.count * height * width * channels),
    );
    const traces = this.network.layers.map((layer, index) => {
      const trace = this.layerForward(layer, index, output, theta, batch, mode);
      output = trace.activation;
      if (layer.layer.kind === 'convolution' || layer.layer.rectified) output = rectify(trace);
      if (layer.layer.kind === 'convolution' && layer.layer.pooled) {
        const chosen = trace.there?.pooled;
        trace.pooled = chosen ? choose(chosen, output) : maxPool(layer.layer, output, batch.count);
        output = trace.pooled.output;
      }
      return trace;
    });
    return { traces, output };
  }

  private layerForward(
    built: NetworkLayer,
    index: number,
    input: Float64Array,
    theta: Float64Array,
    batch: BatchData,
    mode: ForwardMode,
  ): Trace {
    const { layer, kernel, bias } = built;
    const raw =
      layer.kind === 'convolution'
        ? convolve(layer, input, part(theta, kernel), batch.count)
        : multiply(layer, input, part(theta, kernel), bias && part(theta, bias), batch.count);
    const there = mode.piece?.[index] ?? null;
    const normalised = this.normalise(built, raw, batch.count, mode, there);
    let activation = normalised ? this.affine(built, normalised.output, theta) : raw;
    let noiseScale: Float32Array | null = null;
    if (built.noisy && !mode.evaluation) {
      const { noise, seed } = this.network;
      const drawn = layerNoise(noise, seed, index, batch.step, batch.count * built.pixels, layer.outputs);
      noiseScale = drawn.scale;
      activation = activation.map((z, i) => drawn.scale[i]! * z + drawn.shift[i]!);
    }
    return { input, raw, normalised, noiseScale, activation, pooled: null, there };
  }

  private normalise(
    built: NetworkLayer,
    raw: Float64Array,
    examples: number,
    mode: ForwardMode,
    there: Trace | null,
  ): Normalised | null {
    const { normalisation, statisticsOffset: offset, layer } = built;
    if (!normalisation) return null;
    if (there?.normalised)
      return normaliseOn(normalisation, raw, shapeOf(built, examples), {
        raw: there.raw,
        normalised: there.normalised,
      });
    if (!mode.running || offset === null) return normalise(normalisation, raw, shapeOf(built, examples));
    const mean = mode.running.subarray(offset, offset + layer.outputs);
    const spread = mode.running.subarray(offset + layer.outputs, offset + 2 * layer.outputs);
    if (mode.evaluation) return normalise(normalisation, raw, shapeOf(built, examples), { mean, spread });
    const result = normalise(normalisation, raw, shapeOf(built, examples));
    for (const [running, now] of [
      [mean, result.statistics.mean],
      [spread, result.statistics.spread],
    ] as const)
      for (let j = 0; j < running.length; j++) running[j]! += RUNNING_WEIGHT * (now[j]! - running[j]!);
    return result;
  }

  private affine(
    { gamma, beta, layer }: NetworkLayer,
    normalised: Float64Array,
    theta: Float64Array,
  ): Float64Array {
    if (!gamma || !beta) return normalised;
    const [scale, shift] = [part(theta, gamma), part(theta, beta)];
    const result = new Float64Array(normalised.length);
    for (let first = 0; first < result.length; first += layer.outputs)
      for (let j = 0; j < layer.outputs; j++)
        result[first + j] = scale[j]! * normalised[first + j]! + shift[j]!;
    return result;
  }

  private evaluate(output: Float64Array, batch: BatchData): Evaluated {
    return this.network.architecture.loss === 'cross-entropy'
      ? crossEntropy(output, batch.y, batch.count)
      : halfSquaredError(output, batch.y);
  }

  /** (weightDecay/2)·Σ‖kernel‖², whose gradient is added where asked for. */
  private penalty(theta: Float64Array, gradient: Float64Array | null): number {
    const { weightDecay, layers } = this.network;
    let squares = 0;
    for (const { kernel } of layers)
      for (let i = kernel.offset; i < kernel.offset + kernel.size; i++) {
        squares += theta[i]! ** 2;
        if (gradient) gradient[i]! += weightDecay * theta[i]!;
      }
    return (weightDecay / 2) * squares;
  }

  private backward(
    theta: Float64Array,
    traces: Trace[],
    outputGradient: Float64Array,
    gradient: Float64Array,
    examples: number,
  ): void {
    let incoming: Float64Array = outputGradient;
    for (const [index, built] of [...this.network.layers.entries()].reverse()) {
      const { layer, kernel, bias } = built;
      const trace = traces[index]!;
      if (trace.pooled) incoming = maxPoolBackward(trace.pooled, incoming, trace.activation.length);
      if (layer.kind === 'convolution' || layer.rectified)
        incoming = incoming.map((value, i) => ((trace.there ?? trace).activation[i]! > 0 ? value : 0));
      const { noiseScale } = trace;
      if (noiseScale) incoming = incoming.map((value, i) => value * noiseScale[i]!);
      if (trace.normalised)
        incoming = this.normalisationBackward(built, trace, incoming, theta, gradient, examples);
      const weights = part(theta, kernel);
      const weightGradient = part(gradient, kernel);
      incoming =
        layer.kind === 'convolution'
          ? convolveBackward(layer, trace.input, weights, incoming, weightGradient, examples)
          : multiplyBackward(
              layer,
              trace.input,
              weights,
              incoming,
              weightGradient,
              bias && part(gradient, bias),
              examples,
            );
    }
  }

  private normalisationBackward(
    built: NetworkLayer,
    trace: Trace,
    incoming: Float64Array,
    theta: Float64Array,
    gradient: Float64Array,
    examples: number,
  ): Float64Array {
    const { normalisation, gamma, beta } = built;
    const normalised = trace.normalised!;
    const inner =
      gamma && beta
        ? affineBackward(
            normalised.output,
            incoming,
            part(theta, gamma),
            part(gradient, gamma),
            part(gradient, beta),
          )
        : incoming;
    return normaliseBackward(normalisation!, trace.raw, normalised, inner, shapeOf(built, examples));
  }
}

function rectify({ activation, there }: Trace): Float64Array {
  if (!there) return activation.map((z) => Math.max(z, 0));
  return activation.map((z, i) => (there.activation[i]! > 0 ? z : 0));
}

/** Adds the gradients of γ and β, one a channel, and returns that of what they are applied to. */
function affineBackward(
  output: Float64Array,
  incoming: Float64Array,
  gamma: Float64Array,
  gammaGradient: Float64Array,
  betaGradient: Float64Array,
): Float64Array {
  const channels = gamma.length;
  const result = new Float64Array(incoming.length);
  for (let j = 0; j < channels; j++) {
    const scale = gamma[j]!;
    let [along, sum] = [0, 0];
    for (let i = j; i < incoming.length; i += channels) {
      const value = incoming[i]!;
      along += value * output[i]!;
      sum += value;
      result[i] = value * scale;
    }
    gammaGradient[j]! += along;
    betaGradient[j]! += sum;
  }
  return result;
}
