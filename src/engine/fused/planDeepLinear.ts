/**
 * Deep linear networks, two dispatches a layer and direction: the fused layer kernel, and the finalising of its sums.
 * For narrow networks whose normalisation runs over the minibatch; others take the general path of planLayers.ts.
 */
import type { Network, NetworkLayer, ParameterTensor } from '../../network/network.ts';
import { type DeepLinearLayer, deepLinearBackward, deepLinearForward } from './kernels/deepLinear.ts';
import { finaliseGradient, finaliseStatistics, tableFromRunning } from './kernels/finalise.ts';
import { layerShape } from './kernels/shapes.ts';
import { partialRows } from './kernels/statistics.ts';
import { gradientTableFloats, TABLE_ROWS, tableFloats } from './kernels/tables.ts';
import { roundUp } from './kernels/wgsl.ts';
import { Packer, type PlanInputs } from './layerBuffers.ts';
import { paddedInputs } from './layout.ts';
import { type PlannedDispatch, type Source, whole } from './plan.ts';
import type { LayerPlan } from './planLayers.ts';

const WIDEST = 16;

/** Whether every layer is linear, dense and narrow, and no statistics belong to single examples. */
export function isNarrowDeepLinear({ layers }: Network): boolean {
  return layers.every(
    ({ layer, normalisation, noisy }) =>
      layer.kind === 'dense' &&
      !layer.rectified &&
      !layer.biased &&
      !noisy &&
      layer.inputs <= WIDEST &&
      layer.outputs <= WIDEST &&
      (normalisation === null || normalisation.overBatch),
  );
}

/** What the layers share, and where each has its part. */
interface Places {
  chunks: number;
  /** Raw outputs, by layer. */
  raw: Source[];
  input: Source;
  /** Gradients of z, alternating. */
  gradients: [Source, Source];
  tables: GPUBuffer | null;
  tablesFloats: number;
  table: number[];
  /** All partial sums: of each kernel's gradient, and of the statistics at hand. */
  partials: GPUBuffer;
  partialFloats: number;
  kernelPart: { offset: number; size: number }[];
  sums: number;
  gradientTable: Source;
}

function chunksFor({ examples, traits }: PlanInputs): number {
  return Math.max(1, Math.min(traits.software ? 64 : 256, Math.ceil(examples / 4)));
}

function place(inputs: PlanInputs): Places {
  const { network, examples, memory } = inputs;
  const { layers } = network;
  const chunks = chunksFor(inputs);
  const width = Math.max(...layers.map(({ layer }) => roundUp(Math.max(layer.inputs, layer.outputs), 4)));
  const floats = examples * width;
  const tablePacker = new Packer();
  const table = layers.map(
    ({ layer }) => tablePacker.add(TABLE_ROWS.length * roundUp(layer.outputs, 4)).offset,
  );
  const packer = new Packer();
  const kernelPart = layers.map((built, i) =>
    packer.add(chunks * paddedInputs(built, layers, i) * roundUp(built.layer.outputs, 4)),
  );
  const sums = packer.add(3 * chunks * width).offset;
  const isNormalised = layers.some(({ normalisation }) => normalisation !== null);
  return {
    chunks,
    raw: layers.map(({ layer }, i) => {
      const size = examples * roundUp(layer.outputs, 4);
      return whole(memory.workspace(`raw output ${i}`, size), size);
    }),
    input: whole(
      memory.workspace(
        `input, 1x1x${roundUp(layers[0]!.layer.inputs, 4)}`,
        examples * roundUp(layers[0]!.layer.inputs, 4),
      ),
      examples * roundUp(layers[0]!.layer.inputs, 4),
    ),
    gradients: [
      whole(memory.workspace('gradient of an output, even', floats), floats),
      whole(memory.workspace('gradient of an output, odd', floats), floats),
    ],
    tables: isNormalised ? tablePacker.make(memory, 'tables') : null,
    tablesFloats: tablePacker.floats,
    table,
    partials: packer.make(memory, 'partial sums of deep linear layers'),
    partialFloats: packer.floats,
    kernelPart,
    sums,
    gradientTable: whole(memory.workspace('gradient table', 2 * width), 2 * width),
  };
}

type Tensor = (from: 'theta' | 'gradient', parameter: ParameterTensor) => Source;

/** One layer and its place among the others. */
interface Position {
  inputs: PlanInputs;
  places: Places;
  index: number;
  built: NetworkLayer;
  layer: DeepLinearLayer;
  tensor: Tensor;
}

export function planDeepLinear(inputs: PlanInputs): LayerPlan[] {
  const { network, layout, examples } = inputs;
  const places = place(inputs);
  const tensor: Tensor = (from, parameter) => ({ from, ...layout.tensors.get(parameter)! });
  return network.layers.map((built, index): LayerPlan => {
    const layer = layerAt(network, places, index, examples);
    const position = { inputs, places, index, built, layer, tensor };
    const running = layout.statistics[index];
    return {
      built,
      shape: layerShape(examples, 1, 1, built.layer.outputs, false),
      input: inputOf(position),
      output: places.raw[index]!,
      incoming: places.gradients[index % 2 === 0 ? 0 : 1],
      table: tableOf(position),
      noise: null,
      partials: { source: { from: places.partials, ...places.kernelPart[index]! }, chunks: places.chunks },
      forward: forward(position, true),
      evaluation: [
        ...forward(position, false),
        ...(running ? [tableOfRunning(position, { from: 'running', ...running })] : []),
      ],
      backward: backward(position),
    };
  });
}

