import { Drift } from '../../figures/activations/Drift.tsx';
import { compare, meanDrift } from '../measures.ts';
import type { LecturePage } from '../page.ts';

export const oldExplanation: LecturePage = {
  title: 'The old explanation',
  question: 'Do BatchNorm’s activations stay where they are?',
  lead: 'Internal covariate shift, as it was meant at first: while the layers below learn, a layer’s inputs wander. BatchNorm should hold them.',
  options: ['They wander more', 'About as far', 'They wander less'],
  findings: [
    'BatchNorm’s activations wander more.',
    'They wander about as far.',
    'BatchNorm’s activations wander less.',
  ],
  known: ['none'],
  predicted: ['batch'],
  answer: (record) =>
    compare(record, ['none', 'batch'], meanDrift, () => 'ratio of the farthest that the mean has wandered'),
  figure: ({ record }) => {
    const layers = record?.experiment.activationLayers ?? [];
    const layer = layers.at(-1);
    return layer === undefined ? null : (
      <Drift layer={layer} index={layers.length - 1} moment="mean" span="since-start" />
    );
  },
  layers: 'activationLayers',
  preset: 'noise',
};
