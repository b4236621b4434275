import { getBackend } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { startCpu } from '../../gpu/tensorflow.ts';
import { describeEngine } from '../engineSuite.ts';
import { describePieces } from '../pieceSuite.ts';
import { createReferenceEngine } from './engine.ts';

const create = async () => {
  await startCpu();
  expect(getBackend()).toBe('cpu');
  return createReferenceEngine();
};
describeEngine('the reference engine on the CPU', create);
describePieces('the reference engine on the CPU', create, 3e-5);
