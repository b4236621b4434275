import { getBackend } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { findAdapter } from '../../gpu/adapter.ts';
import { openDevice } from '../../gpu/device.ts';
import { startWebGpu } from '../../gpu/tensorflow.ts';
import { describeEngine } from '../engineSuite.ts';
import { createReferenceEngine } from './engine.ts';

describeEngine('the reference engine on WebGPU', async () => {
  const found = await findAdapter();
  if (!found.ok) throw new Error(`WebGPU is needed: ${found.message}`);
  const device = await openDevice(found);
  device.onFault((fault) => {
    throw new Error(`${fault.kind}: ${fault.message}`);
  });
  await startWebGpu(device);
  expect(getBackend()).toBe('webgpu');
  return createReferenceEngine();
});
