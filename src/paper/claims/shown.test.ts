import { describe, expect, it } from 'vitest';
import { edgeOfStability } from './edgeOfStability.ts';
import { initialisation } from './initialisation.ts';
import { peak } from './peak.ts';
import { saturation } from './saturation.ts';
import { judged, recordOf, runOf } from './testing.ts';
import { weightPenalty } from './weightPenalty.ts';

describe('at initialisation', () => {
  const exploding = { edge: (step: number) => (step === 0 ? 145 : 1) };

  it('agrees where BatchNorm’s gradient moves further at step 0, and says when that turns', () => {
    expect(judged(initialisation, runOf({ none: { edge: 2.4 }, batch: exploding }))).toMatchObject({
      verdict: 'agrees',
      findings: ['At step 0 the gradient moves by: 2.4 · 145', 'Standard’s first moves further at step 10'],
    });
    expect(judged(initialisation, runOf({ none: exploding, batch: {} })).verdict).toBe('disagrees');
  });

  it('is decided by the first probe', () => {
    expect(judged(initialisation, runOf({ none: {}, batch: exploding }, {}, 0)).verdict).toBe('agrees');
    expect(judged(initialisation, recordOf(['none', 'batch'])).verdict).toBe('open');
    expect(judged(initialisation, runOf({ batch: {} })).verdict).toBe('open');
    const both = runOf({ none: { edge: Number.NaN }, batch: { edge: Number.NaN } });
    expect(judged(initialisation, both).notes[0]).toContain('finite');
  });
});

describe('the peak', () => {
  it('agrees where the largest ratio is far above the median', () => {
    const spiky = (step: number) => (step === 40 ? 78 : 2.2);
    expect(judged(peak, runOf({ none: { edge: spiky }, batch: {} }))).toMatchObject({
      verdict: 'agrees',
      findings: ['Peak ÷ median: 35.5'],
    });
    expect(judged(peak, runOf({ none: { edge: 2 }, batch: {} })).verdict).toBe('disagrees');
  });

  it('is infinite where one probe is, and open where most are', () => {
    const once = (step: number) => (step === 40 ? Number.NaN : 2);
    expect(judged(peak, runOf({ none: { edge: once }, batch: {} })).verdict).toBe('agrees');
    expect(judged(peak, runOf({ none: { divergesAt: 5 }, batch: {} })).verdict).toBe('open');
    expect(judged(peak, runOf({ none: {}, batch: {} }, {}, 30)).verdict).toBe('open');
  });
});

describe('saturation', () => {
  const mostly = (step: number) => (step < 30 ? 40 : 20.1);

  it('agrees where both networks are next to 1/η′ at most probes', () => {
    expect(judged(saturation, runOf({ none: { beta: mostly }, batch: { beta: 20 } }))).toMatchObject({
      verdict: 'agrees',
      findings: ['Share of probes there: 0.727 · 1'],
    });
    expect(judged(saturation, runOf({ none: { beta: 5 }, batch: { beta: 20 } })).verdict).toBe('disagrees');
    expect(judged(saturation, runOf({ none: { divergesAt: 5 }, batch: { beta: 20 } })).verdict).toBe(
      'disagrees',
    );
  });

  it('is about minibatches, and needs probes', () => {
    expect(judged(saturation, recordOf(['none', 'batch'], { batchSize: 'full' })).notes[0]).toContain(
      'Not in this run',
    );
    expect(judged(saturation, runOf({ none: {}, batch: {} }, {}, 30)).verdict).toBe('open');
  });
});

describe('the edge of stability', () => {
  const full = { batchSize: 'full', probeSteps: [0.01, 1] } as const;
  const run = (beta: number) =>
    runOf({ none: { beta: 5 }, batch: { beta } }, { ...full, probeSteps: [0.01, 1] });

  it('agrees where β rests at 2/η', () => {
    expect(judged(edgeOfStability, run(20.2))).toMatchObject({
      verdict: 'agrees',
      findings: ['Median β ÷ (2/η): 0.25 · 1.01'],
    });
    expect(judged(edgeOfStability, run(15)).verdict).toBe('disagrees');
    expect(judged(edgeOfStability, run(25)).verdict).toBe('disagrees');
    const diverged = runOf({ batch: { divergesAt: 3 } }, { ...full, probeSteps: [0.01, 1] });
    expect(judged(edgeOfStability, diverged).verdict).toBe('disagrees');
  });

  it('needs the full batch, the end, and probe steps that tell 2/η from saturation', () => {
    expect(judged(edgeOfStability, recordOf(['batch'])).notes[0]).toContain('full batch');
    expect(judged(edgeOfStability, recordOf(['batch'], { batchSize: 'full' })).notes[0]).toContain(
      'saturates',
    );
    const early = runOf({ batch: { beta: 20 } }, { ...full, probeSteps: [0.01, 1] }, 60);
    expect(judged(edgeOfStability, early).notes).toEqual(['Needs 100 steps; now at 60.']);
    expect(judged(edgeOfStability, run(Number.NaN)).verdict).toBe('open');
  });

  it('is open where the interval over the seeds reaches across', () => {
    const seeds = runOf(
      { batch: (seed) => ({ beta: [19, 20, 25][seed]! }) },
      { ...full, probeSteps: [0.01, 1], seeds: 3 },
    );
    expect(judged(edgeOfStability, seeds).verdict).toBe('open');
  });
});

describe('the weight penalty', () => {
  const asked = { weightDecay: 0.0004 };

  it('agrees where it is most of the lower edge', () => {
    expect(judged(weightPenalty, runOf({ batch: { weight: 60 } }, asked))).toMatchObject({
      verdict: 'agrees',
      findings: ['Penalty ÷ lower edge: 0.72'],
    });
    expect(judged(weightPenalty, runOf({ batch: { weight: 10 } }, asked)).verdict).toBe('disagrees');
  });

  it('needs weight decay, the end, and weight norms', () => {
    expect(judged(weightPenalty, recordOf(['batch'])).notes).toEqual([
      'Not in this run: its weight decay is 0.',
    ]);
    expect(judged(weightPenalty, runOf({ batch: { weight: 60 } }, asked, 50)).verdict).toBe('open');
    expect(judged(weightPenalty, runOf({ batch: {} }, asked)).notes[0]).toContain('weight norms');
    expect(judged(weightPenalty, runOf({ batch: { divergesAt: 5 } }, asked)).notes[0]).toContain('diverged');
  });
});
