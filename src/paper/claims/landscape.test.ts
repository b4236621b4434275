import { describe, expect, it } from 'vitest';
import { covariateShift } from './covariateShift.ts';
import { early } from './early.ts';
import { flatMinima } from './flatMinima.ts';
import { lossBand } from './lossBand.ts';
import { predictiveness } from './predictiveness.ts';
import { fineSmoothness, smoothness } from './smoothness.ts';
import { judged, recordOf, runOf } from './testing.ts';

const { NaN: nan, POSITIVE_INFINITY: infinite } = Number;

describe('the loss band', () => {
  it('agrees where Standard’s is wider at the median', () => {
    expect(judged(lossBand, runOf({ none: { width: 0.94 }, batch: { width: 0.2 } }))).toEqual({
      verdict: 'agrees',
      findings: ['Median band width: 0.94 · 0.2'],
      notes: [],
      seeds: 1,
    });
    expect(judged(lossBand, runOf({ none: { width: 0.2 }, batch: { width: 0.94 } })).verdict).toBe(
      'disagrees',
    );
  });

  it('is infinitely wide where most points are not finite, or the network diverged', () => {
    const open = (step: number) => (step < 70 ? nan : 1);
    expect(judged(lossBand, runOf({ none: { width: open }, batch: {} })).verdict).toBe('agrees');
    const diverged = judged(lossBand, runOf({ none: { divergesAt: 12, width: 0.1 }, batch: { width: 9 } }));
    expect(diverged).toMatchObject({ verdict: 'agrees', findings: ['Median band width: Infinity · 9'] });
    expect(judged(lossBand, runOf({ none: {}, batch: { divergesAt: 1 } })).verdict).toBe('disagrees');
    const both = judged(lossBand, runOf({ none: { divergesAt: 12 }, batch: { divergesAt: 12 } }));
    expect(both.verdict).toBe('open');
    expect(both.notes[0]).toContain('Neither');
  });

  it('is open with fewer than 9 probes', () => {
    expect(judged(lossBand, runOf({ none: {}, batch: {} }, {}, 79)).notes).toEqual([
      'Needs 80 steps; now at 79.',
    ]);
    expect(judged(lossBand, runOf({ none: {}, batch: {} }, { probeEvery: 20 })).notes[0]).toContain(
      'probe more often',
    );
    expect(judged(lossBand, recordOf(['none', 'batch'])).notes).toEqual(['Needs 80 steps; now at 0.']);
    expect(judged(lossBand, runOf({ none: {} })).notes[0]).toContain('Needs the networks');
  });

  it('pairs seeds', () => {
    const run = runOf(
      { none: (seed) => ({ width: 2 + seed }), batch: (seed) => ({ width: 1 + seed }) },
      { seeds: 5 },
    );
    expect(judged(lossBand, run)).toMatchObject({ verdict: 'agrees', seeds: 5 });
    expect(judged(lossBand, run).findings[1]).toBe(
      'Standard ÷ BatchNorm: 1.33, 95% interval 1.2 to 2 over 5 seeds',
    );
  });
});

describe('gradient predictiveness', () => {
  const spiky = (step: number) => (step === 40 ? 78 : 2.2);

  it('agrees by the median, and tells the peak and the share', () => {
    expect(judged(predictiveness, runOf({ none: { edge: spiky }, batch: {} }))).toMatchObject({
      verdict: 'agrees',
      findings: ['Standard ÷ BatchNorm, median: 2.2', 'Peak: 78; above 1 at 1 of the probes'],
    });
    expect(judged(predictiveness, runOf({ none: {}, batch: { edge: spiky } })).verdict).toBe('disagrees');
  });

  it('has a value where a network diverges, none where both do', () => {
    expect(judged(predictiveness, runOf({ none: { divergesAt: 5 }, batch: {} })).verdict).toBe('agrees');
    expect(judged(predictiveness, runOf({ none: {}, batch: { divergesAt: 5 } })).verdict).toBe('disagrees');
    const both = runOf({ none: { divergesAt: 5 }, batch: { divergesAt: 5 } });
    expect(judged(predictiveness, both).verdict).toBe('open');
  });
});

describe('especially early in training', () => {
  const falling = (step: number) => (step < 34 ? 8 : 2);
  const rising = (step: number) => (step < 34 ? 2 : 8);

  it('agrees where the ratio is larger in the first third, and above 1', () => {
    expect(judged(early, runOf({ none: { edge: falling }, batch: {} }))).toMatchObject({
      verdict: 'agrees',
      findings: ['Median ratio: 8 in the first third, 2 in the last'],
    });
    expect(judged(early, runOf({ none: { edge: rising }, batch: {} })).verdict).toBe('disagrees');
    const below = runOf({ none: { edge: falling }, batch: { edge: 16 } });
    expect(judged(early, below).verdict).toBe('disagrees');
  });

  it('needs the whole run, probes in both thirds, and a later phase to compare with', () => {
    const run = { none: { edge: falling }, batch: {} };
    expect(judged(early, runOf(run, {}, 90)).notes).toEqual(['Needs 100 steps; now at 90.']);
    expect(judged(early, runOf(run, { probeEvery: 30 })).notes[0]).toContain('3 probes');
    const diverged = judged(early, runOf({ none: { divergesAt: 0 }, batch: {} }));
    expect(diverged.verdict).toBe('open');
    expect(diverged.notes[0]).toContain('diverged');
  });
});

