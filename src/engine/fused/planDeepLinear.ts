/**
 * Deep linear networks, two dispatches a layer and direction: the fused layer kernel, and the finalising of its sums.
 * For narrow networks whose normalisation runs over the minibatch; others take the general path of planLayers.ts.
 */
import type { Network, NetworkLayer, ParameterTensor } from '../../network/network.ts';
import {
  type DeepLinearLayer,
  deepLinearBackward,
  deepLinearForward,
  deepLinearSumsFloats,
} from './kernels/deepLinear.ts';
import { finaliseGradient, finaliseStatistics, tableFromRunning } from './kernels/finalise.ts';
import { type LayerShape, layerShape } from './kernels/shapes.ts';
import { partialRows } from './kernels/statistics.ts';
import { GRADIENT_ROWS, tableFloats } from './kernels/tables.ts';
import { roundUp } from './kernels/wgsl.ts';
import { Packer, type PlanInputs } from './layerBuffers.ts';
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

type Tensor = (from: 'theta' | 'gradient', parameter: ParameterTensor) => Source;

/** One layer and its buffers. */
interface Position {
  built: NetworkLayer;
  layer: DeepLinearLayer;
  shape: LayerShape;
  input: Source;
  raw: Source;
  table: Source | null;
  /** Gradient of z, and of the z of the layer before. */
  gradient: Source;
  gradientBefore: Source;
  gradientTable: Source;
  /** Partial sums of statistics, then of the kernel's gradient. */
  partials: Source;
  tensor: Tensor;
}

export function planDeepLinear(inputs: PlanInputs): LayerPlan[] {
  const { layout } = inputs;
  const positions = place(inputs);
  return positions.map((position, index): LayerPlan => {
    const { built, layer, shape, input, raw, table, gradient, partials } = position;
    const running = layout.statistics[index];
    const sums = deepLinearSumsFloats(layer);
    return {
      ...{ built, shape, input, raw, table, noise: null },
      activation: {
        shape,
        normalisation: built.normalisation,
        noisy: false,
        rectified: false,
        onPiece: false,
      },
      output: raw,
      incoming: gradient,
      partials: {
        source: { ...partials, offset: partials.offset + sums, size: partials.size - sums },
        chunks: layer.chunks,
      },
      forward: forward(position, positions[index - 1], true),
      evaluation: [
        ...forward(position, positions[index - 1], false),
        ...(running ? [tableOfRunning(position, { from: 'running', ...running })] : []),
      ],
      backward: backward(position, positions[index - 1]),
    };
  });
}

function chunksFor({ examples, traits }: PlanInputs): number {
  return Math.max(1, Math.min(traits.software ? 32 : 256, Math.ceil(examples / 4)));
}

function place(inputs: PlanInputs): Position[] {
  const { network, examples, memory, layout, traits } = inputs;
  const { layers } = network;
  const make = (name: string, floats: number): Source => whole(memory.workspace(name, floats), floats);
  const widest = Math.max(...layers.map(({ layer }) => roundUp(Math.max(layer.inputs, layer.outputs), 4)));
  const alternating = ['even', 'odd'].map((name) =>
    make(`gradient of an output, ${name}`, examples * widest),
  );
  const gradientTable = memory.workspace('gradient table', GRADIENT_ROWS.length * widest);
  const tensor: Tensor = (from, parameter) => ({ from, ...layout.tensors.get(parameter)! });
  const [tablePacker, partialPacker] = [new Packer(), new Packer()];
  const planned = layers.map((built, index) => {
    const layer: DeepLinearLayer = {
      examples,
      inputs: roundUp(built.layer.inputs, 4),
      outputs: roundUp(built.layer.outputs, 4),
      chunks: chunksFor(inputs),
      vectors: traits.software ? 'all' : 'one',
      before: (layers[index - 1]?.normalisation ?? null) !== null,
      own: built.normalisation,
    };
    const shape = layerShape(examples, 1, 1, built.layer.outputs, false);
    return {
      built,
      layer,
      shape,
      table: built.normalisation && tablePacker.add(tableFloats(shape, built.normalisation)),
      partials: partialPacker.add(deepLinearSumsFloats(layer) + layer.chunks * layer.inputs * layer.outputs),
    };
  });
  const tables = tablePacker.make(memory, 'tables');
  const partials = partialPacker.make(memory, 'partial sums of deep linear layers');
  let input = make(`input, 1x1x${planned[0]!.layer.inputs}`, examples * planned[0]!.layer.inputs);
  return planned.map((each, index): Position => {
    const raw = make(`raw output ${index}`, examples * each.layer.outputs);
    const own = input;
    input = raw;
    return {
      ...each,
      ...{ input: own, raw, tensor },
      table: each.table && { from: tables, ...each.table },
      partials: { from: partials, ...each.partials },
      gradient: alternating[index % 2]!,
      gradientBefore: alternating[(index + 1) % 2]!,
      gradientTable: whole(gradientTable, GRADIENT_ROWS.length * each.layer.outputs),
    };
  });
}

