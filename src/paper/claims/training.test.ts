import { describe, expect, it } from 'vitest';
import { faster } from './faster.ts';
import { learningRates } from './learningRates.ts';
import { lpNorms } from './lpNorms.ts';
import { noisyBatch } from './noisyBatch.ts';
import { noisyStandard } from './noisyStandard.ts';
import { type Behaviours, judged, recordOf, runOf } from './testing.ts';

const SLOW = { arrives: 60 };
const FAST = { arrives: 20 };
const NEVER = {};

describe('BatchNorm trains faster', () => {
  it('agrees where it arrives sooner, and shows the steps of every network', () => {
    expect(judged(faster, runOf({ none: SLOW, batch: FAST, 'noisy-batch': { arrives: 30 } }))).toEqual({
      verdict: 'agrees',
      findings: ['Steps to 70% training accuracy: 60 · 20 · 30'],
      notes: [],
      seeds: 1,
    });
  });

  it('disagrees where it arrives later, or not sooner', () => {
    expect(judged(faster, runOf({ none: FAST, batch: SLOW })).verdict).toBe('disagrees');
    expect(judged(faster, runOf({ none: FAST, batch: FAST })).verdict).toBe('disagrees');
  });

  it('takes a network that never arrives, or diverges, as infinitely slow', () => {
    expect(judged(faster, runOf({ none: NEVER, batch: FAST })).verdict).toBe('agrees');
    const diverged = judged(faster, runOf({ none: { divergesAt: 3 }, batch: FAST }));
    expect(diverged.verdict).toBe('agrees');
    expect(diverged.findings).toEqual(['Steps to 70% training accuracy: Infinity · 20']);
    expect(judged(faster, runOf({ none: FAST, batch: { divergesAt: 3 } })).verdict).toBe('disagrees');
  });

  it('is open where neither arrives, and says whether either still may', () => {
    const says = (behaviours: Behaviours, until?: number) =>
      judged(faster, runOf(behaviours, {}, until)).notes[0];
    expect(says({ none: NEVER, batch: NEVER }, 50)).toContain('now at step 50');
    expect(says({ none: NEVER, batch: NEVER })).toContain('within 100 steps');
    expect(says({ none: { divergesAt: 3 }, batch: { divergesAt: 3 } })).toContain('diverged');
    expect(says({ batch: FAST })).toBe(
      'Needs the networks Standard and BatchNorm, at the same learning rate.',
    );
    expect(judged(faster, recordOf(['none', 'batch'])).verdict).toBe('open');
  });

  it('compares the plain networks at one learning rate', () => {
    const run = runOf({ none: SLOW, 'batch.last': FAST, 'batch@0.5': FAST, batch: { arrives: 70 } });
    expect(judged(faster, run).verdict).toBe('disagrees');
    expect(judged(faster, runOf({ 'none@0.5': SLOW, 'batch@0.5': FAST })).verdict).toBe('agrees');
    expect(judged(faster, runOf({ none: SLOW, 'batch@0.5': FAST })).verdict).toBe('open');
  });

  it('is decided by the interval over several seeds, paired', () => {
    const run = (batch: number[]) =>
      runOf({ none: SLOW, batch: (seed) => ({ arrives: batch[seed]! }) }, { seeds: batch.length });
    const all = judged(faster, run([10, 20, 30, 40, 50]));
    expect(all).toMatchObject({ verdict: 'agrees', seeds: 5 });
    expect(all.findings).toEqual([
      'Steps to 70% training accuracy: 60 · 30',
      'Standard ÷ BatchNorm: 2, 95% interval 1.2 to 6 over 5 seeds',
    ]);
    const most = judged(faster, run([10, 20, 30, 40, 90]));
    expect(most.verdict).toBe('open');
    expect(most.notes[0]).toContain('across the threshold');
    expect(judged(faster, run([70, 80, 90, 90, 80])).verdict).toBe('disagrees');
  });

  it('waits for every seed that still may arrive, and leaves out those that never will', () => {
    const run = (until?: number) =>
      runOf(
        { none: (seed) => (seed === 2 ? NEVER : SLOW), batch: (seed) => (seed === 2 ? NEVER : FAST) },
        { seeds: 3 },
        until,
      );
    expect(judged(faster, run(90)).verdict).toBe('open');
    expect(judged(faster, run())).toMatchObject({ verdict: 'agrees', seeds: 2 });
    expect(judged(faster, run()).notes[0]).toContain('Over 2 of 3 seeds');
  });

  it('takes the loss at the end of a deep linear network, which has no accuracy', () => {
    const linear = { dataset: 'gaussian', network: 'dln:25x10' } as const;
    const run = { none: { loss: 1660 }, batch: { loss: 479 } };
    expect(judged(faster, runOf(run, linear))).toMatchObject({
      verdict: 'agrees',
      findings: ['Training loss over the last tenth: 1660 · 479'],
    });
    expect(judged(faster, runOf(run, linear, 80)).notes).toEqual(['Needs 100 steps; now at 80.']);
    const diverged = { none: { divergesAt: 5 }, batch: { loss: 479 } };
    expect(judged(faster, runOf(diverged, linear)).verdict).toBe('agrees');
  });
});

