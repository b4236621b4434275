import { describeFixtures } from '../fixtureSuite.ts';
import { createFloat64Engine } from './engine.ts';
import { dataOf } from './vectors.ts';

await describeFixtures('float64', {
  create: async () => createFloat64Engine(),
  values: async (_, vector) => dataOf(vector),
  limit: 1e-9,
  differenceLimit: 1e-9,
});
