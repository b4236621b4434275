/** What an experiment costs: floating-point operations and memory, worked out before anything runs. */
import { type Architecture, architectureOf, type Layer } from './architecture.ts';
import type { Experiment } from './experiment.ts';
import { probesInFloat64 } from './precision.ts';
import { type Variant, variantsOf } from './variants.ts';

export interface Cost {
  /** Trainable numbers in one network, normalisation included. */
  parameters: number;
  /** Floating-point operations of one gradient of one network (forward 1, backward 2). */
  flopsPerGradient: number;
  /** Gradient evaluations of the whole run, over all networks; a loss alone counts a third. */
  gradients: number;
  /** Those among them that the processor evaluates in float64, beside the device. */
  float64Gradients: number;
  /** Kernels that one gradient dispatches, a mean over the networks. */
  dispatchesPerGradient: number;
  flops: number;
  /** Bytes on the device: activations and their gradients, parameters, data. An estimate, on the high side. */
  bytes: number;
}

const BYTES_PER_FLOAT = 4;
/** Parameters and gradient, both at a probe, the next parameters, velocity, and room for four more. */
const VECTORS_PER_NETWORK = 10;
/** Of one network at a time: θ, three Lanczos vectors, the point and its gradient. */
const VECTORS_OF_SHARPNESS = 6;

function layerFlops(layer: Layer): number {
  return layer.kind === 'convolution'
    ? 2 * 9 * layer.height * layer.width * layer.inputs * layer.outputs
    : 2 * layer.inputs * layer.outputs;
}

function layerParameters(layer: Layer): number {
  const kernel = (layer.kind === 'convolution' ? 9 : 1) * layer.inputs * layer.outputs;
  return kernel + 2 * layer.outputs;
}

/** Activations that one example leaves behind in a layer: input, output before and after normalisation, their gradients. */
function layerActivations(layer: Layer): number {
  return layer.kind === 'convolution'
    ? layer.height * layer.width * (2 * layer.inputs + 4 * layer.outputs)
    : 2 * layer.inputs + 4 * layer.outputs;
}

/**
 * What one example leaves behind in a layer while sharpness is measured: one word for four channels of its output, and one
 * for four channels before pooling, which only l1 and linf need.
 */
function layerChoices(layer: Layer): number {
  const words = Math.ceil(layer.outputs / 4);
  if (layer.kind === 'dense') return 2 * words;
  return layer.height * layer.width * words * (layer.pooled ? 1.25 : 2);
}

/** Kernels of one layer, forward and backward, as the fused engine records them. */
function layerDispatches(layer: Layer, isNormalised: boolean): number {
  if (layer.kind === 'convolution') return isNormalised ? 10 : 6;
  return isNormalised && layer.normalised ? 4 : 2;
}

function meanDispatches(architecture: Architecture, variants: readonly Variant[]): number {
  const all = variants.map(({ norm }) =>
    sum(architecture, (layer) => layerDispatches(layer, norm !== 'none' && norm !== 'noisy-none')),
  );
  return all.reduce((total, count) => total + count, 0) / all.length;
}

function sum(architecture: Architecture, of: (layer: Layer) => number): number {
  return architecture.layers.reduce((total, layer) => total + of(layer), 0);
}

/** Four a product, at most; and a forward pass that finds the piece of the loss. */
function gradientsOfSharpness({ sharpnessIterations }: Experiment): number {
  return sharpnessIterations > 0 ? 4 * sharpnessIterations + 1 / 3 : 0;
}

/** The cost of a checked experiment. Throws where its network does not exist. */
export function costOf(experiment: Experiment): Cost {
  const parsed = architectureOf(experiment.network, experiment.dataset);
  if (!parsed.ok) throw new RangeError(parsed.message);
  const architecture = parsed.value;
  const batch = experiment.batchSize === 'full' ? experiment.trainExamples : experiment.batchSize;
  const variants = variantsOf(experiment.variants);
  const networks = variants.length * experiment.seeds;
  const probes = Math.floor(experiment.steps / experiment.probeEvery) + 1;
  const perProbe =
    experiment.probeSteps.length * (1 + experiment.randomDirections) +
    experiment.fineSteps.length +
    experiment.icsLayers.length +
    gradientsOfSharpness(experiment) +
    (experiment.activationLayers.length > 0 ? 1 / 3 : 0);
  // There the gradient at the probe's own point is computed once more.
  const float64Gradients = probesInFloat64(experiment) ? networks * probes * (perProbe + 1) : 0;
  const tests = experiment.testExamples > 0 ? Math.floor(experiment.steps / experiment.testEvery) + 1 : 0;
  const gradients =
    (float64Gradients || networks * probes * perProbe) +
    networks *
      (experiment.steps + (tests * experiment.testExamples) / batch / 3 + experiment.flatnessPoints ** 2 / 3);
  const flopsPerGradient = 3 * batch * sum(architecture, layerFlops);
  const parameters = sum(architecture, layerParameters);
  const [height, width, channels] = architecture.input;
  return {
    parameters,
    flopsPerGradient,
    gradients: Math.round(gradients),
    float64Gradients: Math.round(float64Gradients),
    dispatchesPerGradient: meanDispatches(architecture, variants),
    flops: gradients * flopsPerGradient,
    bytes:
      BYTES_PER_FLOAT *
      (batch * (sum(architecture, layerActivations) + 4 * height * width * channels) +
        networks * VECTORS_PER_NETWORK * parameters +
        (experiment.sharpnessIterations > 0 && float64Gradients === 0
          ? batch * sum(architecture, layerChoices) + VECTORS_OF_SHARPNESS * parameters
          : 0)),
  };
}
