import { engine, getBackend } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { findAdapter } from './adapter.ts';
import { type DeviceFault, openDevice } from './device.ts';
import { startWebGpu } from './tensorflow.ts';

async function open() {
  const found = await findAdapter();
  if (!found.ok) throw new Error(`WebGPU is needed: ${found.message}`);
  return openDevice(found);
}

describe('our device', () => {
  it('is the one that tfjs computes on, also the second time', async () => {
    for (let time = 0; time < 2; time++) {
      const opened = await open();
      await startWebGpu(opened);
      expect(getBackend()).toBe('webgpu');
      expect((engine().backend as unknown as { device: GPUDevice }).device).toBe(opened.device);
      opened.close();
    }
  });

  it('reports validation errors, and a loss that was not asked for', async () => {
    const opened = await open();
    const faults: DeviceFault[] = [];
    opened.onFault((fault) => faults.push(fault));
    opened.device.createBuffer({ size: 16, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.STORAGE });
    await opened.device.queue.onSubmittedWorkDone();
    expect(faults.map((fault) => fault.kind)).toEqual(['gpu-validation']);
    opened.device.destroy();
    await opened.device.lost;
    expect(faults.at(-1)?.kind).toBe('device-lost');
  });

  it('reports nothing when it is closed on purpose', async () => {
    const opened = await open();
    const faults: DeviceFault[] = [];
    opened.onFault((fault) => faults.push(fault));
    opened.close();
    await opened.device.lost;
    expect(faults).toEqual([]);
  });
});
