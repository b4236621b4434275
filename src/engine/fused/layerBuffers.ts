/** The buffers of every layer: what it reads, what it leaves for its neighbours and for the backward pass. */
import type { Network, NetworkLayer } from '../../network/network.ts';
import type { Activation } from './kernels/activate.ts';
import type { ConvolutionShape } from './kernels/convolution.ts';
import {
  floatsBeforePooling,
  floatsOfOutput,
  type LayerShape,
  layerShape,
  outputSize,
  pixelsOf,
} from './kernels/shapes.ts';
import { gradientTableFloats, tableFloats } from './kernels/tables.ts';
import { roundUp } from './kernels/wgsl.ts';
import { type DeviceLayout, paddedInputs } from './layout.ts';
import type { DeviceMemory } from './memory.ts';
import { type Source, whole } from './plan.ts';
import {
  type DeviceTraits,
  kernelGradientChunks,
  oneChannelChunks,
  sumChunks,
  type TileChoice,
} from './tiles.ts';

/** Everything that a plan is made from. */
export interface PlanInputs {
  network: Network;
  layout: DeviceLayout;
  examples: number;
  memory: DeviceMemory;
  traits: DeviceTraits;
  tiles: TileChoice;
}

/** What one layer keeps to on a smooth piece of the loss (kernels/choices.ts); null where it has nothing of the kind. */
export interface LayerChoices {
  passes: Source | null;
  signs: Source | null;
  /** The table at the piece's own θ, where statistics are stopped. */
  table: Source | null;
}

/** Everything that one layer's dispatches are made from. */
export interface LayerContext {
  index: number;
  built: NetworkLayer;
  shape: LayerShape;
  activation: Activation;
  /** Null where the loss itself is wanted, not a piece of it. */
  choices: LayerChoices | null;
  /** Whether the output is the raw output itself. */
  identity: boolean;
  /** Whether a convolution follows. */
  haloAfter: boolean;
  /** Inputs on the device. */
  inputs: number;
  input: Source;
  raw: Source;
  /** The raw output at the first maximum of every window of pooling, for the gradient's sums; null where they look for it. */
  rawMaxima: Source | null;
  /** What the next layer reads; the last layer's is the network's output. */
  output: Source;
  table: Source | null;
  noise: { scale: Source; shift: Source } | null;
  /** Gradient of the output. */
  incoming: Source;
  /** Gradient of the raw output; made at first use. */
  rawGradient: () => Source;
  /** Gradient of the input; null for the first layer. */
  outgoing: Source | null;
  /** Partial sums of the kernel's gradient. */
  partials: { source: Source; chunks: number };
  /** Partial sums of statistics and of gradients, and the gradient's table: used up before the next layer needs them. */
  sums: GPUBuffer;
  gradientTable: GPUBuffer;
  sumChunks: number;
  gradientSumChunks: number;
}

const ALIGNMENT_FLOATS = 64;

export function convolutionShape(
  { examples, height, width, padded }: LayerShape,
  inputs: number,
): ConvolutionShape {
  return { examples, height, width, inputs, outputs: padded };
}

/** Places parts one after another in one buffer, each where a binding may begin. */
export class Packer {
  private end = 0;

  /** Of everything placed so far. */
  get floats(): number {
    return Math.max(4, this.end);
  }

  add(size: number): { offset: number; size: number } {
    const part = { offset: this.end, size };
    this.end += roundUp(size, ALIGNMENT_FLOATS);
    return part;
  }

  make(memory: DeviceMemory, name: string): GPUBuffer {
    return memory.workspace(name, this.floats);
  }
}

/** Buffers that all layers share, and the parts that each has in them. */
interface SharedBuffers {
  partials: LayerContext['partials'][];
  tables: (Source | null)[];
  /** Gradients of outputs: a layer reads one and writes the other. */
  alternating: [GPUBuffer, GPUBuffer];
  sums: GPUBuffer;
  gradientTable: GPUBuffer;
  sumChunks: number[];
  gradientSumChunks: number[];
}

export function shapesOf({ network, examples }: PlanInputs): LayerShape[] {
  return network.layers.map(({ layer }) =>
    layer.kind === 'convolution'
      ? layerShape(examples, layer.height, layer.width, layer.outputs, layer.pooled)
      : layerShape(examples, 1, 1, layer.outputs, false),
  );
}

/** Chooses or makes every buffer of every layer. Throws EngineError where the device cannot hold one. */
export function layerContexts(
  inputs: PlanInputs,
  choices: readonly LayerChoices[] | null = null,
): LayerContext[] {
  const { network, memory } = inputs;
  const { layers } = network;
  const shapes = shapesOf(inputs);
  const shared = sharedBuffers(inputs, shapes);
  let input = firstInput(inputs);
  return layers.map((built, index) => {
    const own = choices?.[index] ?? null;
    const context = layerContext(built, index, shapes, layers, input, shared, memory, own);
    input = context.output;
    return context;
  });
}

