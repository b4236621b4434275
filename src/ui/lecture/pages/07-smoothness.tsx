import { BetaFigure } from '../BetaFigure.tsx';
import { beta, compare } from '../measures.ts';
import type { LecturePage } from '../page.ts';

export const smoothness: LecturePage = {
  title: 'Effective β-smoothness',
  question: 'And the smoothness itself?',
  lead: 'How fast does the gradient change for each step taken? The largest such quotient over the probe steps is the paper’s β: lower is smoother.',
  options: ['BatchNorm higher', 'About the same', 'BatchNorm lower'],
  findings: ['BatchNorm’s β is higher.', 'Both β are about the same.', 'BatchNorm’s β is lower.'],
  known: ['none'],
  predicted: ['batch'],
  answer: (record) => compare(record, ['none', 'batch'], beta, () => 'ratio of the two medians'),
  figure: () => <BetaFigure isFine={false} />,
  preset: 'landscape',
};
