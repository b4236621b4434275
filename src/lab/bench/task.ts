/** What every competitor is given: one network, its first parameters and a few minibatches. */
import { type Architecture, architectureOf } from '../../experiment/architecture.ts';
import { SETTINGS } from '../../experiment/settings.ts';
import { parseVariant } from '../../experiment/variants.ts';
import { initialParameters } from '../../network/initial.ts';
import { assemble, type Network, type ParameterTensor } from '../../network/network.ts';
import { normalPair } from '../../random/normal.ts';
import { RandomStream } from '../../random/streams.ts';

export const BATCH_SIZE = 64;
export const LEARNING_RATE = 0.1;
const SEED = 1;
const MINIBATCHES = 4;
const INPUT = [32, 32, 1] as const;
const NO_NOISE = { nMu: 0, nSigma: 0, rMu: 0, rSigma: 0 };

export interface Minibatch {
  /** [batch, 32, 32, 1] */
  x: Float32Array<ArrayBuffer>;
  /** Class of each example. */
  y: Int32Array<ArrayBuffer>;
}

export interface BenchTask {
  network: Network;
  batchSize: number;
  /** In the network's own flat layout. */
  theta: Float32Array<ArrayBuffer>;
  minibatches: readonly Minibatch[];
}

/** The default layout, every width multiplied, with BatchNorm in every block. */
export function benchTask(widthFactor = 1, batchSize = BATCH_SIZE): BenchTask {
  const text = SETTINGS.network.default.replace(/\d+/g, (width) => String(widthFactor * Number(width)));
  const variant = parseVariant('batch');
  if (!variant.ok) throw new RangeError(variant.message);
  const network = assemble(onOneChannel(text), variant.value, SEED, { ...NO_NOISE, weightDecay: 0 });
  return {
    network,
    batchSize,
    theta: initialParameters(network),
    minibatches: Array.from({ length: MINIBATCHES }, (_, i) => minibatch(i, batchSize, network)),
  };
}

/** A layout on 32x32 images of one channel. Every competitor takes even sizes; only some take odd ones. */
function onOneChannel(text: string): Architecture {
  const parsed = architectureOf(text, 'cifar-10');
  if (!parsed.ok) throw new RangeError(parsed.message);
  const [first, ...rest] = parsed.value.layers;
  return { ...parsed.value, input: INPUT, layers: [{ ...first!, inputs: INPUT[2] }, ...rest] };
}

/** Normal numbers with classes of no meaning: the time of a step does not depend on them. */
function minibatch(index: number, examples: number, network: Network): Minibatch {
  const classes = network.layers.at(-1)!.layer.outputs;
  const stream = new RandomStream(SEED, 'data', index);
  const x = new Float32Array(examples * INPUT[0] * INPUT[1] * INPUT[2]);
  const pair = new Float64Array(2);
  for (let i = 0; i < x.length; i += 2) {
    const bits = stream.bits(0, i / 2);
    normalPair(bits[0]!, bits[1]!, pair);
    x.set(pair, i);
  }
  return { x, y: Int32Array.from({ length: examples }, (_, i) => (7 * i + index) % classes) };
}

/** The numbers of one tensor in a flat parameter vector. */
export function tensorOf(
  theta: Float32Array<ArrayBuffer>,
  { offset, size }: ParameterTensor,
): Float32Array<ArrayBuffer> {
  return theta.slice(offset, offset + size);
}
