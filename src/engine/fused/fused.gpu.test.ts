import { findAdapter } from '../../gpu/adapter.ts';
import { openDevice } from '../../gpu/device.ts';
import { describeEngine } from '../engineSuite.ts';
import { createFusedEngine } from './engine.ts';

async function open() {
  const found = await findAdapter();
  if (!found.ok) throw new Error(`WebGPU is needed: ${found.message}`);
  const opened = await openDevice(found);
  opened.onFault((fault) => {
    throw new Error(`${fault.kind}: ${fault.message}`);
  });
  return opened.device;
}

describeEngine('the fused engine', async () => {
  const device = await open();
  return createFusedEngine(device, { software: true, subgroups: device.features.has('subgroups') });
});
