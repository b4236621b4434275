/** For tests: what all experiments of a small sweep share. It trains in seconds without a GPU. */
export const SMALL_BASE = {
  dataset: 'gaussian',
  network: 'dln:3x4',
  variants: ['none'],
  batchSize: 10,
  trainExamples: 30,
  testExamples: 10,
  icsLayers: [1],
  activationLayers: [],
  steps: 4,
  probeEvery: 2,
};
