import { describe, expect, it } from 'vitest';
import { problemsOf } from './check.ts';
import { costOf } from './cost.ts';
import { fromFragment, toFragment } from './permalink.ts';
import { PRESET_SIZES } from './presetSizes.ts';
import { matchingPreset, PRESETS, presetExperiment } from './presets.ts';
import { defaultExperiment } from './settings.ts';

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
    expect(costOf(experiment).flops).toBeGreaterThan(0);
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
