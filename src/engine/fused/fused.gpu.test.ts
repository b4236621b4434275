import { describeEngine } from '../engineSuite.ts';
import { createFusedEngine } from './engine.ts';
import { openTestDevice } from './testDevice.ts';

describeEngine('the fused engine', async () => {
  const device = await openTestDevice();
  return createFusedEngine(device, { software: true, subgroups: device.features.has('subgroups') });
});
