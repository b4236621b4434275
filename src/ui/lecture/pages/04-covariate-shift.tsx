import { ShiftDifference } from '../../figures/ShiftDifference.tsx';
import { compare, deepestShift } from '../measures.ts';
import type { LecturePage } from '../page.ts';

export const covariateShift: LecturePage = {
  title: 'Internal covariate shift, measured',
  question: 'Does BatchNorm reduce the shift?',
  lead: 'Take a layer’s gradient. Let all layers before it take their step. How far does the gradient move? That is the shift that the layer’s update did not see.',
  options: ['It is larger', 'About the same', 'It is smaller'],
  findings: [
    'BatchNorm’s shift is larger.',
    'BatchNorm’s shift is about the same.',
    'BatchNorm’s shift is smaller.',
  ],
  known: ['none'],
  predicted: ['batch'],
  answer: (record) =>
    compare(record, ['none', 'batch'], deepestShift, () => 'ratio of the median shifts of this layer'),
  figure: ({ record }) => {
    const layers = record?.experiment.icsLayers ?? [];
    const layer = layers.at(-1);
    return layer === undefined ? null : <ShiftDifference layer={layer} index={layers.length - 1} />;
  },
  layers: 'icsLayers',
  preset: 'landscape',
};
