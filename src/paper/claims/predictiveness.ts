/** Gradients are more predictive with BatchNorm: they move less along themselves. */
import type { RunRecord } from '../../record/record.ts';
import { median } from '../../record/statistics.ts';
import type { Claim, Words } from './claim.ts';
import { decideCasts, timesAsLarge } from './compare.ts';
import { outcomeOf } from './decision.ts';
import { EDGE_STATISTIC, edgeRatios } from './edges.ts';
import { type Cast, castsOf } from './networks.ts';
import { tooFewProbes } from './probes.ts';
import { amount, type Reading } from './reading.ts';

const NORMS = ['none', 'batch'] as const;

function medianRatio(record: RunRecord, cast: Cast): Reading {
  const { ratio } = edgeRatios(record, cast);
  return tooFewProbes(record, cast, [ratio.length]) ?? median(ratio);
}

/** Over the probes of all seeds. */
function spreadWords(record: RunRecord): Words[] {
  const ratios = castsOf(record, NORMS).flatMap((cast) => edgeRatios(record, cast).ratio);
  const above = ratios.filter((ratio) => ratio > 1).length / ratios.length;
  const largest = ratios.reduce((most, ratio) => Math.max(most, ratio), 0);
  return ratios.length === 0
    ? []
    : [['Peak: ', amount(largest, 'times'), '; above 1 at ', amount(above, 'percent'), ' of the probes']];
}

export const predictiveness: Claim = {
  id: 'predictiveness',
  kind: 'claim',
  statement: 'Gradients are far more predictive.',
  quote: 'close to two orders of magnitude',
  source: 'Fig. 4(b), p. 6',
  statistic: `${EDGE_STATISTIC} The median over all probes.`,
  rule: 'Agrees above 1, disagrees at 1 or below. An edge that is not finite, or lost to divergence, is infinite.',
  published: {
    vgg: 'median 2.2×, peak 78×, above 1 at 76% of the probes (Fig. 4(b))',
    dln: 'median 1.3×, peak 10¹⁰×, above 1 at 53% of the probes (Fig. 10(b))',
  },
  judge(record) {
    const criterion = {
      ...timesAsLarge('none', 'batch'),
      words: 'Standard ÷ BatchNorm, median',
      isShown: true,
    };
    const decision = decideCasts(record, NORMS, criterion, (cast) => medianRatio(record, cast));
    return outcomeOf([decision], spreadWords(record));
  },
};
