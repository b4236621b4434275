/** The data sets an experiment can name: facts only; src/data loads them. */
import type { DatasetId } from './experiment.ts';

export interface DatasetFacts {
  label: string;
  /** Height, width and channels of one example; [1, 1, n] for vectors, whose length the network decides. */
  shape: readonly [number, number, number];
  /** Number of classes, or 0 where the target is a vector. */
  classes: number;
  trainExamples: number;
  testExamples: number;
}

export const DATASETS: Record<DatasetId, DatasetFacts> = {
  'fashion-mnist': {
    label: 'Fashion-MNIST',
    shape: [28, 28, 1],
    classes: 10,
    trainExamples: 60_000,
    testExamples: 10_000,
  },
  mnist: {
    label: 'MNIST',
    shape: [28, 28, 1],
    classes: 10,
    trainExamples: 60_000,
    testExamples: 10_000,
  },
  'cifar-10': {
    label: 'CIFAR-10',
    shape: [32, 32, 3],
    classes: 10,
    trainExamples: 50_000,
    testExamples: 10_000,
  },
  gaussian: {
    label: 'Gaussian vectors',
    shape: [1, 1, 10],
    classes: 0,
    trainExamples: 60_000,
    testExamples: 10_000,
  },
  shapes: {
    label: 'Shapes and textures',
    shape: [32, 32, 3],
    classes: 10,
    trainExamples: 60_000,
    testExamples: 10_000,
  },
};
