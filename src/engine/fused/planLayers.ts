/** The dispatches of each layer: forward, in evaluation, backward. */
import type { ParameterTensor } from '../../network/network.ts';
import { type Activation, activate } from './kernels/activate.ts';
import { activationGradient, activationGradientSums } from './kernels/activationGradient.ts';
import { convolution, convolutionInputGradient } from './kernels/convolution.ts';
import { convolutionOfOneChannel } from './kernels/convolutionOfOneChannel.ts';
import { biasGradient, dense, denseInputGradient, denseKernelGradient } from './kernels/dense.ts';
import {
  affineGradientOfExamples,
  finaliseExampleGradient,
  finaliseExampleStatistics,
  finaliseGradient,
  finaliseStatistics,
  tableFromRunning,
  tableOfPiece,
} from './kernels/finalise.ts';
import { firstLayerGradient } from './kernels/firstLayerGradient.ts';
import { kernelGradient, kernelGradientOfOneChannel } from './kernels/kernelGradient.ts';
import { outputSize, pixelsOf } from './kernels/shapes.ts';
import { partialRows, statistics } from './kernels/statistics.ts';
import { gradientTableFloats } from './kernels/tables.ts';
import {
  convolutionShape,
  type LayerChoices,
  type LayerContext,
  layerContexts,
  type PlanInputs,
} from './layerBuffers.ts';
import { type PlannedDispatch, type Source, whole } from './plan.ts';
import { inBudget, measuredShape } from './slices.ts';
import { oneChannelColumns, oneChannelTile, sumChunks } from './tiles.ts';

export interface LayerPlan
  extends Pick<
    LayerContext,
    | 'built'
    | 'shape'
    | 'activation'
    | 'input'
    | 'raw'
    | 'output'
    | 'incoming'
    | 'table'
    | 'noise'
    | 'partials'
  > {
  forward: PlannedDispatch[];
  evaluation: PlannedDispatch[];
  backward: PlannedDispatch[];
}

type Tensor = (from: 'theta' | 'gradient', parameter: ParameterTensor) => Source;

/** With `choices`, on the smooth piece of the loss that they are of. */
export function planLayers(inputs: PlanInputs, choices: readonly LayerChoices[] | null = null): LayerPlan[] {
  const { layout, traits } = inputs;
  const tensor: Tensor = (from, parameter) => ({ from, ...layout.tensors.get(parameter)! });
  const sliced = (dispatches: PlannedDispatch[]): PlannedDispatch[] =>
    dispatches.map(({ kernel, bindings }) => ({ kernel: inBudget(kernel, traits), bindings }));
  return layerContexts(inputs, choices).map((context) => {
    const running = layout.statistics[context.index] ?? null;
    const linear = planLinear(context, inputs, tensor);
    const backward = isOfOneChannel(context)
      ? firstLayerBackward(context, tensor)
      : [...normalisationBackward(context, tensor), ...linearBackward(context, inputs, tensor)];
    const { built, shape, activation, input, raw, output, incoming, table, noise, partials } = context;
    return {
      ...{ built, shape, activation, input, raw, output, incoming, table, noise, partials },
      forward: sliced([
        ...linear,
        ...ownStatistics(context, tensor),
        ...planActivation(context, context.activation),
      ]),
      evaluation: sliced([
        ...linear,
        ...(running ? [tableOfRunning(context, running, tensor)] : ownStatistics(context, tensor)),
        ...planActivation(context, { ...context.activation, noisy: false }),
      ]),
      backward: sliced(backward),
    };
  });
}

/** Whether this is the first layer of images with one channel; on a smooth piece of the loss it is like all others. */
const isOfOneChannel = ({ built, inputs, choices }: LayerContext): boolean =>
  built.layer.kind === 'convolution' && inputs === 1 && !choices;

/** Whether the convolution sums up its output's statistics on the way. */
const gathersStatistics = (context: LayerContext): boolean =>
  context.built.normalisation?.overBatch === true && isOfOneChannel(context);