describe('internal covariate shift', () => {
  const none = { l2: 0.7, cosine: 0.56 };

  it('agrees where BatchNorm has no less of it by either measure', () => {
    expect(judged(covariateShift, runOf({ none, batch: { l2: 0.87, cosine: 0.51 } }))).toMatchObject({
      verdict: 'agrees',
      findings: ['Median ℓ₂ difference: 0.7 · 0.87', 'Median cosine: 0.56 · 0.51'],
    });
    expect(judged(covariateShift, runOf({ none, batch: { l2: 0.6, cosine: 0.6 } })).verdict).toBe('agrees');
  });

  it('disagrees where it has clearly less by one of them', () => {
    expect(judged(covariateShift, runOf({ none, batch: { l2: 0.5, cosine: 0.5 } })).verdict).toBe(
      'disagrees',
    );
    expect(judged(covariateShift, runOf({ none, batch: { l2: 0.9, cosine: 0.9 } })).verdict).toBe(
      'disagrees',
    );
  });

  it('needs a layer after the first, and finite values of both networks', () => {
    expect(judged(covariateShift, runOf({ none, batch: none }, { icsLayers: [1] })).notes[0]).toContain(
      'after the first',
    );
    const diverged = judged(covariateShift, runOf({ none: { divergesAt: 5 }, batch: none }));
    expect(diverged).toMatchObject({ verdict: 'open', findings: [] });
    expect(diverged.notes[0]).toContain('diverged');
    const holes = { l2: (step: number) => (step < 30 ? infinite : 0.7), cosine: 0.5 };
    expect(judged(covariateShift, runOf({ none: holes, batch: none })).verdict).toBe('open');
  });
});

describe('effective β-smoothness', () => {
  it('agrees where BatchNorm’s median is lower, disagrees where it is not', () => {
    expect(judged(smoothness, runOf({ none: { beta: 9 }, batch: { beta: 3 } }))).toMatchObject({
      verdict: 'agrees',
      findings: ['Median β: 9 · 3'],
    });
    expect(judged(smoothness, runOf({ none: { beta: 3 }, batch: { beta: 9 } })).verdict).toBe('disagrees');
  });

  it('is open where both rest at 1/η′ of the smallest step, and shows the medians all the same', () => {
    const saturated = judged(smoothness, runOf({ none: { beta: 20.1 }, batch: { beta: 19.9 } }));
    expect(saturated).toMatchObject({ verdict: 'open', findings: ['Median β: 20.1 · 19.9'] });
    expect(saturated.notes[0]).toContain('rest at 20, 1/η′');
    expect(judged(smoothness, runOf({ none: { beta: 30 }, batch: { beta: 20 } })).verdict).toBe('agrees');
  });

  it('is infinite in a diverged network, and has no value where the gradient is 0', () => {
    expect(judged(smoothness, runOf({ none: { divergesAt: 5 }, batch: { beta: 3 } })).verdict).toBe('agrees');
    const dead = judged(smoothness, runOf({ none: { beta: nan }, batch: { beta: 3 } }));
    expect(dead.notes).toEqual(['The measure has no value in this run.']);
    const both = runOf({ none: { divergesAt: 5 }, batch: { divergesAt: 5 } });
    expect(judged(smoothness, both).notes[0]).toContain('diverged');
  });

  it('is decided again over the fine steps, and says when the order is the other way round', () => {
    const run = runOf({ none: { beta: 9, fineBeta: 2 }, batch: { beta: 3, fineBeta: 4 } });
    expect(judged(fineSmoothness, run)).toEqual({
      verdict: 'disagrees',
      findings: ['Median β: 2 · 4'],
      notes: ['Over the paper’s points the order is the other way round.'],
      seeds: 1,
    });
    const same = runOf({ none: { beta: 9, fineBeta: 4 }, batch: { beta: 3, fineBeta: 2 } });
    expect(judged(fineSmoothness, same)).toMatchObject({ verdict: 'agrees', notes: [] });
    expect(judged(fineSmoothness, recordOf(['none', 'batch'], { fineSteps: [] })).notes[0]).toContain(
      'fine steps',
    );
  });
});

describe('flat minima', () => {
  const asked = { flatnessPoints: 3 };

  it('agrees where the loss rises less around BatchNorm’s end', () => {
    expect(judged(flatMinima, runOf({ none: { rise: 2 }, batch: { rise: 0.5 } }, asked))).toMatchObject({
      verdict: 'agrees',
      findings: ['Median rise of the loss: 2 · 0.5'],
    });
    expect(judged(flatMinima, runOf({ none: { rise: 0.5 }, batch: { rise: 2 } }, asked)).verdict).toBe(
      'disagrees',
    );
    expect(judged(flatMinima, runOf({ none: { rise: nan }, batch: { rise: 2 } }, asked)).verdict).toBe(
      'agrees',
    );
  });

  it('takes a diverged network as infinitely steep', () => {
    expect(judged(flatMinima, runOf({ none: { divergesAt: 4 }, batch: { rise: 2 } }, asked)).verdict).toBe(
      'agrees',
    );
    const both = runOf({ none: { divergesAt: 4 }, batch: { divergesAt: 4 } }, asked);
    expect(judged(flatMinima, both).verdict).toBe('open');
  });

  it('needs the end of a run that measures it', () => {
    expect(judged(flatMinima, recordOf(['none', 'batch'])).notes[0]).toContain('Points around the end');
    expect(judged(flatMinima, runOf({ none: {}, batch: {} }, asked, 50)).notes).toEqual([
      'Needs 100 steps; now at 50.',
    ]);
  });
});
