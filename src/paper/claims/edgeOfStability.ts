/** With the full batch, β rests at 2/η: the edge of stability of gradient descent. */
import type { RunRecord, VariantRecord } from '../../record/record.ts';
import { median } from '../../record/statistics.ts';
import { betas, saturationLimit } from './beta.ts';
import type { Claim } from './claim.ts';
import { decideCasts, eachNetwork } from './compare.ts';
import { outcomeOf, undecided } from './decision.ts';
import { hasTakenAll, inLastThird } from './probes.ts';
import { awaitStep, type Measure, missing, type Reading } from './reading.ts';

const TOLERANCE = 0.1;

/** Median β over the last third of the run, in units of 2/η. */
function inUnitsOfEdge(record: RunRecord, variant: VariantRecord): Reading {
  if (variant.divergedAt !== null) return Number.POSITIVE_INFINITY;
  if (!hasTakenAll(record, variant)) return awaitStep([variant], record.experiment.steps);
  const late = median(inLastThird(record, variant, betas(variant.landscape)));
  return Number.isNaN(late)
    ? missing('The measure has no value in this run.')
    : (late * variant.learningRate) / 2;
}

const lateBeta = (record: RunRecord): Measure => ({
  words: 'Median β ÷ (2/η)',
  unit: 'number',
  of: (variant) => inUnitsOfEdge(record, variant),
});

/** Whether 1/η′ of the smallest step cannot be told from 2/η. */
const coincide = ({ landscape, learningRate }: VariantRecord): boolean =>
  Math.abs((saturationLimit(landscape) * learningRate) / 2 - 1) <= TOLERANCE;

export const edgeOfStability: Claim = {
  id: 'edge-of-stability',
  kind: 'shown',
  statement: 'With the full batch, β rests at 2/_η_, the edge of stability.',
  quote: null,
  source: 'Fig. 10(c), p. 16',
  statistic:
    'The median of BatchNorm’s _β_ over the last third of the run, over the paper’s probe points, divided by 2/_η_.',
  rule: 'Agrees between 0.9 and 1.1, disagrees outside.',
  published: { vgg: 'not measured', dln: '1.00 (Fig. 10(c))' },
  judge(record) {
    if (record.experiment.batchSize !== 'full')
      return undecided('Not in this run: it needs the full batch, batch size “full”.');
    if (record.variants.some(coincide))
      return undecided('With these probe steps β saturates at 2/η as well: add one below 0.5 × η.');
    const criterion = {
      words: 'BatchNorm',
      unit: 'number',
      above: 1 - TOLERANCE,
      below: 1 + TOLERANCE,
    } as const;
    const decision = decideCasts(record, ['batch'], criterion, ([batch]) => inUnitsOfEdge(record, batch!));
    return outcomeOf([decision], eachNetwork(record, ['none', 'batch'], lateBeta(record)));
  },
};
