import { TrainingLoss } from '../../figures/TrainingLoss.tsx';
import { compare, lastLoss } from '../measures.ts';
import type { LecturePage } from '../page.ts';

export const otherNorms: LecturePage = {
  title: 'Other normalisations',
  question: 'Is it the variance that matters?',
  lead: 'Divide by a mean, a root mean square or a maximum instead: ℓ1, ℓ2, ℓ∞. None of them keeps the activations’ distribution as BatchNorm does.',
  options: ['ℓ1 ends higher', 'About the same', 'ℓ1 ends lower'],
  findings: [
    'ℓ1 ends with a higher loss than BatchNorm.',
    'ℓ1 ends where BatchNorm does.',
    'ℓ1 ends with a lower loss than BatchNorm.',
  ],
  known: ['none', 'batch'],
  predicted: ['l1', 'l2', 'linf'],
  answer: (record) =>
    compare(
      record,
      ['batch', 'l1'],
      lastLoss,
      () => 'ratio of ℓ1’s and BatchNorm’s loss, last tenth of the run',
    ),
  figure: () => <TrainingLoss />,
  preset: 'norms',
};
