import { describe, expect, it } from 'vitest';
import { CLAIMS, judgeAll, tallyOf } from './claims.ts';
import { type Behaviours, recordOf, runOf } from './testing.ts';

const ALL = { activationLayers: [2], flatnessPoints: 3, weightDecay: 0.0004 };

/** Every number in every sentence. */
function numbersOf(behaviours: Behaviours, change = {}, until?: number): number[] {
  return judgeAll(runOf(behaviours, { ...ALL, ...change }, until)).flatMap(({ outcome }) =>
    [...outcome.findings, ...outcome.notes]
      .flat()
      .flatMap((piece) => (typeof piece === 'string' ? [] : [piece.value])),
  );
}

const verdictsOf = (...arguments_: Parameters<typeof runOf>): Record<string, string> =>
  Object.fromEntries(judgeAll(runOf(...arguments_)).map(({ claim, outcome }) => [claim.id, outcome.verdict]));

describe('the claims', () => {
  it('have ids of their own, a rule, a source and what the paper gave', () => {
    expect(new Set(CLAIMS.map(({ id }) => id)).size).toBe(CLAIMS.length);
    for (const { statement, source, statistic, rule, published } of CLAIMS)
      for (const text of [statement, source, statistic, rule, published.vgg]) expect(text).not.toBe('');
  });

  it('are tallied, those that no run decides apart', () => {
    const record = runOf({ none: { arrives: 60, width: 2 }, batch: { arrives: 20 } });
    const tally = tallyOf(judgeAll(record));
    expect(tally.agrees + tally.disagrees + tally.open + tally.elsewhere).toBe(CLAIMS.length);
    expect(tally.elsewhere).toBe(1);
    expect(tally).toMatchObject({ agrees: 3, disagrees: 7 });
  });

  it('are all open before anything has been measured', () => {
    const tally = tallyOf(judgeAll(recordOf(['none', 'batch', 'noisy-batch'])));
    expect(tally).toMatchObject({ agrees: 0, disagrees: 0 });
  });

  it('are open, not wrong, without the networks that they compare', () => {
    const tally = tallyOf(judgeAll(runOf({ layer: { arrives: 5 }, 'batch.frozen': { arrives: 5 } })));
    expect(tally).toMatchObject({ agrees: 0, disagrees: 0 });
  });
});

describe('no sentence holds NaN', () => {
  const { NaN: nan, POSITIVE_INFINITY: infinite } = Number;
  const broken = {
    width: nan,
    edge: nan,
    beta: nan,
    fineBeta: nan,
    l2: nan,
    cosine: nan,
    drift: nan,
    rise: nan,
  };
  const endless = {
    width: infinite,
    edge: infinite,
    beta: infinite,
    fineBeta: infinite,
    l2: infinite,
    drift: infinite,
  };
  const still = { width: 0, edge: 0, beta: nan, fineBeta: nan, l2: 0, cosine: nan, weight: 0, rise: 0 };
  const lost = { divergesAt: 0 };
  const kinds = { broken, endless, still, lost, sound: { arrives: 20, weight: 3, rise: 1 } };
  const pairs = Object.entries(kinds).flatMap(([first, one]) =>
    Object.entries(kinds).map(([second, other]) => [first, second, one, other] as const),
  );

  it.each(pairs)('with Standard %s and BatchNorm %s', (_first, _second, none, batch) => {
    const networks = {
      none,
      batch,
      'noisy-batch': batch,
      l1: batch,
      'noisy-none': none,
      'none@0.5': none,
      'batch@0.5': batch,
    };
    for (const change of [
      {},
      { seeds: 3 },
      { batchSize: 'full', probeSteps: [0.1, 1] },
      { dataset: 'gaussian', network: 'dln:3x3' },
    ])
      for (const until of [0, 45, 100])
        expect(numbersOf(networks, change, until).some(Number.isNaN)).toBe(false);
  });
});

describe('the paper’s own numbers', () => {
  /** Medians read off figures 2 to 5 and 8, by thirds of the run where they differ. */
  const thirds = (first: number, second: number, third: number) => (step: number) =>
    step < 5000 ? first : step < 10_000 ? second : third;
  const vgg = {
    none: {
      arrives: 1900,
      width: thirds(2.3, 0.79, 0.17),
      edge: (step: number) => (step === 0 ? 2.4 : step === 1900 ? 2000 : thirds(71, 46, 22)(step)),
      beta: 20.01,
      l2: 0.74,
      cosine: 0.56,
      drift: 0.032,
    },
    batch: {
      arrives: 600,
      width: thirds(0.4, 0.16, 0.14),
      edge: (step: number) => (step === 0 ? 145 : thirds(26, 17, 18)(step)),
      beta: 19.95,
      l2: 0.87,
      cosine: 0.51,
      drift: 0.0005,
    },
    'noisy-batch': { arrives: 700, drift: 0.27 },
    l1: { arrives: 400, width: 0.13 },
  };

  it('give the verdicts that its data give', () => {
    const change = { steps: 15_000, probeEvery: 100, icsLayers: [5], activationLayers: [9], fineSteps: [] };
    expect(verdictsOf(vgg, change)).toEqual({
      faster: 'agrees',
      'noisy-batch': 'agrees',
      'loss-band': 'agrees',
      predictiveness: 'agrees',
      early: 'agrees',
      'covariate-shift': 'agrees',
      smoothness: 'open',
      'fine-smoothness': 'open',
      'lp-norms': 'agrees',
      'noisy-standard': 'open',
      'learning-rates': 'open',
      'flat-minima': 'open',
      theorems: 'elsewhere',
      initialisation: 'agrees',
      peak: 'agrees',
      saturation: 'agrees',
      'edge-of-stability': 'open',
      'weight-penalty': 'open',
    });
  });

  it('of the deep linear network go against two of its claims', () => {
    const change = {
      dataset: 'gaussian',
      network: 'dln:25x10',
      batchSize: 'full',
      learningRate: 1e-6,
      steps: 1000,
      probeEvery: 50,
      probeSteps: [0.01, 0.1, 1, 10, 30],
    } as const;
    const linear = {
      none: { loss: 1661, width: 17_100, beta: 3.66e6 },
      batch: { loss: 480, width: 19_800, beta: 2.006e6 },
      l1: { loss: 101, width: 20_300 },
    };
    expect(verdictsOf(linear, { ...change, probeSteps: [...change.probeSteps] })).toMatchObject({
      faster: 'agrees',
      'loss-band': 'disagrees',
      smoothness: 'agrees',
      'lp-norms': 'disagrees',
      'edge-of-stability': 'agrees',
    });
  });
});
