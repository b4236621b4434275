/** The dispatches of each layer, and the buffers that it leaves for its neighbours and for the backward pass. */
import type { Network, NetworkLayer, ParameterTensor } from '../../network/network.ts';
import { type Activation, activate } from './kernels/activate.ts';
import { activationGradient, activationGradientSums } from './kernels/activationGradient.ts';
import {
  type ConvolutionShape,
  convolution,
  convolutionInputGradient,
  convolutionOfOneChannel,
} from './kernels/convolution.ts';
import {
  biasGradient,
  type DenseShape,
  dense,
  denseInputGradient,
  denseKernelGradient,
} from './kernels/dense.ts';
import {
  affineGradientOfExamples,
  finaliseExampleGradient,
  finaliseExampleStatistics,
  finaliseGradient,
  finaliseStatistics,
  tableFromRunning,
} from './kernels/finalise.ts';
import { kernelGradient, kernelGradientOfOneChannel } from './kernels/kernelGradient.ts';
import {
  floatsBeforePooling,
  floatsOfOutput,
  type LayerShape,
  layerShape,
  outputSize,
  pixelsOf,
} from './kernels/shapes.ts';
import { partialRows, statistics } from './kernels/statistics.ts';
import { gradientTableFloats, tableFloats } from './kernels/tables.ts';
import { type KernelSource, roundUp } from './kernels/wgsl.ts';
import { type DeviceLayout, paddedInputs } from './layout.ts';
import type { DeviceMemory } from './memory.ts';
import { type PlannedDispatch, type Source, whole } from './plan.ts';
import type { TileChoice } from './tiles.ts';

export interface LayerPlan {
  built: NetworkLayer;
  shape: LayerShape;
  input: Source;
  /** What the next layer reads; the last layer's is the network's output. */
  output: Source;
  /** Gradient of the output. */
  incoming: Source;
  table: Source | null;
  noise: { scale: Source; shift: Source } | null;
  partials: { source: Source; chunks: number };
  forward: PlannedDispatch[];
  evaluation: PlannedDispatch[];
  backward: PlannedDispatch[];
}

/** Everything that one layer's dispatches are made from. */
interface LayerContext {
  index: number;
  built: NetworkLayer;
  shape: LayerShape;
  activation: Activation;
  /** Whether the output is the raw output itself. */
  identity: boolean;
  /** Whether a convolution follows. */
  haloAfter: boolean;
  /** Inputs on the device. */
  inputs: number;
  input: Source;
  raw: Source;
  output: Source;
  table: Source | null;
  noise: LayerPlan['noise'];
  incoming: Source;
  /** Gradient of the raw output. */
  rawGradient: Source;
  /** Gradient of the input; null for the first layer. */
  outgoing: Source | null;
  partials: LayerPlan['partials'];
  /** Partial sums of statistics and of gradients, and the gradient's table. */
  sums: GPUBuffer;
  gradientTable: GPUBuffer;
  sumChunks: number;
  gradientSumChunks: number;
}

const ALIGNMENT_FLOATS = 64;

function shapeOf({ layer }: NetworkLayer, examples: number): LayerShape {
  return layer.kind === 'convolution'
    ? layerShape(examples, layer.height, layer.width, layer.outputs, layer.pooled)
    : layerShape(examples, 1, 1, layer.outputs, false);
}

function convolutionShape(shape: LayerShape, inputs: number): ConvolutionShape {
  const { examples, height, width, padded } = shape;
  return { examples, height, width, inputs, outputs: padded };
}

export function planLayers(
  network: Network,
  layout: DeviceLayout,
  examples: number,
  memory: DeviceMemory,
  tiles: TileChoice,
): LayerPlan[] {
  const contexts = placeBuffers(network, examples, memory, tiles);
  const tensor = (from: 'theta' | 'gradient', parameter: ParameterTensor): Source => ({
    from,
    ...layout.tensors.get(parameter)!,
  });
  return contexts.map((context) => {
    const { built, shape, input, output, incoming, table, noise, partials } = context;
    const running = layout.statistics[context.index] ?? null;
    return {
      ...{ built, shape, input, output, incoming, table, noise, partials },
      forward: [
        linear(context, tiles, tensor),
        ...ownStatistics(context, tensor),
        ...activation(context, context.activation),
      ],
      evaluation: [
        linear(context, tiles, tensor),
        ...(running ? [tableOfRunning(context, running, tensor)] : ownStatistics(context, tensor)),
        ...activation(context, { ...context.activation, noisy: false }),
      ],
      backward: [...normalisationBackward(context, tensor), ...linearBackward(context, tiles, tensor)],
    };
  });
}

