import { getBackend } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { startCpu } from '../../gpu/tensorflow.ts';
import { describeEngine } from '../engineSuite.ts';
import { createReferenceEngine } from './engine.ts';

describeEngine('the reference engine on the CPU', async () => {
  await startCpu();
  expect(getBackend()).toBe('cpu');
  return createReferenceEngine();
});
