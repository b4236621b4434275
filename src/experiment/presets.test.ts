import { describe, expect, it } from 'vitest';
import { architectureOf } from './architecture.ts';
import { problemsOf } from './check.ts';
import { costOf } from './cost.ts';
import { type DevicePace, secondsOf } from './duration.ts';
import type { Experiment } from './experiment.ts';
import { fromFragment, toFragment } from './permalink.ts';
import { PRESET_SIZES } from './presetSizes.ts';
import { matchingPreset, PRESETS, presetExperiment } from './presets.ts';
import { defaultExperiment } from './settings.ts';

/** A laptop's, roughly. */
const PACE: DevicePace = {
  secondsPerDispatch: 1e-5,
  rates: [{ flopsPerGradient: 1e8, flopsPerSecond: 1e11 }],
  float64FlopsPerSecond: 1e9,
  sharesProcessor: false,
};

/** The convolutions of VGG-16 by their outputs (Simonyan and Zisserman, configuration D). */
const VGG_16 = [64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512];

const TWO_NETWORKS = ['none', 'batch'];
const NOISE_TOO = [...TWO_NETWORKS, 'noisy-batch'];
const ALL_NORMS = [...TWO_NETWORKS, 'l1', 'l2', 'linf'];
const probed = { points: 4, ics: 0, activations: 0 };

/** By the paper's figure: the networks it compares, and how many probe points and layers it shows at least. */
const NEEDS: Record<string, { variants: string[]; points: number; ics: number; activations: number }> = {
  '1': { ...probed, variants: [...TWO_NETWORKS, 'none@0.5', 'batch@0.5'], activations: 2 },
  '2': { ...probed, variants: NOISE_TOO, activations: 3 },
  '3(a)': { ...probed, variants: [...TWO_NETWORKS, 'none@0.01', 'batch@0.01'], ics: 2 },
  '3(b)': { ...probed, variants: [...TWO_NETWORKS, 'none@1e-7', 'batch@1e-7'], ics: 2 },
  '4': { ...probed, variants: TWO_NETWORKS },
  '5(a)': { ...probed, variants: ALL_NORMS },
  '5(b)': { ...probed, variants: ALL_NORMS },
  '6': { ...probed, variants: ALL_NORMS, activations: 1 },
  '8': { ...probed, variants: NOISE_TOO, activations: 3 },
  '9': { ...probed, variants: TWO_NETWORKS, activations: 3 },
  '10': { ...probed, variants: TWO_NETWORKS, points: 5 },
  '11(a)': { ...probed, variants: TWO_NETWORKS },
  '11(b)': { ...probed, variants: TWO_NETWORKS, points: 5 },
  '12': { ...probed, variants: ALL_NORMS },
  '13': { ...probed, variants: ALL_NORMS, points: 5 },
};

function architectureNow({ network, dataset }: Experiment) {
  const parsed = architectureOf(network, dataset);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.value;
}

const ALL = PRESETS.flatMap(({ id, figure }) => PRESET_SIZES.map((size) => ({ id, figure, size })));