type Tensor = (from: 'theta' | 'gradient', parameter: ParameterTensor) => Source;

/** Chooses or makes every buffer of every layer. */
function placeBuffers(
  network: Network,
  examples: number,
  memory: DeviceMemory,
  tiles: TileChoice,
): LayerContext[] {
  const { layers } = network;
  const shapes = layers.map((built) => shapeOf(built, examples));
  const chunks = shapes.map((shape, i) =>
    kernelChunks(layers[i]!, shape, paddedInputs(layers[i]!, layers, i), tiles),
  );
  const place = packer(memory);
  const partials = layers.map((built, i) => {
    const window = built.layer.kind === 'convolution' ? 9 : 1;
    return place.add(chunks[i]! * window * paddedInputs(built, layers, i) * shapes[i]!.padded);
  });
  const partialBuffer = place.make('partial sums of kernel gradients');
  const tablePacker = packer(memory);
  const tables = layers.map(({ normalisation }, i) =>
    normalisation ? tablePacker.add(tableFloats(shapes[i]!, normalisation)) : null,
  );
  const tableBuffer = tables.some((table) => table !== null) ? tablePacker.make('tables') : null;
  const largest = (floats: (shape: LayerShape, i: number) => number): number =>
    Math.max(...shapes.map(floats));
  const gradientFloats = largest((shape) => floatsOfOutput(shape, false));
  const alternating = [0, 1].map((i) => memory.workspace(`activation gradient ${i}`, gradientFloats));
  const sumChunks = shapes.map((shape, i) => chunksOfSums(layers[i]!, pixelsOf(shape), shape, tiles));
  const gradientSumChunks = shapes.map((shape, i) => {
    const out = outputSize(shape);
    return chunksOfSums(layers[i]!, shape.examples * out.height * out.width, shape, tiles);
  });
  const sums = memory.workspace(
    'partial sums',
    largest((shape, i) => 3 * shape.padded * Math.max(sumChunks[i]!, gradientSumChunks[i]!)),
  );
  const gradientTable = memory.workspace(
    'gradient table',
    largest((shape, i) =>
      layers[i]!.normalisation ? gradientTableFloats(shape, layers[i]!.normalisation!) : 4,
    ),
  );
  let input = firstInput(layers, examples, network.architecture.input, memory);
  return layers.map((built, index): LayerContext => {
    const shape = shapes[index]!;
    const { layer, normalisation, noisy } = built;
    const rectified = layer.kind === 'convolution' || layer.rectified;
    const identity = !normalisation && !noisy && !rectified;
    const haloAfter = layers[index + 1]?.layer.kind === 'convolution';
    const rawFloats = floatsBeforePooling(shape, false);
    const raw = whole(memory.workspace(`raw output ${index}`, rawFloats), rawFloats);
    const outputFloats = floatsOfOutput(shape, haloAfter);
    const output = identity
      ? raw
      : whole(
          memory.workspace(`output ${index}, ${shape.width} wide, halo ${haloAfter}`, outputFloats),
          outputFloats,
        );
    const incoming = whole(alternating[index % 2]!, floatsOfOutput(shape, false));
    const own = input;
    input = output;
    return {
      ...{ index, built, shape, identity, haloAfter, raw, output, incoming, sums, gradientTable },
      input: own,
      activation: { shape, normalisation, noisy, rectified },
      inputs: paddedInputs(built, layers, index),
      table: tables[index] && tableBuffer ? { from: tableBuffer, ...tables[index] } : null,
      noise: noisy ? noiseBuffers(index, rawFloats, memory) : null,
      rawGradient: identity ? incoming : rawGradientBuffer(layer.kind, shape, memory),
      outgoing:
        index === 0 ? null : whole(alternating[(index + 1) % 2]!, floatsOfOutput(shapes[index - 1]!, false)),
      partials: { source: { from: partialBuffer, ...partials[index]! }, chunks: chunks[index]! },
      sumChunks: sumChunks[index]!,
      gradientSumChunks: gradientSumChunks[index]!,
    };
  });
}

