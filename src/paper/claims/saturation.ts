/** The effective β-smoothness saturates at 1/η′ of the smallest probe step. */
import type { RunRecord, VariantRecord } from '../../record/record.ts';
import { saturatedShare } from './beta.ts';
import type { Claim } from './claim.ts';
import { decideCasts, eachNetwork } from './compare.ts';
import { outcomeOf, undecided } from './decision.ts';
import { tooFewProbes } from './probes.ts';
import { leastOf, type Measure, type Reading } from './reading.ts';

const NORMS = ['none', 'batch'] as const;

function shareOf(record: RunRecord, variant: VariantRecord): Reading {
  const { landscape, divergedAt } = variant;
  const few = divergedAt === null ? tooFewProbes(record, [variant], [landscape.beta.length]) : null;
  return few ?? saturatedShare(landscape);
}

const share = (record: RunRecord): Measure => ({
  words: 'Share of probes there',
  unit: 'percent',
  of: (variant) => shareOf(record, variant),
});

export const saturation: Claim = {
  id: 'saturation',
  kind: 'shown',
  statement: 'In both networks β saturates at 1/_η′_ of the smallest probe step.',
  quote: null,
  source: 'Fig. 4(c), p. 6',
  statistic:
    'The share of probes at which _β_ is within 2% of 1/_η′_ of the smallest of the paper’s steps: the smaller of Standard’s and BatchNorm’s.',
  rule: 'Agrees above 50%, disagrees at 50% or below.',
  published: { vgg: 'Standard 51%, BatchNorm 79% (Fig. 4(c))' },
  judge(record) {
    if (record.experiment.batchSize === 'full') return undecided('Not in this run: it is about minibatches.');
    const criterion = { words: 'The smaller share', unit: 'percent', above: 0.5 } as const;
    const decision = decideCasts(record, NORMS, criterion, (cast) =>
      leastOf(cast.map((variant) => shareOf(record, variant))),
    );
    return outcomeOf([decision], eachNetwork(record, NORMS, share(record)));
  },
};
