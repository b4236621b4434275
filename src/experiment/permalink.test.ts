import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problemsOf, readExperiment } from './check.ts';
import { toCompact } from './compactSetUp.ts';
import type { Experiment } from './experiment.ts';
import { fromFragment, toFragment, toLinkFragment } from './permalink.ts';
import { defaultExperiment, EXPERIMENT_KEYS } from './settings.ts';
import { setUps } from './testSetUps.ts';

const LONG: Experiment = {
  ...defaultExperiment(),
  network: `vgg:${Array.from({ length: 20 }, (_, i) => 100 + i).join('-')}/${Array(19).fill(4096).join('-')}`,
  variants: [1, 2, 3, 4].flatMap((layer) => [
    `noisy-batch.layer${layer}.stopped`,
    `linf.layer${layer}@0.0123`,
  ]),
};
/** `LONG`, as links held it when the compact form began; links made then must open for ever. */
const COMPACT_THEN =
  '#v=1&set=Dih36g_JcwoNk8obnaph8C9EV6uJl8OdCXWJn8heP1J6uaqZoTKrJwqZcRD8gjo3P1ahqzMlgSoQUBCVtjbMK7jHm37Le2b1oIW3Wuh8OzsyuCFo_WveEF-fO2zQ8oxpQhhRpGmzalI';

/** Every setting with the longest value that it takes: the most layers, networks and steps, and six digits to every number. */
const WORST: Experiment = {
  dataset: 'shapes',
  network: `vgg:${Array(5).fill('4096-M').join('-')}-${Array(34).fill(4096).join('-')}`,
  variants: Array.from({ length: 8 }, (_, i) => `noisy-batch.layer${32 + i}.stopped.frozen@9.99998e-310`),
  learningRate: 9.99999e-9,
  momentum: 9.99998e-310,
  weightDecay: 9.99998e-310,
  batchSize: 4096,
  steps: 100_000,
  seed: 4_294_967_295,
  seeds: 10,
  trainExamples: 9_999,
  testExamples: 999,
  testEvery: 99_999,
  probeEvery: 99_999,
  probeSteps: Array.from({ length: 8 }, (_, i) => (999_991 + i) / 10_000),
  fineSteps: Array.from({ length: 8 }, (_, i) => (999_991 + i) / 10_000),
  icsLayers: Array.from({ length: 20 }, (_, i) => 2 * i + 1),
  activationLayers: [30, 32, 34, 36, 38, 40],
  randomDirections: 4,
  sharpnessIterations: 50,
  flatnessPoints: 41,
  nMu: 9.99998e-310,
  nSigma: 9.99998e-310,
  rMu: 9.99998e-310,
  rSigma: 9.99999,
};

describe('a link to a set-up', () => {
  it('gives the set-up back, readable up to 300 characters, else compact and never longer', () => {
    fc.assert(
      fc.property(fc.oneof(setUps(40, 'three'), setUps(100, 'three'), setUps(100, 'all')), (experiment) => {
        const [readable, link] = [toFragment(experiment), toLinkFragment(experiment)];
        expect(fromFragment(link)).toEqual({ experiment, notices: [], others: {} });
        expect(link.length).toBeLessThanOrEqual(readable.length);
        expect(link === readable).toBe(readable.length <= 300);
      }),
      { numRuns: 1000, seed: 1805 },
    );
  });

  it('has at most 300 characters, whatever it asks for', () => {
    expect(problemsOf(WORST)).toEqual([]);
    expect(toFragment(WORST).length).toBeGreaterThan(900);
    for (const key of EXPERIMENT_KEYS) expect(WORST[key], key).not.toEqual(defaultExperiment()[key]);
    const lengths = fc
      .sample(setUps(100, 'all'), { numRuns: 1000, seed: 11604 })
      .map((each) => toLinkFragment(each).length);
    expect(Math.max(...lengths, toLinkFragment(WORST).length)).toBeLessThanOrEqual(300);
    expect(fromFragment(toLinkFragment(WORST))).toEqual({ experiment: WORST, notices: [], others: {} });
  });

  it('opens for ever', () => {
    expect(toFragment(LONG).length).toBe(380);
    expect(fromFragment(COMPACT_THEN)).toEqual({ experiment: LONG, notices: [], others: {} });
  });

  it('may say beside a compact set-up what is to differ from it', () => {
    const { experiment, others, notices } = fromFragment(`${COMPACT_THEN}&steps=7&page=runs`);
    expect(experiment).toEqual({ ...LONG, steps: 7 });
    expect(others).toEqual({ page: 'runs' });
    expect(notices).toEqual([]);
  });

  it('says that a compact set-up is damaged', () => {
    const text = COMPACT_THEN.slice('#v=1&set='.length);
    const changed = text.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'));
    for (const damaged of ['', '%', 'A', 'AAAA'.repeat(2000), text.slice(0, -4), `${text}AAAA`, changed]) {
      const { experiment, notices } = fromFragment(`#v=1&set=${damaged}`);
      expect(experiment).toEqual(defaultExperiment());
      expect(notices).toMatchObject([{ kind: 'ignored', key: 'set' }]);
    }
  });

  it('stays readable where a value is spelled as no control writes it', () => {
    const experiment = { ...LONG, variants: ['batch.frozen.stopped'], learningRate: 1 / 3 };
    expect(toCompact(experiment)).toBeNull();
    expect(toLinkFragment(experiment)).toBe(toFragment(experiment));
    const { learningRate, variants } = readExperiment(experiment).experiment;
    expect({ learningRate, variants }).toEqual({
      learningRate: 0.333333,
      variants: ['batch.stopped.frozen'],
    });
  });
});