/** Places parts one after another in one buffer, each where a binding may begin. */
function packer(memory: DeviceMemory) {
  let end = 0;
  return {
    add(size: number): { offset: number; size: number } {
      const part = { offset: end, size };
      end += roundUp(size, ALIGNMENT_FLOATS);
      return part;
    },
    make: (name: string): GPUBuffer => memory.workspace(name, end),
  };
}

function firstInput(
  layers: readonly NetworkLayer[],
  examples: number,
  [height, width, channels]: readonly [number, number, number],
  memory: DeviceMemory,
): Source {
  const isConvolution = layers[0]!.layer.kind === 'convolution';
  const padded = isConvolution && channels === 1 ? 1 : roundUp(channels, 4);
  const floats = examples * padded * (isConvolution ? (height + 2) * (width + 2) : height * width);
  return whole(memory.workspace(`input, ${height}x${width}x${padded}`, floats), floats);
}

/** Layers with the same geometry share it: a layer's gradient is used up before the next one's is made. */
function rawGradientBuffer(kind: 'convolution' | 'dense', shape: LayerShape, memory: DeviceMemory): Source {
  const halo = kind === 'convolution';
  const floats = floatsBeforePooling(shape, halo);
  const name = `gradient of the raw output, ${shape.height}x${shape.width}x${shape.padded}, halo ${halo}`;
  return whole(memory.workspace(name, floats), floats);
}

function noiseBuffers(index: number, floats: number, memory: DeviceMemory): { scale: Source; shift: Source } {
  return {
    scale: whole(memory.workspace(`noise scale ${index}`, floats), floats),
    shift: whole(memory.workspace(`noise shift ${index}`, floats), floats),
  };
}

function kernelChunks(built: NetworkLayer, shape: LayerShape, inputs: number, tiles: TileChoice): number {
  if (built.layer.kind === 'dense')
    return denseChunks({ examples: shape.examples, inputs, outputs: shape.padded }, tiles);
  const convolutional = convolutionShape(shape, inputs);
  return inputs === 1
    ? tiles.kernelGradientOfOneChannel(convolutional).chunks
    : tiles.kernelGradient(convolutional).chunks;
}

/** Enough threads, and at least 16 examples a chunk. */
function denseChunks({ examples, inputs, outputs }: DenseShape, tiles: TileChoice): number {
  const threads = (inputs / 4) * (outputs / 4);
  return Math.max(1, Math.min(Math.ceil(examples / 16), tiles.sumChunks(4 * examples, threads)));
}

/** One chunk an example where statistics belong to examples. */
function chunksOfSums(
  { normalisation }: NetworkLayer,
  pixels: number,
  shape: LayerShape,
  tiles: TileChoice,
): number {
  return normalisation && !normalisation.overBatch
    ? shape.examples
    : tiles.sumChunks(pixels, shape.padded / 4);
}

function linear(
  { built, shape, inputs, input, raw }: LayerContext,
  tiles: TileChoice,
  tensor: Tensor,
): PlannedDispatch {
  const kernel = tensor('theta', built.kernel);
  if (built.layer.kind === 'dense') {
    const bias = built.bias ? [tensor('theta', built.bias)] : [];
    return {
      kernel: dense({ examples: shape.examples, inputs, outputs: shape.padded }, built.bias !== null),
      bindings: [input, kernel, ...bias, raw],
    };
  }
  const convolutional = convolutionShape(shape, inputs);
  const source: KernelSource =
    inputs === 1
      ? convolutionOfOneChannel(convolutional, tiles.oneChannel(convolutional))
      : convolution(convolutional, tiles.convolution(convolutional));
  return { kernel: source, bindings: [input, kernel, raw] };
}

function affineOf({ built }: LayerContext, tensor: Tensor): Source[] {
  return built.gamma && built.beta ? [tensor('theta', built.gamma), tensor('theta', built.beta)] : [];
}

function sumsSource({ sums, shape }: LayerContext, rows: number, chunks: number): Source {
  return whole(sums, rows * shape.padded * chunks);
}

function ownStatistics(context: LayerContext, tensor: Tensor): PlannedDispatch[] {
  const { built, shape, raw, table, sumChunks } = context;
  const { normalisation } = built;
  if (!normalisation || !table) return [];
  const sums = sumsSource(context, partialRows(normalisation.statistic), sumChunks);
  const affine = affineOf(context, tensor);
  const options = { affine: affine.length > 0 };
  return [
    { kernel: statistics(shape, normalisation, sumChunks), bindings: [raw, sums] },
    {
      kernel: normalisation.overBatch
        ? finaliseStatistics(shape, normalisation, sumChunks, options)
        : finaliseExampleStatistics(shape, normalisation, options),
      bindings: [sums, raw, ...affine, table],
    },
  ];
}