function layerContext(
  built: NetworkLayer,
  index: number,
  shapes: LayerShape[],
  layers: NetworkLayer[],
  input: Source,
  shared: SharedBuffers,
  memory: DeviceMemory,
  choices: LayerChoices | null,
): LayerContext {
  const shape = shapes[index]!;
  const { layer, normalisation, noisy } = built;
  const rectified = layer.kind === 'convolution' || layer.rectified;
  const identity = !normalisation && !noisy && !rectified;
  const haloAfter = layers[index + 1]?.layer.kind === 'convolution';
  const make = (name: string, floats: number): Source => whole(memory.workspace(name, floats), floats);
  const rawFloats = floatsBeforePooling(shape, false);
  const raw = make(`raw output ${index}`, rawFloats);
  const outFloats = floatsOfOutput(shape, false);
  const keepsMaxima = shape.pooled && normalisation !== null && !noisy && !choices;
  const incoming = whole(shared.alternating[index % 2 === 0 ? 0 : 1], outFloats);
  return {
    ...{ index, built, shape, identity, haloAfter, input, raw, incoming, choices },
    rawMaxima: keepsMaxima ? make(`raw maxima ${index}`, outFloats) : null,
    activation: { shape, normalisation, noisy, rectified, onPiece: choices !== null },
    inputs: paddedInputs(built, layers, index),
    output: identity
      ? raw
      : make(
          `output ${index}, ${shape.height}x${shape.width}x${shape.padded}, halo ${haloAfter}`,
          floatsOfOutput(shape, haloAfter),
        ),
    table: shared.tables[index]!,
    noise: noisy
      ? { scale: make(`noise scale ${index}`, rawFloats), shift: make(`noise shift ${index}`, rawFloats) }
      : null,
    rawGradient: () => (identity ? incoming : rawGradient(layer.kind === 'convolution', shape, memory)),
    outgoing:
      index === 0
        ? null
        : whole(shared.alternating[index % 2 === 0 ? 1 : 0], floatsOfOutput(shapes[index - 1]!, false)),
    partials: shared.partials[index]!,
    sums: shared.sums,
    gradientTable: shared.gradientTable,
    sumChunks: shared.sumChunks[index]!,
    gradientSumChunks: shared.gradientSumChunks[index]!,
  };
}

function sharedBuffers(inputs: PlanInputs, shapes: LayerShape[]): SharedBuffers {
  const { network, memory, traits } = inputs;
  const { layers } = network;
  const largest = (floats: (shape: LayerShape, i: number) => number): number =>
    Math.max(4, ...shapes.map(floats));
  const perExample = (i: number): boolean => layers[i]!.normalisation?.overBatch === false;
  // Where statistics belong to examples, a chunk is one example.
  const chunksOf = (pixels: number, shape: LayerShape, i: number): number =>
    perExample(i) ? shape.examples : sumChunks(pixels, shape.padded / 4, traits);
  const forward = shapes.map((shape, i) => chunksOf(pixelsOf(shape), shape, i));
  const backward = shapes.map((shape, i) => {
    const { height, width } = outputSize(shape);
    return chunksOf(shape.examples * height * width, shape, i);
  });
  const outFloats = largest((shape) => floatsOfOutput(shape, false));
  return {
    partials: partialBuffers(inputs, shapes),
    tables: tableBuffers(layers, shapes, memory),
    alternating: [
      memory.workspace('gradient of an output, even', outFloats),
      memory.workspace('gradient of an output, odd', outFloats),
    ],
    sums: memory.workspace(
      'partial sums',
      largest((shape, i) => 3 * shape.padded * Math.max(forward[i]!, backward[i]!)),
    ),
    gradientTable: memory.workspace(
      'gradient table',
      largest((shape, i) => {
        const { normalisation } = layers[i]!;
        return normalisation ? gradientTableFloats(shape, normalisation) : 0;
      }),
    ),
    sumChunks: forward,
    gradientSumChunks: backward,
  };
}

function partialBuffers(
  { network: { layers }, memory, traits }: PlanInputs,
  shapes: LayerShape[],
): LayerContext['partials'][] {
  const packer = new Packer();
  const parts = layers.map((built, i) => {
    const inputs = paddedInputs(built, layers, i);
    const window = built.layer.kind === 'convolution' ? 9 : 1;
    const chunks = kernelChunks(built, shapes[i]!, inputs, traits);
    return { chunks, ...packer.add(chunks * window * inputs * shapes[i]!.padded) };
  });
  const buffer = packer.make(memory, 'partial sums of kernel gradients');
  return parts.map(({ chunks, offset, size }) => ({ chunks, source: { from: buffer, offset, size } }));
}

function kernelChunks(
  { layer }: NetworkLayer,
  shape: LayerShape,
  inputs: number,
  traits: DeviceTraits,
): number {
  const { examples, padded } = shape;
  if (layer.kind === 'dense') {
    const threads = (inputs / 4) * (padded / 4);
    return Math.max(1, Math.min(Math.ceil(examples / 16), sumChunks(4 * examples, threads, traits)));
  }
  const convolution = convolutionShape(shape, inputs);
  return (inputs === 1 ? oneChannelChunks : kernelGradientChunks)(convolution, traits);
}

function tableBuffers(layers: NetworkLayer[], shapes: LayerShape[], memory: DeviceMemory): (Source | null)[] {
  const packer = new Packer();
  const parts = layers.map(({ normalisation }, i) =>
    normalisation ? packer.add(tableFloats(shapes[i]!, normalisation)) : null,
  );
  if (parts.every((part) => part === null)) return layers.map(() => null);
  const buffer = packer.make(memory, 'tables');
  return parts.map((part) => part && { from: buffer, ...part });
}

function firstInput({ network, examples, memory }: PlanInputs): Source {
  const [height, width, channels] = network.architecture.input;
  const isConvolution = network.layers[0]!.layer.kind === 'convolution';
  const padded = isConvolution && channels === 1 ? 1 : roundUp(channels, 4);
  const floats = examples * padded * (isConvolution ? (height + 2) * (width + 2) : height * width);
  return whole(memory.workspace(`input, ${height}x${width}x${padded}`, floats), floats);
}

/** Layers with the same geometry share it: a layer's gradient is used up before the next one's is made. */
function rawGradient(halo: boolean, shape: LayerShape, memory: DeviceMemory): Source {
  const floats = floatsBeforePooling(shape, halo);
  const name = `gradient of the raw output, ${shape.height}x${shape.width}x${shape.padded}, halo ${halo}`;
  return whole(memory.workspace(name, floats), floats);
}