describe('presets', () => {
  it('are every figure of the paper but the schematic, once', () => {
    expect(PRESETS.map(({ figure }) => figure)).toEqual(
      '1 2 3(a) 3(b) 4 5(a) 5(b) 6 8 9 10 11(a) 11(b) 12 13'.split(' '),
    );
    expect(new Set(PRESETS.map(({ id }) => id)).size).toBe(PRESETS.length);
  });

  it.each(ALL)('figure $figure in $size size can run as it stands', ({ id, size }) => {
    const experiment = presetExperiment(id, size);
    expect(problemsOf(experiment)).toEqual([]);
  });

  it.each(ALL)('figure $figure in $size size has a cost before it runs', ({ id, size }) => {
    const experiment = presetExperiment(id, size);
    const { flops, bytes, parameters } = costOf(experiment);
    for (const amount of [flops, bytes, parameters, secondsOf(experiment, PACE)]) {
      expect(amount).toBeGreaterThan(0);
      expect(amount).toBeLessThan(Number.POSITIVE_INFINITY);
    }
  });

  it.each(ALL)('figure $figure in $size size measures what the figure shows', ({ id, figure, size }) => {
    const experiment = presetExperiment(id, size);
    const needs = NEEDS[figure]!;
    expect(experiment.variants).toEqual(expect.arrayContaining(needs.variants));
    expect(experiment.probeSteps.length).toBeGreaterThanOrEqual(needs.points);
    expect(experiment.icsLayers.length).toBeGreaterThanOrEqual(needs.ics);
    expect(experiment.activationLayers.length).toBeGreaterThanOrEqual(needs.activations);
    expect(experiment.steps / experiment.probeEvery).toBeGreaterThanOrEqual(20);
    const { layers } = architectureNow(experiment);
    for (const layer of [...experiment.icsLayers, ...experiment.activationLayers])
      expect(layer).toBeLessThanOrEqual(layers.length);
  });

  it.each(PRESETS)('figure $figure in the paper’s size is the paper’s run', ({ id }) => {
    const experiment = presetExperiment(id, 'paper');
    const { layers } = architectureNow(experiment);
    if (experiment.dataset === 'cifar-10') {
      const convolutions = layers.filter(({ kind }) => kind === 'convolution');
      expect(convolutions.map(({ outputs }) => outputs)).toEqual(VGG_16);
      expect(experiment).toMatchObject({
        batchSize: 128,
        steps: 15_000,
        trainExamples: 50_000,
        learningRate: 0.1,
      });
    } else {
      expect(layers.map(({ inputs, outputs }) => [inputs, outputs])).toEqual(Array(25).fill([10, 10]));
      expect(experiment).toMatchObject({
        dataset: 'gaussian',
        batchSize: 'full',
        steps: 10_000,
        trainExamples: 1_000,
      });
      expect(experiment.learningRate).toBe(1e-6);
    }
  });

  it.each(ALL)('figure $figure in $size size fits in a link and comes back from it', ({ id, size }) => {
    const experiment = presetExperiment(id, size);
    const link = toFragment(experiment);
    expect(link.length).toBeLessThan(300);
    expect(fromFragment(link)).toEqual({ experiment, notices: [], others: {} });
  });

  it('write layers in a row as a range', () => {
    const experiment = { ...defaultExperiment(), icsLayers: [1, 3, 4, 5, 7, 8] };
    expect(toFragment(experiment)).toBe('#v=1&ics=1,3-5,7,8');
    expect(fromFragment('#v=1&ics=1,3-5,7,8').experiment.icsLayers).toEqual(experiment.icsLayers);
    expect(fromFragment('#v=1&ics=1-999').notices).not.toEqual([]);
    expect(fromFragment('#v=1&ics=5-3').experiment.icsLayers).toEqual(defaultExperiment().icsLayers);
  });

  it('hold the paper’s cadence, batch and distances in its size', () => {
    expect(presetExperiment('landscape', 'paper')).toMatchObject({
      dataset: 'cifar-10',
      batchSize: 128,
      steps: 15_000,
      probeEvery: 100,
      testEvery: 1_000,
      probeSteps: [0.5, 1, 2, 4],
      weightDecay: 4e-4,
    });
    expect(presetExperiment('landscape-linear', 'paper')).toMatchObject({
      batchSize: 'full',
      steps: 10_000,
      probeEvery: 50,
      learningRate: 1e-6,
      probeSteps: [0.01, 0.1, 1, 10, 30],
    });
  });

  it('measure the paper’s layers, at the same relative depth in the lab size', () => {
    expect(presetExperiment('drift', 'paper').activationLayers).toEqual([2, 9, 13]);
    expect(presetExperiment('drift', 'lab').activationLayers).toEqual([1, 6, 8]);
    expect(presetExperiment('shift-linear', 'lab').icsLayers).toEqual([9, 17]);
    expect(PRESETS.find(({ id }) => id === 'drift')?.notes.lab).toContain('layers 2, 9, 13 are 1, 6, 8 here');
  });

  it('say which decisions are not the paper’s', () => {
    for (const { notes } of PRESETS) {
      expect(notes.lab).toMatch(/^Ours: /);
      expect(notes.paper).toMatch(/ours|leaves open/);
    }
    expect(PRESETS[0]?.notes.paper).toContain('weight decay of 4e-4 is inferred');
  });
});

describe('the preset of an experiment', () => {
  it('is figure 4 for the default', () => {
    expect(matchingPreset(defaultExperiment(), null)).toMatchObject({
      preset: { id: 'landscape' },
      size: 'lab',
      isExact: true,
    });
  });

  it.each(ALL)('is found again where it is preferred: figure $figure in $size size', ({ id, size }) => {
    const experiment = { ...presetExperiment(id, size), seed: 7, seeds: 3 };
    expect(matchingPreset(experiment, id)).toMatchObject({ preset: { id }, size, isExact: true });
  });

  it('is the first of those with the same run, where none is preferred', () => {
    expect(matchingPreset(presetExperiment('drift', 'lab'), null)?.preset.id).toBe('noise');
    expect(matchingPreset(presetExperiment('drift', 'lab'), 'speed')?.preset.id).toBe('noise');
  });

  it('stays when only the length changes, and is none when the networks do', () => {
    const longer = { ...presetExperiment('norms', 'lab'), steps: 777 };
    expect(matchingPreset(longer, 'norms')).toMatchObject({ preset: { id: 'norms' }, isExact: false });
    expect(matchingPreset({ ...longer, momentum: 0.9 }, 'norms')).toBeNull();
  });

  it('is refused for an id that there is not', () => {
    expect(() => presetExperiment('figure-7', 'lab')).toThrow('“figure-7” is not a preset.');
  });
});
