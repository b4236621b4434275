/** … especially early in training. */
import type { RunRecord } from '../../record/record.ts';
import { median } from '../../record/statistics.ts';
import { medianOf } from '../bootstrap.ts';
import type { Amount, Claim, Words } from './claim.ts';
import { decideCasts } from './compare.ts';
import { outcomeOf } from './decision.ts';
import { EDGE_STATISTIC, edgeRatios } from './edges.ts';
import { type Cast, castsOf } from './networks.ts';
import { between, hasTakenAll } from './probes.ts';
import { amount, awaitStep, isRead, missing, type Reading, ratioOf } from './reading.ts';

const NORMS = ['none', 'batch'] as const;
const FEWEST_IN_A_THIRD = 3;

interface Thirds {
  first: number[];
  last: number[];
}

/** Of the steps that the experiment asks for, not of those done so far. */
function thirdsOf(record: RunRecord, cast: Cast): Thirds {
  const { step, ratio } = edgeRatios(record, cast);
  const { steps } = record.experiment;
  return {
    first: between(step, ratio, 0, steps / 3),
    last: between(step, ratio, (2 * steps) / 3, Number.POSITIVE_INFINITY),
  };
}

function earlyOverLate(record: RunRecord, cast: Cast): Reading {
  const { first, last } = thirdsOf(record, cast);
  if (!cast.some((variant) => hasTakenAll(record, variant))) return awaitStep(cast, record.experiment.steps);
  if (Math.min(first.length, last.length) < FEWEST_IN_A_THIRD)
    return missing(`Needs ${FEWEST_IN_A_THIRD} probes in the first and in the last third of the run.`);
  const incomparable = missing('A network diverged: there is no later training to compare with.');
  const decline = ratioOf(median(first), median(last), incomparable);
  return isRead(decline) ? Math.min(decline, median(first)) : decline;
}

function thirdWords(record: RunRecord): Words[] {
  const thirds = castsOf(record, NORMS).map((cast) => thirdsOf(record, cast));
  const over = (third: keyof Thirds): Amount[] => {
    const medians = thirds.map((one) => median(one[third])).filter((value) => !Number.isNaN(value));
    return medians.length > 0 ? [amount(medianOf(medians), 'times')] : [];
  };
  const [first, last] = [over('first'), over('last')];
  return first.length > 0 && last.length > 0
    ? [['Median ratio: ', ...first, ' in the first third, ', ...last, ' in the last']]
    : [];
}

export const early: Claim = {
  id: 'early',
  kind: 'claim',
  statement: '… especially early in training.',
  quote: 'especially early in training',
  source: 'Fig. 4(b), p. 6',
  statistic: `${EDGE_STATISTIC} Its median over the first third of the run, and that divided by the median over the last third: the smaller of the two.`,
  rule: 'Agrees above 1, disagrees at 1 or below. What happens at step 0 is a row of its own.',
  published: {
    vgg: '2.8× in the first third, 1.5× in the last (Fig. 4(b))',
    dln: '61× in the first third, 0.2× in the last (Fig. 10(b))',
  },
  judge(record) {
    const criterion = { words: 'The smaller', unit: 'times', above: 1 } as const;
    const decision = decideCasts(record, NORMS, criterion, (cast) => earlyOverLate(record, cast));
    return outcomeOf([decision], thirdWords(record));
  },
};
