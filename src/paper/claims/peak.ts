/** “Close to two orders of magnitude” is the peak, not the rule. */
import type { RunRecord } from '../../record/record.ts';
import { median } from '../../record/statistics.ts';
import type { Claim } from './claim.ts';
import { decideCasts } from './compare.ts';
import { outcomeOf } from './decision.ts';
import { EDGE_STATISTIC, edgeRatios } from './edges.ts';
import type { Cast } from './networks.ts';
import { tooFewProbes } from './probes.ts';
import { missing, type Reading, ratioOf } from './reading.ts';

const NORMS = ['none', 'batch'] as const;
const APART = 5;

function peakOverMedian(record: RunRecord, cast: Cast): Reading {
  const { ratio } = edgeRatios(record, cast);
  const few = tooFewProbes(record, cast, [ratio.length]);
  if (few) return few;
  return ratioOf(
    Math.max(...ratio),
    median(ratio),
    missing('A network diverged: peak and median are infinite.'),
  );
}

export const peak: Claim = {
  id: 'peak',
  kind: 'shown',
  statement: '“Close to two orders of magnitude” is the peak; the median is far below.',
  quote: null,
  source: 'Fig. 4(b), p. 6',
  statistic: `${EDGE_STATISTIC} Its largest value over the run divided by its median.`,
  rule: `Agrees above ${APART}, disagrees at ${APART} or below.`,
  published: {
    vgg: '78 ÷ 2.2 = 35 (Fig. 4(b))',
    dln: '10¹⁰ ÷ 1.3 (Fig. 10(b))',
  },
  judge(record) {
    const criterion = { words: 'Peak ÷ median', unit: 'times', above: APART, isShown: true } as const;
    return outcomeOf([decideCasts(record, NORMS, criterion, (cast) => peakOverMedian(record, cast))], []);
  },
};
