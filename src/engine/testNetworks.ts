/** Small networks and minibatches for the tests of all engines. */
import { type Architecture, architectureOf } from '../experiment/architecture.ts';
import type { DatasetId } from '../experiment/experiment.ts';
import { parseVariant } from '../experiment/variants.ts';
import { initialParameters } from '../network/initial.ts';
import { assemble, type Network } from '../network/network.ts';
import { normalPair } from '../random/normal.ts';
import { RandomStream } from '../random/streams.ts';
import type { BatchData } from './model.ts';

export const PAPER_NOISE = { nMu: 0.5, nSigma: 1.25, rMu: 0.1, rSigma: 0.1 };

export interface TestCase {
  name: string;
  network: string;
  variant: string;
  /** Height, width and channels in place of the data set's. */
  input?: [number, number, number];
  dataset?: DatasetId;
  examples?: number;
  weightDecay?: number;
  noise?: typeof PAPER_NOISE;
}

/** An architecture on images of another size than the data set's. */
function resized(
  text: string,
  dataset: DatasetId,
  input: [number, number, number] | undefined,
): Architecture {
  const parsed = architectureOf(text, dataset);
  if (!parsed.ok) throw new RangeError(parsed.message);
  if (!input) return parsed.value;
  let [height, width, channels] = input;
  const layers = parsed.value.layers.map((layer) => {
    if (layer.kind === 'dense') {
      const inputs = height * width * channels;
      [height, width, channels] = [1, 1, layer.outputs];
      return { ...layer, inputs };
    }
    const sized = { ...layer, height, width, inputs: channels };
    channels = layer.outputs;
    if (layer.pooled) [height, width] = [Math.ceil(height / 2), Math.ceil(width / 2)];
    return sized;
  });
  return { ...parsed.value, input, layers };
}

export function testNetwork(test: TestCase, seed = 3): Network {
  const dataset = test.dataset ?? (test.network.startsWith('dln') ? 'gaussian' : 'fashion-mnist');
  const variant = parseVariant(test.variant);
  if (!variant.ok) throw new RangeError(variant.message);
  return assemble(resized(test.network, dataset, test.input), variant.value, seed, {
    ...(test.noise ?? PAPER_NOISE),
    weightDecay: test.weightDecay ?? 0,
  });
}

/** Standard normal numbers in float32. */
export function normals(length: number, seed: number): Float32Array<ArrayBuffer> {
  const stream = new RandomStream(seed, 'direction');
  const pair = new Float64Array(2);
  return Float32Array.from({ length }, (_, i) => {
    if (i % 2 === 0) {
      const bits = stream.bits(0, i / 2);
      normalPair(bits[0]!, bits[1]!, pair);
    }
    return pair[i % 2]!;
  });
}

export function testBatch(network: Network, examples = 6, step = 4, seed = 17): BatchData {
  const [height, width, channels] = network.architecture.input;
  const outputs = network.architecture.layers.at(-1)!.outputs;
  return {
    x: normals(examples * height * width * channels, seed),
    y:
      network.architecture.loss === 'cross-entropy'
        ? Int32Array.from({ length: examples }, (_, i) => (i * 7 + seed) % outputs)
        : normals(examples * outputs, seed + 1),
    count: examples,
    step,
  };
}

/** Initial kernels with γ, β and biases moved away from 1 and 0, so that no gradient vanishes by symmetry. */
export function testParameters(network: Network): Float32Array<ArrayBuffer> {
  const theta = initialParameters(network);
  const jitter = normals(network.size, 99);
  for (const { role, offset, size } of network.parameters)
    if (role !== 'kernel') for (let i = offset; i < offset + size; i++) theta[i]! += 0.3 * jitter[i]!;
  return theta;
}

/** ‖a − b‖ / ‖b‖, or ‖a − b‖ where b is 0. */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [difference, norm] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    difference += (a[i]! - b[i]!) ** 2;
    norm += b[i]! ** 2;
  }
  return Math.sqrt(difference) / (Math.sqrt(norm) || 1);
}

const small = { network: 'vgg:3-M-5-4-M', input: [7, 6, 2] as [number, number, number] };

/** Every normalisation and switch, odd sizes and widths, one and three channels, hidden dense layers, batch 1. */
export const TEST_CASES: TestCase[] = [
  ...['none', 'batch', 'noisy-batch', 'l1', 'l2', 'linf', 'layer', 'group', 'noisy-none'].map((variant) => ({
    name: variant,
    variant,
    ...small,
  })),
  ...['batch.last', 'batch.layer2', 'batch.frozen', 'l1.frozen'].map((variant) => ({
    name: variant,
    variant,
    ...small,
  })),
  { name: 'hidden dense layers', variant: 'batch', network: 'vgg:4/7-6', input: [5, 5, 1] },
  { name: 'noisy hidden dense layers', variant: 'noisy-batch', network: 'vgg:4-M/8', input: [4, 4, 1] },
  { name: 'three channels', variant: 'batch', network: 'vgg:8-M-8', input: [8, 8, 3] },
  { name: 'weight decay', variant: 'batch', ...small, weightDecay: 0.05 },
  { name: 'batch of one, standard', variant: 'none', ...small, examples: 1 },
  { name: 'batch of one, layer', variant: 'layer', ...small, examples: 1 },
  { name: 'single pixel', variant: 'batch', network: 'vgg:4-M-8-M-8', input: [3, 2, 1] },
  { name: 'twelve channels, group', variant: 'group', network: 'vgg:12-12', input: [5, 4, 1] },
  { name: 'deep linear, none', variant: 'none', network: 'dln:6x5', examples: 20 },
  { name: 'deep linear, batch', variant: 'batch', network: 'dln:6x5', examples: 20 },
  { name: 'deep linear, linf', variant: 'linf', network: 'dln:4x7', examples: 20 },
  ...['l1', 'l2.frozen', 'batch.last', 'layer', 'noisy-batch'].map((variant) => ({
    name: 'deep linear',
    variant,
    network: 'dln:5x10',
    examples: 37,
    weightDecay: variant === 'l1' ? 0.1 : 0,
  })),
  { name: 'deep linear, wide', variant: 'batch', network: 'dln:3x20', examples: 24 },
];
