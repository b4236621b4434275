/** Training with BatchNorm ends in flatter minima. */
import type { RunRecord, VariantRecord } from '../../record/record.ts';
import { median } from '../../record/statistics.ts';
import type { Claim } from './claim.ts';
import { decideCasts, eachNetwork } from './compare.ts';
import { outcomeOf, undecided } from './decision.ts';
import type { Cast } from './networks.ts';
import { awaitStep, isRead, type Measure, missing, type Reading } from './reading.ts';

const NORMS = ['none', 'batch'] as const;

/** The median over the plane of the loss − the loss in its middle; infinite where the network diverged. */
function riseOf(record: RunRecord, variant: VariantRecord): Reading {
  const { flatness, divergedAt } = variant;
  if (divergedAt !== null) return Number.POSITIVE_INFINITY;
  if (!flatness) return awaitStep([variant], record.experiment.steps);
  const centre = flatness.plane[flatness.plane.length >> 1]?.[flatness.at.length >> 1] ?? Number.NaN;
  if (!Number.isFinite(centre)) return missing('The loss at the end is not finite.');
  const rises = flatness.plane.flat().map((loss) => loss - centre);
  return median(rises.map((rise) => (Number.isNaN(rise) ? Number.POSITIVE_INFINITY : rise)));
}

const rise = (record: RunRecord): Measure => ({
  words: 'Median rise of the loss',
  unit: 'number',
  of: (variant) => riseOf(record, variant),
});

function riseExcess(record: RunRecord, cast: Cast): Reading {
  const [standard, batch] = cast.map((variant) => riseOf(record, variant)) as [Reading, Reading];
  if (!isRead(standard)) return standard;
  if (!isRead(batch)) return batch;
  const excess = standard - batch;
  return Number.isNaN(excess) ? missing('Around both end points the loss is not finite.') : excess;
}

export const flatMinima: Claim = {
  id: 'flat-minima',
  kind: 'claim',
  statement: 'Training ends in flatter minima.',
  quote: null,
  source: '§5; a conjecture, without a figure',
  statistic:
    'Ours: on a plane through the end point, along two random directions of one filter norm each, the median over its points of the loss − the loss at the end. Standard’s − BatchNorm’s.',
  rule: 'Agrees above 0, disagrees at 0 or below. A diverged network rises infinitely.',
  published: { vgg: 'not measured' },
  judge(record) {
    if (record.experiment.flatnessPoints === 0) return undecided('Needs “Points around the end”, 5 or more.');
    const criterion = { words: 'Standard − BatchNorm', unit: 'number', above: 0 } as const;
    const decision = decideCasts(record, NORMS, criterion, (cast) => riseExcess(record, cast));
    return outcomeOf([decision], eachNetwork(record, NORMS, rise(record)));
  },
};
