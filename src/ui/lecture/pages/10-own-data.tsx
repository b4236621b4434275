import type { VariantRecord } from '../../../record/record.ts';
import { BetaFigure } from '../BetaFigure.tsx';
import { beta, compare, fineBeta, networkValue } from '../measures.ts';
import type { LecturePage } from '../page.ts';

const quotient = (variant: VariantRecord): number => fineBeta(variant) / beta(variant);

export const ownData: LecturePage = {
  title: 'What the paper’s own data also show',
  question: 'Is that β the curvature?',
  lead: 'In the paper both curves rest near 20, which is 1 over the smallest step tried: the gradient has turned before that step ends. Now we try much smaller steps.',
  options: ['BatchNorm higher', 'About the same', 'BatchNorm lower'],
  findings: [
    'Close by, BatchNorm’s curvature is higher.',
    'Close by, both are about the same.',
    'Close by, too, BatchNorm’s curvature is lower.',
  ],
  known: ['none'],
  predicted: ['batch'],
  answer: (record) =>
    compare(
      record,
      ['none', 'batch'],
      fineBeta,
      () =>
        `ratio of the two medians; with fine steps Standard’s β is ${networkValue(record!, 'none', quotient).toPrecision(2)} times the paper’s`,
    ),
  figure: () => <BetaFigure isFine />,
  preset: 'landscape',
};
