/** BatchNorm trains faster. */
import type { Claim } from './claim.ts';
import { decideCasts, eachNetwork, timesAsLarge } from './compare.ts';
import { outcomeOf } from './decision.ts';
import { SPEED_STATISTIC, speedOf, speedRatio } from './speed.ts';

const NORMS = ['none', 'batch'] as const;

export const faster: Claim = {
  id: 'faster',
  kind: 'claim',
  statement: 'BatchNorm trains faster.',
  quote: null,
  source: 'Figs. 1(a) and 2, p. 2–3',
  statistic: `${SPEED_STATISTIC} Standard’s is divided by BatchNorm’s.`,
  rule: 'Agrees above 1, disagrees at 1 or below. A network that never arrives, or diverges, takes infinitely long.',
  published: {
    vgg: 'Standard 1,900, BatchNorm 600 (Fig. 2; recorded every 100 steps)',
    dln: 'Standard 1,661, BatchNorm 480 (Fig. 5(b))',
  },
  judge(record) {
    const decision = decideCasts(record, NORMS, timesAsLarge('none', 'batch'), ([standard, batch]) =>
      speedRatio(record, standard!, batch!),
    );
    return outcomeOf([decision], eachNetwork(record, NORMS, speedOf(record)));
  },
};
