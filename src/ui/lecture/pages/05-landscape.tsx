import { LossLandscape } from '../../figures/LossLandscape.tsx';
import { bandWidth, compare } from '../measures.ts';
import type { LecturePage } from '../page.ts';

export const landscape: LecturePage = {
  title: 'The loss along the gradient',
  question: 'How wide will BatchNorm’s band be?',
  lead: 'At every probe each network tries several steps along its own gradient. The band shows how far its loss moves.',
  options: ['Wider', 'About as wide', 'Narrower'],
  findings: [
    'BatchNorm’s loss moves more.',
    'BatchNorm’s loss moves about as far.',
    'BatchNorm’s loss moves less.',
  ],
  known: ['none'],
  predicted: ['batch'],
  answer: (record) =>
    compare(record, ['none', 'batch'], bandWidth, () => 'ratio of the two bands’ median widths'),
  figure: () => <LossLandscape />,
  preset: 'landscape',
};
