import { TrainingAccuracy } from '../../figures/TrainingAccuracy.tsx';
import { compare, meanAccuracy } from '../measures.ts';
import type { LecturePage } from '../page.ts';

export const train: LecturePage = {
  title: 'Training',
  question: 'Will BatchNorm learn faster?',
  lead: 'Two networks with the same layers, first weights, minibatches and learning rate. One of them normalises after every convolution.',
  options: ['Faster', 'About as fast', 'More slowly'],
  findings: ['BatchNorm learns faster.', 'Both learn about as fast.', 'BatchNorm learns more slowly.'],
  known: ['none'],
  predicted: ['batch'],
  answer: (record) =>
    compare(record, ['none', 'batch'], meanAccuracy, (ratio) =>
      ratio > 1
        ? 'BatchNorm’s accuracy over Standard’s, mean of all steps'
        : 'Standard’s accuracy over BatchNorm’s, mean of all steps',
    ),
  figure: () => <TrainingAccuracy />,
  preset: 'landscape',
};