function affineOf({ built, tensor }: Position, from: 'theta' | 'gradient'): Source[] {
  return built.gamma && built.beta ? [tensor(from, built.gamma), tensor(from, built.beta)] : [];
}

/** The layer's kernel and, with statistics of the minibatch, the finalising of its table. */
function forward(position: Position, before: Position | undefined, measures: boolean): PlannedDispatch[] {
  const { built, layer, shape, input, raw, partials, tensor } = position;
  const { normalisation } = built;
  const statistic = measures && normalisation ? normalisation.statistic : null;
  const linear: PlannedDispatch = {
    kernel: deepLinearForward(layer, statistic),
    bindings: [
      input,
      tensor('theta', built.kernel),
      ...(before?.table ? [before.table] : []),
      raw,
      ...(statistic ? [partials] : []),
    ],
  };
  if (!statistic || !normalisation) return [linear];
  const affine = affineOf(position, 'theta');
  return [
    linear,
    {
      kernel: finaliseStatistics(shape, normalisation, layer.chunks, { affine: affine.length > 0 }),
      bindings: [
        { ...partials, size: partialRows(statistic) * layer.outputs * layer.chunks },
        raw,
        ...affine,
        position.table!,
      ],
    },
  ];
}

function tableOfRunning(position: Position, running: Source): PlannedDispatch {
  const affine = affineOf(position, 'theta');
  return {
    kernel: tableFromRunning(position.shape, position.built.normalisation!, { affine: affine.length > 0 }),
    bindings: [running, ...affine, position.table!],
  };
}

/** The layer's kernel, and the finalising of the sums that it took for the layer before. */
function backward(position: Position, before: Position | undefined): PlannedDispatch[] {
  const { built, layer, input, raw, gradient, gradientBefore, gradientTable, partials, tensor } = position;
  const dispatch: PlannedDispatch = {
    kernel: deepLinearBackward(layer, before === undefined),
    bindings: [
      gradient,
      ...(layer.own ? [raw, gradientTable] : []),
      input,
      ...(before?.table ? [before.table] : []),
      ...(before ? [tensor('theta', built.kernel), gradientBefore] : []),
      partials,
    ],
  };
  return before?.table ? [dispatch, finaliseBefore(before, partials)] : [dispatch];
}

/** dγ, dβ and the table Q of a layer, from the sums that the layer after it took. */
function finaliseBefore(position: Position, sums: Source): PlannedDispatch {
  const { built, layer, shape, table, gradientTable } = position;
  const gradients = affineOf(position, 'gradient');
  return {
    kernel: finaliseGradient(shape, built.normalisation!, layer.chunks, { affine: gradients.length > 0 }),
    bindings: [{ ...sums, size: 2 * layer.outputs * layer.chunks }, table!, ...gradients, gradientTable],
  };
}
