/** The probe bundle: all that is needed to recompute a network's last probe elsewhere, as one safetensors file. */
import type { Engine } from '../engine/model.ts';
import { EPSILON, type Network } from '../network/network.ts';
import { layerNoise } from '../network/noise.ts';
import type { Lockstep } from './lockstep.ts';
import { type NamedTensor, writeSafetensors } from './safetensors.ts';

/** Packs the last probe of one network with its inputs; the gradient is computed again, number for number. */
export async function probeBundle(
  engine: Engine,
  lockstep: Lockstep,
  index: number,
): Promise<ArrayBuffer | null> {
  const { experiment } = lockstep;
  const trainer = lockstep.trainer(index);
  const { model, network, probed, learningRate, lastProbe } = trainer;
  if (!lastProbe) return null;
  const { step, grid, fine, shift, ...rest } = lastProbe;
  const { x, y } = lockstep.minibatch(index, step);
  const count = y.length / (network.architecture.loss === 'cross-entropy' ? 1 : lastOutputs(network));
  const gradient = model.vector();
  const batch = engine.batch({ x, y, count, step });
  await engine.read(model.gradient(probed, batch, gradient));
  const tensors = [
    ...batchTensors(network, x, y, count),
    ...layerTensors(network, 'param', await model.values(probed)),
    ...layerTensors(network, 'grad', await model.values(gradient)),
    // Without momentum θ_{t+1} follows from θ_t and the gradient.
    ...(experiment.momentum > 0 ? layerTensors(network, 'next', await trainer.nextValues()) : []),
    ...noiseTensors(network, count, step),
  ];
  batch.dispose();
  gradient.dispose();
  const sizes = (multiples: number[]): number[] => multiples.map((multiple) => multiple * learningRate);
  const metadata = {
    experiment,
    step,
    epsilon: EPSILON,
    variant: network.variant.id,
    seed: network.seed,
    learningRate,
    ...rest,
    stepSizes: sizes(experiment.probeSteps),
    ...grid,
    fine: { stepSizes: sizes(experiment.fineSteps), ...fine },
    ics: shift,
  };
  return writeSafetensors(
    tensors,
    Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key, toJson(value)])),
  );
}

const lastOutputs = (network: Network): number => network.architecture.layers.at(-1)!.outputs;

/** JSON in which NaN and infinities are texts, as in run records. */
function toJson(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'number' && !Number.isFinite(each) ? String(each) : each,
  );
}

function batchTensors(
  network: Network,
  x: Float32Array,
  y: Int32Array | Float32Array,
  count: number,
): NamedTensor[] {
  const labels = y instanceof Int32Array ? [count] : [count, lastOutputs(network)];
  return [
    { name: 'batch.x', shape: [count, ...network.architecture.input], data: x },
    { name: 'batch.y', shape: labels, data: y },
  ];
}

function layerTensors(
  network: Network,
  prefix: 'param' | 'grad' | 'next',
  values: Float32Array | Float64Array,
): NamedTensor[] {
  return network.parameters.map(({ name, shape, offset, size }) => ({
    name: `${prefix}/${name}`,
    shape,
    data: values.subarray(offset, offset + size),
  }));
}

/** [N, H, W, C] for convolutions, [N, units] for dense layers. */
function noiseTensors(network: Network, count: number, step: number): NamedTensor[] {
  return network.layers.flatMap(({ noisy, pixels, layer }, index): NamedTensor[] => {
    if (!noisy) return [];
    const { shift, scale } = layerNoise(
      network.noise,
      network.seed,
      index,
      step,
      count * pixels,
      layer.outputs,
    );
    const shape =
      layer.kind === 'convolution'
        ? [count, layer.height, layer.width, layer.outputs]
        : [count, layer.outputs];
    return [
      { name: `noise/${layer.name}/shift`, shape, data: shift },
      { name: `noise/${layer.name}/scale`, shape, data: scale },
    ];
  });
}
