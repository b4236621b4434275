/** BatchNorm trains at a wider range of learning rates. */
import type { RunRecord } from '../../record/record.ts';
import type { Claim, Words } from './claim.ts';
import { decide, outcomeOf, undecided } from './decision.ts';
import { type Cast, castsAt, learningRatesOf } from './networks.ts';
import { isRunning, missing, type Reading, stepNow, stepWords, waiting } from './reading.ts';
import { ACCURACY, stepsTo } from './speed.ts';

const NORMS = ['none', 'batch'] as const;
const CRITERION = { words: 'More rates for BatchNorm', unit: 'number', above: 0 } as const;

const trains = (variant: Cast[number]): boolean => Number.isFinite(stepsTo(ACCURACY, variant));

/** Of one seed, at all learning rates: how many more BatchNorm trains at than Standard. */
function excess(casts: readonly Cast[]): Reading {
  const open = casts.flat().filter((variant) => isRunning(variant) && !trains(variant));
  if (open.length > 0)
    return waiting(
      'Networks that have not reached 70% yet still may; now at ',
      stepWords(stepNow(open)),
      ' steps.',
    );
  const [standard, batch] = [0, 1].map((part) => casts.filter((cast) => trains(cast[part]!)).length);
  if (standard === batch)
    return missing('None of these learning rates tells the two apart: try larger or smaller ones.');
  return batch! - standard!;
}

/** Rates at which a network trains in every seed. */
function reachedAt(record: RunRecord, rates: readonly number[], part: 0 | 1): string {
  const reached = rates.filter((rate) => castsAt(record, NORMS, rate).every((cast) => trains(cast[part]!)));
  return reached.length > 0 ? reached.join(', ') : 'none of them';
}

function rateWords(record: RunRecord, rates: readonly number[]): Words[] {
  const [standard, batch] = ([0, 1] as const).map((part) => reachedAt(record, rates, part));
  return [[`Of ${rates.join(', ')}: Standard reaches 70% at ${standard}, BatchNorm at ${batch}`]];
}

export const learningRates: Claim = {
  id: 'learning-rates',
  kind: 'claim',
  statement: 'BatchNorm trains at a wider range of learning rates.',
  quote: 'larger range of learning rates',
  source: 'Fig. 1, p. 2',
  statistic:
    'Of the learning rates that both networks run at, how many each trains at, reaching 70% (median training accuracy over 9 recorded steps): BatchNorm’s count − Standard’s.',
  rule: 'Agrees above 0, disagrees below. Open at 0: no rate tried tells the two apart.',
  published: { vgg: 'of 0.1 and 0.5: Standard at 0.1, BatchNorm at both (Fig. 1(a))' },
  judge(record) {
    const rates = learningRatesOf(record)
      .filter((rate) => castsAt(record, NORMS, rate).length > 0)
      .sort((a, b) => a - b);
    if (record.experiment.dataset === 'gaussian') return undecided('Needs a data set with classes.');
    if (rates.length < 2)
      return undecided(
        'Needs Standard and BatchNorm at two learning rates or more, as in none, batch, none@0.5, batch@0.5.',
      );
    const seeds = [...new Set(record.variants.map(({ seed }) => seed))];
    const castsOfSeed = (seed: number): Cast[] =>
      rates.flatMap((rate) => castsAt(record, NORMS, rate).filter(([standard]) => standard!.seed === seed));
    const decision = decide(
      seeds.map((seed) => excess(castsOfSeed(seed))),
      CRITERION,
    );
    return outcomeOf([decision], rateWords(record, rates));
  },
};
