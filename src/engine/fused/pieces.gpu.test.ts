import { describe, expect, it } from 'vitest';
import { sharpness } from '../../measure/sharpness.ts';
import { createFloat64Engine } from '../float64/engine.ts';
import type { Engine } from '../model.ts';
import { describePieces } from '../pieceSuite.ts';
import { TEST_CASES, testBatch, testNetwork, testParameters } from '../testNetworks.ts';
import { createFusedEngine } from './engine.ts';
import { openTestDevice } from './testDevice.ts';

// One device, whose kernels are compiled once.
const opened = openTestDevice();
const create = async () => {
  const device = await opened;
  return createFusedEngine(device, { software: true, subgroups: device.features.has('subgroups') });
};

describePieces('the fused engine', create, 1e-5);

/** Fewer than the method stops at: both engines take as many. */
const PRODUCTS = 8;

async function sharpnessOf(engine: Engine, variant: string): Promise<number> {
  const network = testNetwork({ ...TEST_CASES[0]!, variant });
  const data = testBatch(network);
  const model = await engine.model(network, data.count);
  const theta = model.vector(testParameters(network));
  const batch = engine.batch(data);
  const { eigenvalue, products } = await sharpness(engine, model, theta, batch, PRODUCTS);
  expect(products).toBe(PRODUCTS);
  return eigenvalue;
}

describe('sharpness on the fused engine', () => {
  it('is that of float64 for every normalisation', async () => {
    const [fused, float64] = [await create(), createFloat64Engine()];
    for (const variant of ['none', 'batch', 'noisy-batch', 'l1', 'l2', 'linf', 'layer', 'group']) {
      const exact = await sharpnessOf(float64, variant);
      const found = await sharpnessOf(fused, variant);
      expect(Math.abs(found / exact - 1), `${variant}: ${found}, ${exact}`).toBeLessThan(2e-3);
    }
  });
});