function layerAt({ layers }: Network, places: Places, index: number, examples: number): DeepLinearLayer {
  const { layer, normalisation } = layers[index]!;
  const before = layers[index - 1]?.normalisation ?? null;
  return {
    examples,
    inputs: roundUp(layer.inputs, 4),
    outputs: roundUp(layer.outputs, 4),
    chunks: places.chunks,
    before: before && { normalisation: before, table: places.table[index - 1]! },
    own: normalisation && { normalisation, table: places.table[index]! },
  };
}

const inputOf = ({ places, index }: Position): Source =>
  index === 0 ? places.input : places.raw[index - 1]!;

function tableOf({ places, index, built, layer }: Position): Source | null {
  if (!built.normalisation) return null;
  const shape = layerShape(layer.examples, 1, 1, built.layer.outputs, false);
  return {
    from: places.tables!,
    offset: places.table[index]!,
    size: tableFloats(shape, built.normalisation),
  };
}

const allTables = ({ places }: Position): Source => whole(places.tables!, places.tablesFloats);
const allPartials = ({ places }: Position): Source => whole(places.partials, places.partialFloats);

function affineOf({ built, tensor }: Position, from: 'theta' | 'gradient'): Source[] {
  return built.gamma && built.beta ? [tensor(from, built.gamma), tensor(from, built.beta)] : [];
}

/** The layer's kernel and, with statistics of the minibatch, the finalising of its table. */
function forward(position: Position, measures: boolean): PlannedDispatch[] {
  const { places, index, built, layer, tensor } = position;
  const { normalisation } = built;
  const sums = measures && normalisation ? places.sums : null;
  const raw = places.raw[index]!;
  const linear: PlannedDispatch = {
    kernel: deepLinearForward(layer, sums),
    bindings: [
      inputOf(position),
      tensor('theta', built.kernel),
      ...(layer.before ? [allTables(position)] : []),
      raw,
      ...(sums === null ? [] : [allPartials(position)]),
    ],
  };
  if (sums === null || !normalisation) return [linear];
  const shape = layerShape(layer.examples, 1, 1, built.layer.outputs, false);
  const affine = affineOf(position, 'theta');
  const size = partialRows(normalisation.statistic) * layer.outputs * layer.chunks;
  return [
    linear,
    {
      kernel: finaliseStatistics(shape, normalisation, layer.chunks, { affine: affine.length > 0 }),
      bindings: [{ from: places.partials, offset: sums, size }, raw, ...affine, tableOf(position)!],
    },
  ];
}

function tableOfRunning(position: Position, running: Source): PlannedDispatch {
  const { built, layer } = position;
  const affine = affineOf(position, 'theta');
  const shape = layerShape(layer.examples, 1, 1, built.layer.outputs, false);
  return {
    kernel: tableFromRunning(shape, built.normalisation!, { affine: affine.length > 0 }),
    bindings: [running, ...affine, tableOf(position)!],
  };
}

/** The layer's kernel, and the finalising of the sums that it took for the layer before. */
function backward(position: Position): PlannedDispatch[] {
  const { inputs, places, index, built, layer, tensor } = position;
  const isFirst = index === 0;
  const sums = layer.before ? places.sums : null;
  const flowsThroughStatistics = layer.own !== null && !layer.own.normalisation.stopped;
  const kernel = deepLinearBackward(layer, { kernel: places.kernelPart[index]!.offset, sums }, isFirst);
  const dispatch: PlannedDispatch = {
    kernel,
    bindings: [
      places.gradients[index % 2 === 0 ? 0 : 1],
      ...(layer.own ? [places.raw[index]!] : []),
      ...(layer.own || layer.before ? [allTables(position)] : []),
      ...(flowsThroughStatistics ? [places.gradientTable] : []),
      inputOf(position),
      ...(isFirst ? [] : [tensor('theta', built.kernel), places.gradients[index % 2 === 0 ? 1 : 0]]),
      allPartials(position),
    ],
  };
  if (!layer.before) return [dispatch];
  const before = inputs.network.layers[index - 1]!;
  const earlier = {
    ...position,
    index: index - 1,
    built: before,
    layer: layerAt(inputs.network, places, index - 1, layer.examples),
  };
  return [dispatch, finaliseBefore(earlier)];
}

/** dγ, dβ and the table Q of a layer, from the sums that the layer after it took. */
function finaliseBefore(position: Position): PlannedDispatch {
  const { places, built, layer } = position;
  const gradients = affineOf(position, 'gradient');
  const shape = layerShape(layer.examples, 1, 1, built.layer.outputs, false);
  const normalisation = built.normalisation!;
  return {
    kernel: finaliseGradient(shape, normalisation, layer.chunks, { affine: gradients.length > 0 }),
    bindings: [
      { from: places.partials, offset: places.sums, size: 2 * layer.outputs * layer.chunks },
      tableOf(position)!,
      ...gradients,
      { ...places.gradientTable, size: gradientTableFloats(shape, normalisation) },
    ],
  };
}