function planLinear(context: LayerContext, { traits, tiles }: PlanInputs, tensor: Tensor): PlannedDispatch[] {
  const { built, shape, inputs, input, raw } = context;
  const kernel = tensor('theta', built.kernel);
  if (built.layer.kind === 'dense') {
    const size = { examples: shape.examples, inputs, outputs: shape.padded };
    const bias = built.bias ? [tensor('theta', built.bias)] : [];
    return [{ kernel: dense(size, built.bias !== null), bindings: [input, kernel, ...bias, raw] }];
  }
  const all = convolutionShape(shape, inputs);
  if (gathersStatistics(context)) {
    const { statistic } = built.normalisation!;
    const sums = sumsSource(context, partialRows(statistic), context.sumChunks);
    const source = convolutionOfOneChannel(all, oneChannelTile(all), context.sumChunks, statistic);
    return [{ kernel: source, bindings: [input, kernel, raw, sums] }];
  }
  const source =
    inputs === 1
      ? convolutionOfOneChannel(
          all,
          oneChannelTile(all),
          sumChunks(pixelsOf(shape), shape.padded / 4, traits),
        )
      : convolution(all, tiles.convolution(measuredShape(all, traits)));
  return [{ kernel: source, bindings: [input, kernel, raw] }];
}

function affineOf({ built }: LayerContext, tensor: Tensor): Source[] {
  return built.gamma && built.beta ? [tensor('theta', built.gamma), tensor('theta', built.beta)] : [];
}

function sumsSource({ sums, shape }: LayerContext, rows: number, chunks: number): Source {
  return whole(sums, rows * shape.padded * chunks);
}

