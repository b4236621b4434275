/** The theorems: not for a run to decide. */
import type { Claim } from './claim.ts';

export const theorems: Claim = {
  id: 'theorems',
  kind: 'claim',
  statement: 'In theory, one BatchNorm layer makes the loss and its gradient more Lipschitz.',
  quote: null,
  source: 'Theorems 4.1, 4.2, 4.4, Observation 4.3, Lemma 4.5, p. 8–9',
  statistic: 'None: they are proved, for one layer at one instant, and no run decides them.',
  rule: 'The theory page compares both sides of each on a network.',
  published: { vgg: 'proved; the printed 1/√m of Theorem 4.1 should be 1/m' },
  judge: () => ({ verdict: 'elsewhere', findings: [], notes: [], seeds: 0 }),
};
