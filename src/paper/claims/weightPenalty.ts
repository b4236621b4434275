/** The plotted loss contains a penalty on the weights, and late in training little else. */
import type { RunRecord, VariantRecord } from '../../record/record.ts';
import { median } from '../../record/statistics.ts';
import type { Claim } from './claim.ts';
import { decideCasts, eachNetwork } from './compare.ts';
import { outcomeOf, undecided } from './decision.ts';
import { hasTakenAll, inLastThird } from './probes.ts';
import { awaitStep, type Measure, missing, type Reading } from './reading.ts';

/** (weightDecay/2)·Σ‖kernel‖² over the lower edge of the loss band, at each probe. */
function shares({ experiment }: RunRecord, { norms, landscape }: VariantRecord): number[] {
  return landscape.lossAt.map((row, i) => {
    const squares = norms.layers.reduce((sum, { weight }) => sum + weight[i]! ** 2, 0);
    return ((experiment.weightDecay / 2) * squares) / Math.min(...row);
  });
}

function shareAtEnd(record: RunRecord, variant: VariantRecord): Reading {
  if (variant.divergedAt !== null) return missing('A network diverged: its loss at the end is not finite.');
  if (!hasTakenAll(record, variant)) return awaitStep([variant], record.experiment.steps);
  if (variant.norms.layers.length === 0) return missing('This record has no weight norms.');
  const late = median(inLastThird(record, variant, shares(record, variant)).filter(Number.isFinite));
  return Number.isNaN(late) ? missing('The measure has no value in this run.') : late;
}

const penaltyShare = (record: RunRecord): Measure => ({
  words: 'Penalty ÷ lower edge',
  unit: 'percent',
  of: (variant) => shareAtEnd(record, variant),
});

export const weightPenalty: Claim = {
  id: 'weight-penalty',
  kind: 'shown',
  statement: 'The plotted loss contains a weight penalty, late in training most of the lower edge.',
  quote: null,
  source: 'Fig. 4(a); the text mentions none',
  statistic:
    'The penalty, half the weight decay times the squared kernels, divided by the lower edge of the loss band: BatchNorm’s median over the last third of the run.',
  rule: 'Agrees above 50%, disagrees at 50% or below.',
  published: { vgg: 'about 96%, with the penalty as fitted by us: 1.97·exp(−8·10⁻⁵ t) (Fig. 4(a))' },
  judge(record) {
    if (record.experiment.weightDecay === 0) return undecided('Not in this run: its weight decay is 0.');
    const criterion = { words: 'BatchNorm', unit: 'percent', above: 0.5 } as const;
    const decision = decideCasts(record, ['batch'], criterion, ([batch]) => shareAtEnd(record, batch!));
    return outcomeOf([decision], eachNetwork(record, ['none', 'batch'], penaltyShare(record)));
  },
};