function ownStatistics(context: LayerContext, tensor: Tensor): PlannedDispatch[] {
  const { built, shape, raw, table, sumChunks: chunks, choices } = context;
  const { normalisation } = built;
  if (!normalisation || !table) return [];
  const sums = sumsSource(context, partialRows(normalisation.statistic), chunks);
  const affine = affineOf(context, tensor);
  const options = { affine: affine.length > 0 };
  if (choices?.table)
    return [
      { kernel: tableOfPiece(shape, normalisation, options), bindings: [choices.table, ...affine, table] },
    ];
  const onPiece = choices !== null;
  const gathered: PlannedDispatch = {
    kernel: statistics(shape, normalisation, chunks, onPiece),
    bindings: [raw, ...keptSigns(context), sums],
  };
  return [
    ...(gathersStatistics(context) ? [] : [gathered]),
    {
      kernel: normalisation.overBatch
        ? finaliseStatistics(shape, normalisation, chunks, options, onPiece)
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

/** The buffers of `keeping` in kernels/choices.ts. */
const keptPasses = ({ choices }: LayerContext): Source[] => (choices?.passes ? [choices.passes] : []);
const keptSigns = ({ choices }: LayerContext): Source[] => (choices?.signs ? [choices.signs] : []);

function planActivation(context: LayerContext, how: Activation): PlannedDispatch[] {
  const { identity, rawMaxima } = context;
  if (identity) return [];
  return [
    {
      kernel: activate(how, context.haloAfter, rawMaxima !== null),
      bindings: [
        ...[...activationSources(context, how.noisy), ...keptPasses(context), context.output],
        ...(rawMaxima ? [rawMaxima] : []),
      ],
    },
  ];
}

function normalisationBackward(context: LayerContext, tensor: Tensor): PlannedDispatch[] {
  if (context.identity) return [];
  const { built, activation: how, incoming, rawGradient } = context;
  const { sums, table } = gradientTableOf(context, tensor);
  return [
    ...sums,
    {
      kernel: activationGradient(how, built.layer.kind === 'convolution'),
      bindings: [
        ...[...activationSources(context, how.noisy), incoming, ...table],
        ...[...keptPasses(context), ...keptSigns(context), rawGradient()],
      ],
    },
  ];
}

function firstLayerBackward(context: LayerContext, tensor: Tensor): PlannedDispatch[] {
  const { built, activation: how, input, table: forward, noise, incoming, partials } = context;
  const { sums, table } = gradientTableOf(context, tensor);
  return [
    ...sums,
    {
      kernel: firstLayerGradient(how, partials.chunks),
      bindings: [
        ...[input, tensor('theta', built.kernel), ...(forward ? [forward] : [])],
        ...[...(noise ? [noise.scale, noise.shift] : []), incoming, ...table, partials.source],
      ],
    },
  ];
}

/** The dispatches that dγ, dβ and the table Q are made with, and that table for whoever needs it. */
function gradientTableOf(
  context: LayerContext,
  tensor: Tensor,
): { sums: PlannedDispatch[]; table: Source[] } {
  const { built, shape, gradientTable } = context;
  const { normalisation, gamma } = built;
  if (!normalisation) return { sums: [], table: [] };
  const q = whole(gradientTable, gradientTableFloats(shape, normalisation));
  const needsTable = !normalisation.stopped;
  return {
    sums: needsTable || gamma ? gradientSums(context, q, tensor) : [],
    table: needsTable ? [q] : [],
  };
}

/** Sums of the gradient of z, and from them dγ, dβ and the table Q. */
function gradientSums(context: LayerContext, q: Source, tensor: Tensor): PlannedDispatch[] {
  const { built, shape, table, activation: how, incoming, rawMaxima, gradientSumChunks: chunks } = context;
  const { gamma, beta } = built;
  const normalisation = built.normalisation!;
  const sums = sumsSource(context, 2, chunks);
  const gradients = gamma && beta ? [tensor('gradient', gamma), tensor('gradient', beta)] : [];
  const options = { affine: gradients.length > 0 };
  // Where the maxima are kept, the sums are those of a layer that is as large as its output.
  const outputs = { ...shape, ...outputSize(shape), pooled: false };
  const summed: PlannedDispatch = rawMaxima
    ? {
        kernel: activationGradientSums({ ...how, shape: outputs }, chunks),
        bindings: [rawMaxima, table!, incoming, sums],
      }
    : {
        kernel: activationGradientSums(how, chunks),
        bindings: [...activationSources(context, how.noisy), incoming, ...keptPasses(context), sums],
      };
  if (normalisation.overBatch)
    return [
      summed,
      {
        kernel: finaliseGradient(shape, normalisation, chunks, options),
        bindings: [sums, table!, ...gradients, q],
      },
    ];
  return [
    summed,
    {
      kernel: finaliseExampleGradient(shape, normalisation, options),
      bindings: [sums, table!, ...(gamma ? [tensor('theta', gamma)] : []), q],
    },
    ...(gradients.length > 0
      ? [{ kernel: affineGradientOfExamples(shape, normalisation), bindings: [sums, table!, ...gradients] }]
      : []),
  ];
}

function linearBackward(context: LayerContext, inputs: PlanInputs, tensor: Tensor): PlannedDispatch[] {
  return context.built.layer.kind === 'dense'
    ? denseBackward(context, tensor)
    : convolutionBackward(context, inputs, tensor);
}

function denseBackward(context: LayerContext, tensor: Tensor): PlannedDispatch[] {
  const { built, shape, inputs, input, rawGradient, outgoing, partials } = context;
  const size = { examples: shape.examples, inputs, outputs: shape.padded };
  return [
    { kernel: denseKernelGradient(size, partials.chunks), bindings: [input, rawGradient(), partials.source] },
    ...(built.bias
      ? [{ kernel: biasGradient(size), bindings: [rawGradient(), tensor('gradient', built.bias)] }]
      : []),
    ...(outgoing
      ? [
          {
            kernel: denseInputGradient(size),
            bindings: [rawGradient(), tensor('theta', built.kernel), outgoing],
          },
        ]
      : []),
  ];
}

function convolutionBackward(
  context: LayerContext,
  { traits, tiles }: PlanInputs,
  tensor: Tensor,
): PlannedDispatch[] {
  const { built, shape, inputs, input, rawGradient, outgoing, partials } = context;
  const all = convolutionShape(shape, inputs);
  const measured = measuredShape(all, traits);
  const { chunks } = partials;
  const kernel =
    inputs === 1
      ? kernelGradientOfOneChannel(all, oneChannelColumns(all.width), chunks)
      : kernelGradient(all, tiles.kernelGradient(measured), chunks);
  const gradient = { kernel, bindings: [input, rawGradient(), partials.source] };
  if (!outgoing) return [gradient];
  return [
    gradient,
    {
      kernel: convolutionInputGradient(all, tiles.inputGradient(measured)),
      bindings: [rawGradient(), tensor('theta', built.kernel), outgoing],
    },
  ];
}
