import { TrainingAccuracy } from '../../figures/TrainingAccuracy.tsx';
import { compare, meanAccuracy } from '../measures.ts';
import type { LecturePage } from '../page.ts';

export const noise: LecturePage = {
  title: 'Noisy BatchNorm',
  question: 'What if we put the shift back?',
  lead: 'After every BatchNorm, noise moves and scales each activation, by other amounts at every step. If a steady distribution were the point, training must suffer.',
  options: ['Better than Standard', 'Just like Standard', 'Worse than Standard'],
  findings: [
    'Noisy BatchNorm still learns faster than Standard.',
    'Noisy BatchNorm learns just like Standard.',
    'The noise does make it slower than Standard.',
  ],
  known: ['none', 'batch'],
  predicted: ['noisy-batch'],
  answer: (record) =>
    compare(record, ['none', 'noisy-batch'], meanAccuracy, (ratio) =>
      ratio > 1
        ? 'Noisy BatchNorm’s accuracy over Standard’s, mean of all steps'
        : 'Standard’s accuracy over Noisy BatchNorm’s, mean of all steps',
    ),
  figure: () => <TrainingAccuracy />,
  preset: 'landscape',
};
