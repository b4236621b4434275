/** The same noise on the standard network keeps it from training. */
import { DATASETS } from '../../experiment/datasets.ts';
import type { RunRecord } from '../../record/record.ts';
import type { Claim } from './claim.ts';
import { decideCasts, eachNetwork } from './compare.ts';
import { outcomeOf, undecided } from './decision.ts';
import type { Cast } from './networks.ts';
import { isRead, type Measure, missing, type Reading } from './reading.ts';
import { ACCURACY, atTheEnd, stepsTo } from './speed.ts';

const NORMS = ['none', 'noisy-none'] as const;
/** Times chance. */
const NO_TRAINING = 2;

const endAccuracy = (record: RunRecord): Measure => ({
  words: 'Training accuracy at the end',
  unit: 'percent',
  of: (variant) => atTheEnd(record, variant, 'accuracy', 0),
});

function noisyAtEnd(record: RunRecord, [standard, noisy]: Cast): Reading {
  const end = endAccuracy(record).of(noisy!);
  if (!isRead(end) || Number.isFinite(stepsTo(ACCURACY, standard!))) return end;
  return missing('Without any noise Standard itself does not reach 70% in this run.');
}

export const noisyStandard: Claim = {
  id: 'noisy-standard',
  kind: 'claim',
  statement: 'The same noise without BatchNorm keeps the network from training.',
  quote: 'prevents it from training entirely',
  source: '§2.1, p. 4; no figure',
  statistic:
    'The median training accuracy of Noisy Standard over the last tenth of the steps, in a run in which Standard itself reaches 70%. A diverged network counts as 0%.',
  rule: `Agrees below ${NO_TRAINING} times chance, which is 20% with ten classes; disagrees from there on.`,
  published: { vgg: 'not shown' },
  judge(record) {
    const { classes } = DATASETS[record.experiment.dataset];
    if (classes === 0) return undecided('Needs a data set with classes.');
    const criterion = { words: 'Noisy Standard', unit: 'percent', below: NO_TRAINING / classes } as const;
    const decision = decideCasts(record, NORMS, criterion, (cast) => noisyAtEnd(record, cast));
    return outcomeOf([decision], eachNetwork(record, NORMS, endAccuracy(record)));
  },
};
