/**
 * The fixtures that oracle/make_fixtures.py wrote: PyTorch's numbers for every normalisation. They are probe bundles with
 * gradients in float64, and with running statistics, an evaluation and activation statistics besides.
 */
import * as v from 'valibot';
import type { Network } from '../network/network.ts';
import type { BatchData } from './model.ts';
import { testNetwork } from './testNetworks.ts';

const FILES = import.meta.glob<string>('../../oracle/fixtures/*.safetensors', {
  query: '?url&inline',
  import: 'default',
  eager: true,
});

const number = v.pipe(v.union([v.number(), v.literal('NaN')]), v.transform(Number));
const grid = v.object({
  stepSizes: v.array(number),
  lossAt: v.array(number),
  gradientDifferenceAt: v.array(number),
  beta: number,
});
const numbersSchema = v.object({
  experiment: v.object({
    network: v.string(),
    weightDecay: number,
    nMu: number,
    nSigma: number,
    rMu: number,
    rSigma: number,
  }),
  step: number,
  variant: v.string(),
  seed: number,
  learningRate: number,
  loss: number,
  accuracy: number,
  gradientNorm: number,
  ...grid.entries,
  fine: grid,
  ics: v.array(v.object({ layer: number, l2: number, cosine: number })),
  evaluation: v.object({ loss: number, accuracy: number }),
  activations: v.array(v.object({ layer: number, unit: number, mean: number, variance: number })),
  /** Largest eigenvalue of the Hessian. */
  sharpness: number,
});
const headerSchema = v.record(
  v.string(),
  v.object({
    dtype: v.picklist(['F64', 'F32', 'I32']),
    shape: v.array(v.number()),
    data_offsets: v.tuple([v.number(), v.number()]),
  }),
);

type Numbers = v.InferOutput<typeof numbersSchema>;

interface Tensor {
  shape: number[];
  data: Float64Array<ArrayBuffer> | Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;
}

export interface Fixture {
  name: string;
  network: Network;
  batch: BatchData;
  theta: Float32Array<ArrayBuffer>;
  gradient: Float64Array;
  /** θ after the update, where momentum keeps it from following from θ and the gradient. */
  next: Float32Array<ArrayBuffer> | null;
  /** As applied, by the layer's name: [rows · channels]. */
  noise: Map<string, { shift: Tensor['data']; scale: Tensor['data'] }>;
  /** Running statistics, and what they are after the minibatch. */
  running: Float32Array<ArrayBuffer>;
  updated: Float64Array;
  numbers: Numbers;
}

const DTYPES = { F64: Float64Array, F32: Float32Array, I32: Int32Array };

function readSafetensors(file: ArrayBuffer): { tensors: Map<string, Tensor>; metadata: unknown } {
  const start = 8 + Number(new DataView(file).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(file, 8, start - 8)));
  const { __metadata__: metadata, ...entries } = header;
  const tensors = Object.entries(v.parse(headerSchema, entries)).map(([name, entry]): [string, Tensor] => {
    const [begin, end] = entry.data_offsets;
    return [
      name,
      { shape: entry.shape, data: new DTYPES[entry.dtype](file.slice(start + begin, start + end)) },
    ];
  });
  return { tensors: new Map(tensors), metadata };
}

/** The tensors of one prefix, in the network's layout. Throws where they are not those of the network. */
function flat(network: Network, tensors: Map<string, Tensor>, prefix: string): Float64Array<ArrayBuffer> {
  const values = new Float64Array(network.size);
  for (const { name, shape, offset } of network.parameters) {
    const tensor = tensors.get(`${prefix}/${name}`);
    if (tensor?.shape.join() !== shape.join())
      throw new RangeError(
        `${prefix}/${name} is [${tensor?.shape}] in the fixture, [${shape}] in the network.`,
      );
    values.set(tensor.data, offset);
  }
  const found = [...tensors.keys()].filter((name) => name.startsWith(`${prefix}/`)).length;
  if (found !== network.parameters.length)
    throw new RangeError(
      `The fixture has ${found} tensors ${prefix}/…, the network ${network.parameters.length}.`,
    );
  return values;
}

/** Mean and spread of every layer that normalises over the minibatch, in the layout of the statistics vector. */
function flatStatistics(network: Network, tensors: Map<string, Tensor>, prefix: string): number[] {
  return network.layers.flatMap(({ layer, statisticsOffset }) =>
    statisticsOffset === null
      ? []
      : ['mean', 'spread'].flatMap((role) => [...tensors.get(`${prefix}/${layer.name}/${role}`)!.data]),
  );
}

function noiseOf(network: Network, tensors: Map<string, Tensor>): Fixture['noise'] {
  const of = (layer: string, role: string) => tensors.get(`noise/${layer}/${role}`)?.data;
  return new Map(
    network.layers.flatMap(({ layer: { name } }) => {
      const [shift, scale] = [of(name, 'shift'), of(name, 'scale')];
      return shift && scale ? [[name, { shift, scale }]] : [];
    }),
  );
}

function read(name: string, file: ArrayBuffer): Fixture {
  const { tensors, metadata } = readSafetensors(file);
  const texts = Object.entries(v.parse(v.record(v.string(), v.string()), metadata));
  const numbers = v.parse(
    numbersSchema,
    Object.fromEntries(texts.map(([key, text]) => [key, JSON.parse(text)])),
  );
  const { experiment, variant, seed, step } = numbers;
  const { data: x, shape } = tensors.get('batch.x')!;
  const [examples, height, width, channels] = shape as [number, number, number, number];
  const network = testNetwork(
    {
      ...{ name, variant, network: experiment.network, input: [height, width, channels] },
      ...{ weightDecay: experiment.weightDecay, noise: experiment },
    },
    seed,
  );
  const { data: y } = tensors.get('batch.y')!;
  return {
    name,
    network,
    batch: { x: x as Float32Array, y: y as Int32Array | Float32Array, count: examples, step },
    theta: Float32Array.from(flat(network, tensors, 'param')),
    gradient: flat(network, tensors, 'grad'),
    next: [...tensors.keys()].some((key) => key.startsWith('next/'))
      ? Float32Array.from(flat(network, tensors, 'next'))
      : null,
    noise: noiseOf(network, tensors),
    running: Float32Array.from(flatStatistics(network, tensors, 'running')),
    updated: Float64Array.from(flatStatistics(network, tensors, 'updated')),
    numbers,
  };
}

/** All fixtures, by name. */
export async function readFixtures(): Promise<Fixture[]> {
  return Promise.all(
    Object.entries(FILES).map(async ([path, url]) => {
      const name = path.slice(path.lastIndexOf('/') + 1, -'.safetensors'.length);
      return read(name, await (await fetch(url)).arrayBuffer());
    }),
  );
}
