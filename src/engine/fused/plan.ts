/**
 * A network as lists of dispatches: input, noise, forward, loss, backward, evaluation. Made once for a network and a
 * minibatch size; which vectors they read and write is decided when they are bound (bindings.ts).
 */
import type { UnitPlace } from '../model.ts';
import { unitStatistics } from './kernels/activationStatistics.ts';
import { updateRunning } from './kernels/finalise.ts';
import { padInput } from './kernels/input.ts';
import { crossEntropy, halfSquaredError } from './kernels/loss.ts';
import { noise } from './kernels/noise.ts';
import {
  type PartialSums,
  reducePartials,
  sharesOfSquares,
  squaredNorm,
  squareShares,
} from './kernels/reducePartials.ts';
import { type KernelSource, roundUp } from './kernels/wgsl.ts';
import type { PlanInputs } from './layerBuffers.ts';
import type { DeviceLayout } from './layout.ts';
import { isNarrowDeepLinear, planDeepLinear } from './planDeepLinear.ts';
import { type LayerPlan, planLayers } from './planLayers.ts';
import { inBudget } from './slices.ts';

/** What a binding is bound to: a vector of the call, or a buffer of the plan; offset and size in floats. */
export interface Source {
  from: 'theta' | 'gradient' | 'running' | 'results' | GPUBuffer;
  offset: number;
  size: number;
}

export interface PlannedDispatch {
  kernel: KernelSource;
  bindings: Source[];
}

export interface Plan {
  /** Which minibatch the input buffer holds is tracked by the engine; networks of one experiment share it. */
  input: PlannedDispatch[];
  /** The same for a minibatch of bytes; empty where there are none. */
  codedInput: PlannedDispatch[];
  inputBuffer: GPUBuffer;
  noise: PlannedDispatch[];
  /** Networks with the same key draw the same noise into the same buffers. */
  noiseKey: string;
  forward: PlannedDispatch[];
  loss: PlannedDispatch[];
  lossWithGradient: PlannedDispatch[];
  backward: PlannedDispatch[];
  /** Running statistics from the last forward pass. */
  updateRunning: PlannedDispatch[];
  /** Forward with running statistics and without noise. */
  evaluation: PlannedDispatch[];
  /** After a forward pass: the statistics of one unit, counted from 0. */
  activationOf(unit: UnitPlace): PlannedDispatch;
}

export const whole = (from: Source['from'], size: number): Source => ({ from, offset: 0, size });

/** Throws EngineError where the device cannot hold it. */
export function makePlan(inputs: PlanInputs): Plan {
  const { network, layout, examples, traits } = inputs;
  const layers = isNarrowDeepLinear(network) ? planDeepLinear(inputs) : planLayers(inputs);
  const first = layers[0]!;
  const [height, width] = network.architecture.input;
  const halo = first.built.layer.kind === 'convolution';
  const inputChannels = first.input.size / (examples * (halo ? (height + 2) * (width + 2) : height * width));
  const input = (coded: boolean): PlannedDispatch => ({
    kernel: inBudget(padInput(examples, network.architecture.input, inputChannels, { halo, coded }), traits),
    bindings: [first.input],
  });
  return {
    input: [input(false)],
    codedInput: network.architecture.loss === 'cross-entropy' ? [input(true)] : [],
    inputBuffer: first.input.from as GPUBuffer,
    ...planNoise(inputs, layers),
    ...planGradient(inputs, layers),
    updateRunning: planRunning(layout, layers),
    evaluation: layers.flatMap((layer) => layer.evaluation),
    activationOf: (unit) => planActivationStatistics(layers[unit.layer]!, unit.unit),
  };
}

/** From θ and the minibatch to the loss and its gradient. */
export function planGradient(
  inputs: PlanInputs,
  layers: LayerPlan[],
): Pick<Plan, 'forward' | 'loss' | 'lossWithGradient' | 'backward'> {
  return {
    forward: layers.flatMap((layer) => layer.forward),
    ...planLoss(inputs, layers),
    backward: [...layers.toReversed().flatMap((layer) => layer.backward), reduction(inputs, layers)],
  };
}

