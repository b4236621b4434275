/** What steps and measurements ask of the device, counted on the WebGPU objects; how long they take is the bench's. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type Dataset, loadDataset } from '../data/dataset.ts';
import { DataCache } from '../data/shards.ts';
import { createFusedEngine } from '../engine/fused/engine.ts';
import { openTestDevice } from '../engine/fused/testDevice.ts';
import { type Engine, Pending } from '../engine/model.ts';
import { testBatch, testNetwork, testParameters } from '../engine/testNetworks.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { defaultExperiment, SETTINGS } from '../experiment/settings.ts';
import { exampleUnits } from '../measure/activations.ts';
import { internalCovariateShift } from '../measure/internalCovariateShift.ts';
import { probeLandscape } from '../measure/landscape.ts';
import { countGpuCalls } from './bench/gpuCalls.ts';
import { Lockstep } from './lockstep.ts';

let device: GPUDevice;
let engine: () => Engine;
beforeAll(async () => {
  device = await openTestDevice();
  engine = () => createFusedEngine(device, { software: true, subgroups: device.features.has('subgroups') });
});

async function load(experiment: Experiment): Promise<Dataset> {
  const baseUrl = new URL('/data/', globalThis.location.href).href;
  const loaded = await loadDataset(experiment, { baseUrl, cache: new DataCache() });
  if (!loaded.ok) throw new Error(loaded.problem.message);
  return loaded.dataset;
}

const STEPS = 4;

/** Calls of a few steps without probes and tests whose losses are read together, as the lab's loop reads them. */
async function callsOfSteps(changes: Partial<Experiment>) {
  const experiment: Experiment = {
    ...defaultExperiment(),
    ...{ steps: 2 * STEPS + 2, probeEvery: 100, testEvery: 100, testExamples: 0 },
    ...changes,
  };
  const ours = engine();
  const lockstep = await Lockstep.create(ours, experiment, await load(experiment));
  const advance = (steps: number) =>
    ours.read(Pending.all(Array.from({ length: steps }, () => lockstep.advance().pending)));
  // The first step is a probe; the second makes bind groups.
  await advance(2);
  const [, calls] = await countGpuCalls(() => advance(STEPS));
  lockstep.dispose();
  ours.dispose();
  return calls;
}

describe('a training step', () => {
  it('of the default network with BatchNorm takes at most 90 dispatches', async () => {
    const { dispatches } = await callsOfSteps({ variants: ['batch'], batchSize: 8, trainExamples: 100 });
    expect(dispatches / STEPS).toBeLessThanOrEqual(90);
    expect(dispatches / STEPS).toBeGreaterThan(50);
  });

  it('of the paper’s deep linear network, full batch, takes at most 110', async () => {
    const { dispatches } = await callsOfSteps({
      ...{ dataset: 'gaussian', network: 'dln:25x10', variants: ['batch'], learningRate: 1e-6 },
      ...{ batchSize: 'full', trainExamples: 100 },
    });
    expect(dispatches / STEPS).toBeLessThanOrEqual(110);
  });

  it('of three networks is submitted with as few calls as that of one', async () => {
    const micro = {
      network: 'vgg:4-M-4',
      icsLayers: [1],
      activationLayers: [],
      batchSize: 8,
      trainExamples: 100,
    };
    const one = await callsOfSteps({ ...micro, variants: ['batch'] });
    const three = await callsOfSteps({ ...micro, variants: ['none', 'batch', 'noisy-batch'] });
    expect(three.submissions).toBe(one.submissions);
    expect(three.dispatches).toBeGreaterThan(2 * one.dispatches);
  });
});

describe('in dispatches of one gradient of the default network', () => {
  it('P points cost at most P + 0.5, covariate shift of L layers L + 1, activations 1', async () => {
    const ours = engine();
    const network = testNetwork({ name: '', network: SETTINGS.network.default, variant: 'batch' });
    const model = await ours.model(network, 8);
    const batch = ours.batch(testBatch(network, 8));
    const theta = model.vector(testParameters(network));
    const [next, gradient] = [model.vector(testParameters(network)), model.vector()];
    const scratch = { point: model.vector(), gradient: model.vector() };
    const layers = network.layers.map((_, i) => i + 1);
    await model.watch(exampleUnits(network, layers));
    const count = async (measure: () => Pending<unknown>): Promise<number> =>
      (await countGpuCalls(() => ours.read(measure())))[1].dispatches;
    await count(() => model.gradient(theta, batch, gradient));
    const one = await count(() => model.gradient(theta, batch, gradient));
    const stepSizes = [...SETTINGS.probeSteps.default, ...SETTINGS.fineSteps.default];
    const points = await count(() =>
      probeLandscape(model, theta, gradient, gradient, batch, stepSizes, scratch),
    );
    expect(points / one).toBeLessThanOrEqual(stepSizes.length + 0.5);
    expect(points / one).toBeGreaterThanOrEqual(stepSizes.length);
    const shift = await count(() =>
      internalCovariateShift(model, theta, next, gradient, batch, layers, scratch),
    );
    expect(shift / one).toBeLessThanOrEqual(layers.length + 1);
    const activations = await count(() => model.activations(theta, batch));
    expect(activations / one).toBeLessThanOrEqual(1);
    ours.dispose();
  });
});
