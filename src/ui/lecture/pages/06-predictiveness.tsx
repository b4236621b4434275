import { GradientPredictiveness } from '../../figures/GradientPredictiveness.tsx';
import { comparePredictiveness } from '../measures.ts';
import type { LecturePage } from '../page.ts';

export const predictiveness: LecturePage = {
  title: 'Gradient predictiveness',
  question: 'Can BatchNorm trust its gradient further?',
  lead: 'Along the same steps, how far does the gradient move from what it was at the start? The less it moves, the better it predicts what lies ahead.',
  options: ['It moves more', 'About as far', 'It moves less'],
  findings: [
    'BatchNorm’s gradient moves more.',
    'BatchNorm’s gradient moves about as far.',
    'BatchNorm’s gradient moves less.',
  ],
  known: ['none'],
  predicted: ['batch'],
  answer: comparePredictiveness,
  figure: () => <GradientPredictiveness />,
  preset: 'landscape',
};