function tableOfRunning(
  context: LayerContext,
  statisticsPart: { offset: number; size: number },
  tensor: Tensor,
): PlannedDispatch {
  const affine = affineOf(context, tensor);
  return {
    kernel: tableFromRunning(context.shape, context.built.normalisation!, { affine: affine.length > 0 }),
    bindings: [{ from: 'running', ...statisticsPart }, ...affine, context.table!],
  };
}

/** The buffers of activationBindings, in their order. */
function activationSources({ raw, table, noise }: LayerContext, noisy: boolean): Source[] {
  return [raw, ...(table ? [table] : []), ...(noisy && noise ? [noise.scale, noise.shift] : [])];
}

function activation(context: LayerContext, how: Activation): PlannedDispatch[] {
  if (context.identity) return [];
  return [
    {
      kernel: activate(how, context.haloAfter),
      bindings: [...activationSources(context, how.noisy), context.output],
    },
  ];
}

function normalisationBackward(context: LayerContext, tensor: Tensor): PlannedDispatch[] {
  const {
    built,
    shape,
    table,
    activation: how,
    incoming,
    gradientTable,
    gradientSumChunks,
    rawGradient,
  } = context;
  if (context.identity) return [];
  const { normalisation, gamma, beta, layer } = built;
  const own = activationSources(context, how.noisy);
  const dispatches: PlannedDispatch[] = [];
  const needsTable = normalisation !== null && !normalisation.stopped;
  const q = whole(gradientTable, normalisation ? gradientTableFloats(shape, normalisation) : 4);
  if (normalisation && table && (needsTable || gamma)) {
    const sums = sumsSource(context, 2, gradientSumChunks);
    const gradients = gamma && beta ? [tensor('gradient', gamma), tensor('gradient', beta)] : [];
    const options = { affine: gradients.length > 0 };
    dispatches.push({
      kernel: activationGradientSums(how, gradientSumChunks),
      bindings: [...own, incoming, sums],
    });
    if (normalisation.overBatch)
      dispatches.push({
        kernel: finaliseGradient(shape, normalisation, gradientSumChunks, options),
        bindings: [sums, table, ...gradients, q],
      });
    else {
      dispatches.push({
        kernel: finaliseExampleGradient(shape, normalisation, options),
        bindings: [sums, table, ...(gamma ? [tensor('theta', gamma)] : []), q],
      });
      if (gradients.length > 0)
        dispatches.push({
          kernel: affineGradientOfExamples(shape, normalisation),
          bindings: [sums, table, ...gradients],
        });
    }
  }
  dispatches.push({
    kernel: activationGradient(how, layer.kind === 'convolution'),
    bindings: [...own, incoming, ...(needsTable ? [q] : []), rawGradient],
  });
  return dispatches;
}

function linearBackward(
  { built, shape, inputs, input, rawGradient, outgoing, partials }: LayerContext,
  tiles: TileChoice,
  tensor: Tensor,
): PlannedDispatch[] {
  const kernel = tensor('theta', built.kernel);
  if (built.layer.kind === 'dense') {
    const size = { examples: shape.examples, inputs, outputs: shape.padded };
    return [
      {
        kernel: denseKernelGradient(size, partials.chunks),
        bindings: [input, rawGradient, partials.source],
      },
      ...(built.bias
        ? [{ kernel: biasGradient(size), bindings: [rawGradient, tensor('gradient', built.bias)] }]
        : []),
      ...(outgoing ? [{ kernel: denseInputGradient(size), bindings: [rawGradient, kernel, outgoing] }] : []),
    ];
  }
  const convolutional = convolutionShape(shape, inputs);
  const gradient =
    inputs === 1
      ? kernelGradientOfOneChannel(convolutional, tiles.kernelGradientOfOneChannel(convolutional))
      : kernelGradient(convolutional, tiles.kernelGradient(convolutional));
  return [
    { kernel: gradient, bindings: [input, rawGradient, partials.source] },
    ...(outgoing
      ? [
          {
            kernel: convolutionInputGradient(convolutional, tiles.inputGradient(convolutional)),
            bindings: [rawGradient, kernel, outgoing],
          },
        ]
      : []),
  ];
}