describe('noise after BatchNorm', () => {
  const run = (noisy: object, activationLayers = [2, 4]) =>
    runOf({ none: { ...SLOW, drift: 0.03 }, 'noisy-batch': noisy }, { activationLayers });

  it('agrees where the noisy network is faster and drifts more', () => {
    expect(judged(noisyBatch, run({ ...FAST, drift: 0.3 }))).toMatchObject({
      verdict: 'agrees',
      findings: ['Steps to 70% training accuracy: 60 · 20', 'Mean moves a probe by: 0.3 · 3'],
    });
  });

  it('disagrees where either half fails', () => {
    expect(judged(noisyBatch, run({ ...FAST, drift: 0.01 })).verdict).toBe('disagrees');
    expect(judged(noisyBatch, run({ arrives: 80, drift: 0.3 })).verdict).toBe('disagrees');
    expect(judged(noisyBatch, run({ divergesAt: 4 })).verdict).toBe('disagrees');
  });

  it('is decided on speed alone without activations, and says so', () => {
    const alone = judged(noisyBatch, run({ ...FAST, drift: 0.01 }, []));
    expect(alone.verdict).toBe('agrees');
    expect(alone.notes[0]).toContain('speed alone');
  });

  it('is open without its networks, and while probes are few', () => {
    expect(judged(noisyBatch, runOf({ none: SLOW, batch: FAST })).notes).toEqual([
      'Needs the networks Standard and Noisy BatchNorm, at the same learning rate.',
    ]);
    const early = runOf({ none: SLOW, 'noisy-batch': FAST }, { activationLayers: [2] }, 50);
    expect(judged(noisyBatch, early)).toMatchObject({
      verdict: 'open',
      notes: ['Needs 80 steps; now at 50.'],
    });
  });
});

describe('the ℓp norms', () => {
  const none = { ...SLOW, width: 4 };

  it('agree where each is faster along a narrower band', () => {
    const run = runOf({ none, l1: FAST, l2: FAST, linf: FAST });
    expect(judged(lpNorms, run)).toMatchObject({ verdict: 'agrees', notes: [] });
  });

  it('disagree where one is slower, wider, or diverges', () => {
    expect(judged(lpNorms, runOf({ none, l1: FAST, linf: { arrives: 90 } })).verdict).toBe('disagrees');
    expect(judged(lpNorms, runOf({ none, l1: { ...FAST, width: 9 } })).verdict).toBe('disagrees');
    expect(judged(lpNorms, runOf({ none, l1: { divergesAt: 2 } })).verdict).toBe('disagrees');
  });

  it('say which of them are missing', () => {
    expect(judged(lpNorms, runOf({ none, l2: FAST })).notes).toEqual([
      'Decided without ℓ₁ norm and ℓ∞ norm.',
    ]);
    expect(judged(lpNorms, runOf({ none, batch: FAST })).notes[0]).toContain('Needs Standard and an ℓₚ');
    expect(judged(lpNorms, runOf({ none, l1: FAST }, {}, 40)).verdict).toBe('open');
  });
});

describe('noise without BatchNorm', () => {
  it('agrees where the network stays near chance or diverges', () => {
    expect(judged(noisyStandard, runOf({ none: FAST, 'noisy-none': NEVER }))).toMatchObject({
      verdict: 'agrees',
      findings: ['Training accuracy at the end: 0.9 · 0.1'],
    });
    const diverged = judged(noisyStandard, runOf({ none: FAST, 'noisy-none': { divergesAt: 9 } }));
    expect(diverged).toMatchObject({
      verdict: 'agrees',
      findings: ['Training accuracy at the end: 0.9 · 0'],
    });
  });

  it('disagrees where it trains all the same', () => {
    expect(judged(noisyStandard, runOf({ none: FAST, 'noisy-none': SLOW })).verdict).toBe('disagrees');
  });

  it('is open before the end, without the network, and where Standard does not train either', () => {
    const run = { none: FAST, 'noisy-none': NEVER };
    expect(judged(noisyStandard, runOf(run, {}, 90)).notes).toEqual(['Needs 100 steps; now at 90.']);
    expect(judged(noisyStandard, runOf({ none: FAST })).verdict).toBe('open');
    expect(judged(noisyStandard, runOf({ none: NEVER, 'noisy-none': NEVER })).notes[0]).toContain(
      'Standard itself',
    );
    const linear = recordOf(['none', 'noisy-none'], { dataset: 'gaussian', network: 'dln:2x2' });
    expect(judged(noisyStandard, linear).notes[0]).toContain('classes');
  });
});

describe('the range of learning rates', () => {
  it('agrees where BatchNorm trains at a rate at which Standard does not', () => {
    const run = runOf({ none: SLOW, batch: FAST, 'none@0.5': { divergesAt: 2 }, 'batch@0.5': SLOW });
    expect(judged(learningRates, run)).toMatchObject({
      verdict: 'agrees',
      findings: ['Of 0.1, 0.5: Standard reaches 70% at 0.1, BatchNorm at 0.1, 0.5'],
    });
  });

  it('disagrees the other way round', () => {
    const run = runOf({ none: SLOW, batch: NEVER, 'none@0.5': SLOW, 'batch@0.5': FAST });
    expect(judged(learningRates, run).verdict).toBe('disagrees');
  });

  it('is open with one rate, where none tells them apart, and while networks still may arrive', () => {
    expect(judged(learningRates, runOf({ none: SLOW, batch: FAST })).notes[0]).toContain(
      'two learning rates',
    );
    const run = { none: SLOW, batch: FAST, 'none@0.5': SLOW, 'batch@0.5': FAST };
    expect(judged(learningRates, runOf(run)).notes[0]).toContain('tells the two apart');
    expect(judged(learningRates, runOf(run, {}, 40)).notes[0]).toContain('now at 40 steps');
  });
});
