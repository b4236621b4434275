/** Along the gradient the loss varies less with BatchNorm. */
import type { RunRecord, VariantRecord } from '../../record/record.ts';
import type { Claim } from './claim.ts';
import { decideCasts, eachNetwork, timesAsLarge } from './compare.ts';
import { outcomeOf } from './decision.ts';
import { medianOver, widths } from './probes.ts';
import { type Measure, missing, type Reading, ratioOf } from './reading.ts';

const NORMS = ['none', 'batch'] as const;

/** Median over all probes of largest − smallest loss over the probe points. */
export const medianWidth = (record: RunRecord): Measure => ({
  words: 'Median band width',
  unit: 'number',
  of: (variant) => medianOver(record, variant, widths(variant.landscape.lossAt)),
});

export function widthRatio(record: RunRecord, wide: VariantRecord, narrow: VariantRecord): Reading {
  const { of } = medianWidth(record);
  return ratioOf(of(wide), of(narrow), missing('Neither network’s band has a finite width.'));
}

export const lossBand: Claim = {
  id: 'loss-band',
  kind: 'claim',
  statement: 'Along the gradient the loss varies less.',
  quote: null,
  source: 'Fig. 4(a), p. 6',
  statistic:
    'The width of the loss band at a probe: largest − smallest loss over the probe points. Its median over all probes, Standard’s divided by BatchNorm’s.',
  rule: 'Agrees above 1, disagrees at 1 or below. A point that is not finite makes a width infinite, and so does divergence.',
  published: {
    vgg: 'Standard 0.943, BatchNorm 0.199 (Fig. 4(a))',
    dln: 'Standard 1.71 × 10⁴, BatchNorm 1.98 × 10⁴, so not at the median (Fig. 10(a))',
  },
  judge(record) {
    const decision = decideCasts(record, NORMS, timesAsLarge('none', 'batch'), ([standard, batch]) =>
      widthRatio(record, standard!, batch!),
    );
    return outcomeOf([decision], eachNetwork(record, NORMS, medianWidth(record)));
  },
};
