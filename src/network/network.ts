/** What a network is: its layers, where it normalises, and where every parameter lies in one flat vector. */
import { type Architecture, architectureOf, type Layer } from '../experiment/architecture.ts';
import type { Experiment } from '../experiment/experiment.ts';
import type { Variant } from '../experiment/variants.ts';

/** Added to variances and norms before dividing by them. The paper gives none; ours. */
export const EPSILON = 1e-5;
/** Weight of the newest minibatch in the running statistics. The paper gives none; ours. */
export const RUNNING_WEIGHT = 0.1;
const MOST_GROUPS = 8;

export type Statistic = 'batch' | 'l1' | 'l2' | 'linf' | 'layer' | 'group';

export interface Normalisation {
  statistic: Statistic;
  /** Groups of channels normalised together, for `group`; 1 otherwise. */
  groups: number;
  /** Statistics are constants in the backward pass. */
  stopped: boolean;
  /** Whether statistics run over the minibatch, so that running ones are needed for evaluation. */
  overBatch: boolean;
}

/** A tensor inside the flat parameter vector. */
export interface ParameterTensor {
  /** As in probe bundles: `conv1/kernel`. */
  name: string;
  role: 'kernel' | 'gamma' | 'beta' | 'bias';
  shape: number[];
  offset: number;
  size: number;
}

export interface NetworkLayer {
  layer: Layer;
  /** Height and width of the layer's output before pooling, 1x1 for dense layers. */
  pixels: number;
  normalisation: Normalisation | null;
  /** Whether Algorithm 1's noise follows. */
  noisy: boolean;
  kernel: ParameterTensor;
  gamma: ParameterTensor | null;
  beta: ParameterTensor | null;
  bias: ParameterTensor | null;
  /** Where this layer's running mean and, right after it, running spread begin in the statistics vector. */
  statisticsOffset: number | null;
}

export interface NoiseSettings {
  nMu: number;
  nSigma: number;
  rMu: number;
  rSigma: number;
}

export interface Network {
  architecture: Architecture;
  variant: Variant;
  layers: NetworkLayer[];
  parameters: ParameterTensor[];
  /** Length of the flat parameter vector. */
  size: number;
  /** Length of the statistics vector: mean and spread of every layer that normalises over the minibatch. */
  statisticsSize: number;
  weightDecay: number;
  noise: NoiseSettings;
  seed: number;
}

const STATISTICS: Record<Variant['norm'], Statistic | null> = {
  none: null,
  'noisy-none': null,
  batch: 'batch',
  'noisy-batch': 'batch',
  l1: 'l1',
  l2: 'l2',
  linf: 'linf',
  layer: 'layer',
  group: 'group',
};

/** The largest number of groups, at most eight and of at least two channels each, that divides the channels. */
function groupsOf(channels: number): number {
  let groups = Math.max(1, Math.min(MOST_GROUPS, Math.floor(channels / 2)));
  while (channels % groups !== 0) groups--;
  return groups;
}

function normalisationAt(variant: Variant, layers: readonly Layer[], index: number): Normalisation | null {
  const statistic = STATISTICS[variant.norm];
  const layer = layers[index]!;
  if (statistic === null || !layer.normalised) return null;
  if (variant.placement === 'last' && index !== layers.findLastIndex((other) => other.normalised))
    return null;
  if (typeof variant.placement === 'number' && index !== variant.placement - 1) return null;
  return {
    statistic,
    groups: statistic === 'group' ? groupsOf(layer.outputs) : 1,
    stopped: variant.stoppedStatistics,
    overBatch: statistic !== 'layer' && statistic !== 'group',
  };
}

/** Builds the network of one variant. `seed` is that of the run. Throws where the architecture does not exist. */
export function buildNetwork(experiment: Experiment, variant: Variant, seed: number): Network {
  const parsed = architectureOf(experiment.network, experiment.dataset);
  if (!parsed.ok) throw new RangeError(parsed.message);
  return assemble(parsed.value, variant, seed, experiment);
}

/** Lays out layers and parameters, in the order kernel, γ, β, bias, layer by layer. */
export function assemble(
  architecture: Architecture,
  variant: Variant,
  seed: number,
  settings: NoiseSettings & { weightDecay: number },
): Network {
  const parameters: ParameterTensor[] = [];
  let size = 0;
  let statisticsSize = 0;
  const add = (layer: Layer, role: ParameterTensor['role'], shape: number[]): ParameterTensor => {
    const tensor = {
      name: `${layer.name}/${role}`,
      role,
      shape,
      offset: size,
      size: shape.reduce((product, side) => product * side, 1),
    };
    parameters.push(tensor);
    size += tensor.size;
    return tensor;
  };
  const layers = architecture.layers.map((layer, index): NetworkLayer => {
    const normalisation = normalisationAt(variant, architecture.layers, index);
    const affine = normalisation !== null && !variant.frozenAffine;
    const { inputs, outputs } = layer;
    const kernel = add(
      layer,
      'kernel',
      layer.kind === 'convolution' ? [3, 3, inputs, outputs] : [inputs, outputs],
    );
    const statisticsOffset = normalisation?.overBatch ? statisticsSize : null;
    if (statisticsOffset !== null) statisticsSize += 2 * outputs;
    return {
      layer,
      pixels: layer.kind === 'convolution' ? layer.height * layer.width : 1,
      normalisation,
      noisy:
        layer.normalised && isNoisy(variant) && (normalisation !== null || variant.norm === 'noisy-none'),
      kernel,
      gamma: affine ? add(layer, 'gamma', [outputs]) : null,
      beta: affine ? add(layer, 'beta', [outputs]) : null,
      bias: layer.kind === 'dense' && layer.biased ? add(layer, 'bias', [outputs]) : null,
      statisticsOffset,
    };
  });
  const { nMu, nSigma, rMu, rSigma, weightDecay } = settings;
  return {
    architecture,
    variant,
    layers,
    parameters,
    size,
    statisticsSize,
    weightDecay,
    noise: { nMu, nSigma, rMu, rSigma },
    seed,
  };
}

function isNoisy(variant: Variant): boolean {
  return variant.norm === 'noisy-batch' || variant.norm === 'noisy-none';
}

/** The initial running statistics: mean 0, spread 1. */
export function initialStatistics(network: Network): Float32Array<ArrayBuffer> {
  const statistics = new Float32Array(network.statisticsSize);
  for (const { statisticsOffset, layer } of network.layers)
    if (statisticsOffset !== null)
      statistics.fill(1, statisticsOffset + layer.outputs, statisticsOffset + 2 * layer.outputs);
  return statistics;
}
