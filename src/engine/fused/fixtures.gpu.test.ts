import { describeFixtures } from '../fixtureSuite.ts';
import { createFusedEngine } from './engine.ts';
import { openTestDevice } from './testDevice.ts';

await describeFixtures('the fused engine', {
  create: async () => {
    const device = await openTestDevice();
    return createFusedEngine(device, { software: true, subgroups: device.features.has('subgroups') });
  },
  values: (model, vector) => model.values(vector),
  limit: 5e-5,
  differenceLimit: 2e-3,
});
