/** The probe bundle: all that is needed to recompute a network's last probe elsewhere, as one safetensors file. */
import { testBatches } from '../data/minibatches.ts';
import type { Engine } from '../engine/model.ts';
import { exampleUnits } from '../measure/activations.ts';
import { flatnessDraw } from '../measure/flatness.ts';
import { normalDirection } from '../measure/randomDirection.ts';
import { firstVector } from '../measure/sharpness.ts';
import { EPSILON } from '../network/network.ts';
import {
  exampleTensors,
  lastOutputs,
  layerTensors,
  noiseTensors,
  statisticsTensors,
} from './bundleTensors.ts';
import type { Lockstep } from './lockstep.ts';
import { type NamedTensor, writeSafetensors } from './safetensors.ts';
import type { Trainer } from './trainer.ts';

const FORMAT = 'normscape-probe';
/** Since 2 a bundle also holds directions, running statistics and the test set. */
const VERSION = 2;
/** A larger test set stays out, and so do the numbers that were measured on it. */
const MOST_TEST_BYTES = 2 ** 25;

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
  const { step, grid, fine, random, shift, activations, ...rest } = lastProbe;
  const minibatch = lockstep.minibatch(index, step);
  const { length } = minibatch.y;
  const count = length / (network.architecture.loss === 'cross-entropy' ? 1 : lastOutputs(network));
  const gradient = model.vector();
  const batch = engine.batch({ ...minibatch, count, step });
  await engine.read(model.gradient(probed, batch, gradient));
  const tensors = [
    ...exampleTensors(network, 'batch', minibatch, count),
    ...layerTensors(network, 'param', await model.values(probed)),
    ...layerTensors(network, 'grad', await model.values(gradient)),
    // Without momentum θ_{t+1} follows from θ_t and the gradient.
    ...(experiment.momentum > 0 ? layerTensors(network, 'next', await trainer.nextValues()) : []),
    ...noiseTensors(network, count, step),
    ...directionTensors(trainer, experiment.randomDirections, step),
  ];
  batch.dispose();
  gradient.dispose();
  const sizes = (multiples: number[]): number[] => multiples.map((multiple) => multiple * learningRate);
  const reached = step === experiment.steps ? await atTheEnd(lockstep, trainer) : null;
  const metadata = {
    format: FORMAT,
    version: VERSION,
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
    random,
    ics: shift,
    activations: exampleUnits(network, experiment.activationLayers).map(({ layer, unit }, i) => ({
      layer: layer + 1,
      unit,
      ...activations[i],
    })),
    ...reached?.numbers,
  };
  return writeSafetensors(
    [...tensors, ...(reached?.tensors ?? [])],
    Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key, toJson(value)])),
  );
}

/** JSON in which NaN and infinities are texts, as in run records. */
function toJson(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'number' && !Number.isFinite(each) ? String(each) : each,
  );
}

/** Directions as they were drawn, before they are given a length. */
function directionTensors(
  { network, lastProbe }: Trainer,
  randomDirections: number,
  step: number,
): NamedTensor[] {
  const random = Array.from({ length: randomDirections }, (_, index) =>
    layerTensors(network, `random${index + 1}`, normalDirection(network, step, index)),
  );
  const sharpness = lastProbe?.sharpness ? layerTensors(network, 'lanczos', firstVector(network, step)) : [];
  return [...random.flat(), ...sharpness];
}

interface Reached {
  numbers: Record<string, unknown>;
  tensors: NamedTensor[];
}

/** What was measured at the parameters that training has reached: on the test set, and around them. */
async function atTheEnd({ dataset, experiment }: Lockstep, trainer: Trainer): Promise<Reached> {
  const { network, lastTest, lastFlatness } = trainer;
  const reached: Reached = { numbers: {}, tensors: [] };
  const bytes = dataset.test.count * network.architecture.input.reduce((a, b) => a * b, 4);
  if (lastTest && bytes <= MOST_TEST_BYTES) {
    reached.numbers.test = lastTest;
    for (const data of testBatches(dataset, dataset.test.count))
      reached.tensors.push(...exampleTensors(network, 'test', data, data.count));
    reached.tensors.push(...statisticsTensors(network, await trainer.runningValues()));
  }
  if (lastFlatness) {
    reached.numbers.flatness = lastFlatness;
    for (const index of [0, 1])
      reached.tensors.push(
        ...layerTensors(network, `flat${index + 1}`, flatnessDraw(network, experiment.steps, index)),
      );
  }
  return reached;
}