function planActivationStatistics(
  { activation, raw, table, noise: buffers }: LayerPlan,
  unit: number,
): PlannedDispatch {
  const kernel = unitStatistics(activation, unit);
  const own = [raw, ...(table ? [table] : []), ...(buffers ? [buffers.scale, buffers.shift] : [])];
  return { kernel, bindings: [...own, { from: 'results', offset: 0, size: 0 }] };
}

function planNoise(
  { network, examples, traits }: PlanInputs,
  layers: LayerPlan[],
): Pick<Plan, 'noise' | 'noiseKey'> {
  const noisy = layers.flatMap(({ noise: buffers, built, shape }, index) => {
    if (!buffers) return [];
    const rows = examples * built.pixels;
    const kernel = noise(network.noise, network.seed, index, rows, shape.channels, shape.padded);
    return [{ kernel: inBudget(kernel, traits), bindings: [buffers.scale, buffers.shift] }];
  });
  const drawn = noisy.map(({ kernel }) => kernel.name);
  return { noise: noisy, noiseKey: JSON.stringify([network.seed, network.noise, drawn]) };
}

function planLoss(inputs: PlanInputs, layers: LayerPlan[]): Pick<Plan, 'loss' | 'lossWithGradient'> {
  const { network, examples, memory } = inputs;
  const last = layers.at(-1)!;
  const shape = { examples, outputs: last.shape.channels, padded: last.shape.padded };
  const make = network.architecture.loss === 'cross-entropy' ? crossEntropy : halfSquaredError;
  const decays = network.weightDecay > 0;
  const penalty = whole(memory.workspace('penalty', 4), 4);
  const squares = decays ? planPenalty(inputs, penalty) : [];
  const results: Source = { from: 'results', offset: 0, size: 0 };
  const tail = [...(decays ? [penalty] : []), results];
  return {
    loss: [...squares, { kernel: make(shape, false, decays), bindings: [last.output, ...tail] }],
    lossWithGradient: [
      ...squares,
      { kernel: make(shape, true, decays), bindings: [last.output, last.incoming, ...tail] },
    ],
  };
}

/** Half the weight decay times the squared norm of all kernels. */
function planPenalty({ network, layout, memory, traits }: PlanInputs, penalty: Source): PlannedDispatch[] {
  const ranges = network.layers.map(({ kernel }) => layout.tensors.get(kernel)!);
  const count = squareShares(ranges);
  const shares = whole(memory.workspace('shares of squares', count), count);
  return [
    { kernel: inBudget(sharesOfSquares(ranges), traits), bindings: [whole('theta', layout.size), shares] },
    { kernel: squaredNorm(count, network.weightDecay / 2), bindings: [shares, penalty] },
  ];
}

/** Adds up every layer's partial kernel gradient. */
function reduction({ network, layout, traits }: PlanInputs, layers: LayerPlan[]): PlannedDispatch {
  const sums = layers.map(({ partials, built }): PartialSums => {
    const { offset, size } = layout.tensors.get(built.kernel)!;
    return { from: partials.source.offset, into: offset, size, chunks: partials.chunks };
  });
  const buffer = layers[0]!.partials.source.from;
  const end = Math.max(...layers.map(({ partials }) => partials.source.offset + partials.source.size));
  return {
    kernel: inBudget(reducePartials(sums, network.weightDecay), traits),
    bindings: [
      whole(buffer, end),
      ...(network.weightDecay > 0 ? [whole('theta', layout.size)] : []),
      whole('gradient', layout.size),
    ],
  };
}

function planRunning(layout: DeviceLayout, layers: LayerPlan[]): PlannedDispatch[] {
  const parts = layers.flatMap(({ table, shape }, i) => {
    const statistics = layout.statistics[i];
    return table && statistics
      ? [{ table: table.offset, running: statistics.offset, padded: shape.padded }]
      : [];
  });
  if (parts.length === 0) return [];
  const tables = layers.flatMap(({ table }) => (table ? [table] : []));
  const end = Math.max(...tables.map(({ offset, size }) => offset + size));
  return [
    {
      kernel: updateRunning(parts),
      bindings: [whole(tables[0]!.from, roundUp(end, 4)), whole('running', layout.statisticsSize)],
    },
  ];
}
