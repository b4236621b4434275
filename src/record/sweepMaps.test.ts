import { describe, expect, it } from 'vitest';
import { readMergedSweep, SWEEP_FORMAT, type SweepRun } from './sweep.ts';
import { sweepCell, sweepGroups, sweepLevel, sweepScale } from './sweepMaps.ts';

const run = (variant: string, learningRate: number, seed: number, others = ''): SweepRun => ({
  fragment: `#v=1${others}&variants=${variant}&lr=${learningRate}&seed=${seed}`,
  variant,
  learningRate,
  seed,
  status: 'finished',
  testAccuracy: 0.5,
  trainLoss: 1,
  band: 0.2,
  beta: 3,
});

describe('the maps of a sweep', () => {
  it('have normalisations by learning rates, ascending, with one run a seed in a cell', () => {
    const runs = [run('batch', 0.1, 1), run('none', 0.5, 1), run('none', 0.5, 2), run('none', 0.1, 1)];
    const [group, ...others] = sweepGroups(runs);
    expect(others).toEqual([]);
    expect(group).toMatchObject({ variants: ['none', 'batch'], learningRates: [0.1, 0.5] });
    expect(group!.cells.map((row) => row.map(({ length }) => length))).toEqual([
      [1, 2],
      [1, 0],
    ]);
  });

  it('are one for each set of the other settings', () => {
    const groups = sweepGroups([run('none', 0.1, 1, '&steps=100'), run('none', 0.1, 1, '&steps=200')]);
    expect(groups.map(({ experiment }) => experiment.steps)).toEqual([100, 200]);
  });

  it('show means over the seeds that did not diverge, and how many did', () => {
    const runs = [run('none', 0.1, 1), { ...run('none', 0.1, 2), testAccuracy: 0.7 }];
    expect(sweepCell(runs, 'testAccuracy')).toEqual({ value: 0.6, seeds: 2, diverged: 0 });
    const lost = { ...run('none', 0.1, 3), status: 'diverged' };
    expect(sweepCell([...runs, lost], 'testAccuracy')).toEqual({ value: 0.6, seeds: 2, diverged: 1 });
    expect(sweepCell([lost], 'testAccuracy')).toEqual({ value: null, seeds: 0, diverged: 1 });
    expect(sweepCell([{ ...runs[0]!, beta: null }], 'beta').value).toBeNull();
  });

  it('have six greys from the lowest value to the highest, in equal ratios over more than a factor of ten', () => {
    const linear = sweepScale([2, 8, 5])!;
    expect([2, 4.9, 5, 8].map((value) => sweepLevel(value, linear))).toEqual([0, 2, 3, 5]);
    const ratios = sweepScale([1, 8, 64])!;
    expect([1, 3.9, 10, 64].map((value) => sweepLevel(value, ratios))).toEqual([0, 1, 3, 5]);
    const cut = sweepScale([1, 8, 64, 1e13])!;
    expect(cut).toEqual({ low: 1, high: 64, isLogarithmic: true, isCut: true });
    expect(sweepLevel(1e13, cut)).toBe(5);
    expect(sweepLevel(3, sweepScale([3])!)).toBe(0);
    expect(sweepScale([])).toBeNull();
  });
});

it.each([
  ['another variant', { variant: 'batch<script>' }],
  ['a link to elsewhere', { fragment: 'https://example.org/#v=1' }],
  ['a text for a number', { beta: '3' }],
])('a merged sweep with %s is none', (_, change) => {
  const merged = (runs: unknown[]) => ({ format: SWEEP_FORMAT, version: 1, runs });
  expect(readMergedSweep(merged([run('none', 0.1, 1)]))).not.toBeNull();
  expect(readMergedSweep(merged([{ ...run('none', 0.1, 1), ...change }]))).toBeNull();
});
