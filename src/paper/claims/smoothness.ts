/** The effective β-smoothness is lower with BatchNorm: over the paper's probe points, and over our finer ones. */
import type { RunRecord } from '../../record/record.ts';
import { betas, type Grid, gridOf, saturatedShare, saturationLimit } from './beta.ts';
import type { Claim, Outcome, Verdict, Words } from './claim.ts';
import { decideCasts, eachNetwork, timesAsLarge } from './compare.ts';
import { type Decision, outcomeOf, undecided } from './decision.ts';
import type { Cast } from './networks.ts';
import { medianOver } from './probes.ts';
import { amount, isRead, type Measure, type Missing, missing, type Reading, ratioOf } from './reading.ts';

const NORMS = ['none', 'batch'] as const;

const medianBeta = (record: RunRecord, grid: Grid): Measure => ({
  words: 'Median β',
  unit: 'number',
  of: (variant) => medianOver(record, variant, betas(gridOf(variant, grid))),
});

/** Saturated in both networks: at half of the probes or more. */
function saturated(cast: Cast, grid: Grid): Missing | null {
  const shares = cast.map((variant) => saturatedShare(gridOf(variant, grid)));
  const least = Math.min(...shares);
  if (least < 0.5) return null;
  return missing(
    amount(least, 'percent'),
    ' of the values or more rest at ',
    amount(saturationLimit(gridOf(cast[0]!, grid)), 'number'),
    ', 1/η′ of the smallest step, in both networks: the measure is saturated. ',
    grid === 'paper' ? 'The next row looks closer.' : 'Add a smaller fine step.',
  );
}

function decideOver(record: RunRecord, grid: Grid): Decision {
  const { of } = medianBeta(record, grid);
  return decideCasts(record, NORMS, timesAsLarge('none', 'batch'), (cast): Reading => {
    const ratio = ratioOf(of(cast[0]!), of(cast[1]!), missing('Both networks diverged.'));
    return (isRead(ratio) && saturated(cast, grid)) || ratio;
  });
}

/** The medians are shown where saturation keeps them from deciding, too. */
function judgeOver(record: RunRecord, grid: Grid, notes: Words[] = []): Outcome {
  const medians = eachNetwork(record, NORMS, medianBeta(record, grid));
  const outcome = outcomeOf([decideOver(record, grid)], medians, notes);
  return outcome.findings.length > 0 ? outcome : { ...outcome, findings: medians };
}

const STATISTIC = (points: string): string =>
  `The median over all probes of _β_, the largest _‖g′ − g‖ / η′‖g‖_ over ${points}: Standard’s divided by BatchNorm’s.`;
const RULE =
  'Agrees above 1, disagrees at 1 or below. Open where both networks are within 2% of 1/_η′_ of the smallest step at half of the probes or more: the measure is saturated there.';

export const smoothness: Claim = {
  id: 'smoothness',
  kind: 'claim',
  statement: 'The effective β-smoothness is lower.',
  quote: null,
  source: 'Fig. 4(c), p. 6',
  statistic: STATISTIC('the paper’s probe points'),
  rule: RULE,
  published: {
    vgg: 'Standard 20.01, BatchNorm 19.95: both saturated at 20 (Fig. 4(c))',
    dln: 'Standard 3.66 × 10⁶, BatchNorm 2.01 × 10⁶ (Fig. 10(c))',
  },
  judge: (record) => judgeOver(record, 'paper'),
};

/** Said where the two sets of points order the networks differently. */
function contradiction(record: RunRecord): Words[] {
  const verdicts = new Set<Verdict>(
    (['paper', 'fine'] as const).map((grid) => decideOver(record, grid).verdict),
  );
  return verdicts.has('agrees') && verdicts.has('disagrees')
    ? [['Over the paper’s points the order is the other way round.']]
    : [];
}

export const fineSmoothness: Claim = {
  id: 'fine-smoothness',
  kind: 'claim',
  statement: '… and close by as well, over the fine steps.',
  quote: null,
  source: 'ours: the paper probed no closer than half a step',
  statistic: STATISTIC('the fine steps'),
  rule: RULE,
  published: { vgg: 'not measured' },
  judge(record) {
    if (record.experiment.fineSteps.length === 0) return undecided('Needs fine steps, such as 0.01 and 0.1.');
    return judgeOver(record, 'fine', contradiction(record));
  },
};
