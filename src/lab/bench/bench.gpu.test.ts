import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findAdapter } from '../../gpu/adapter.ts';
import { openDevice } from '../../gpu/device.ts';
import { stepFlops } from './flops.ts';
import { countGpuCalls } from './gpuCalls.ts';
import { kernelTimes } from './kernelTimes.ts';
import { Ours } from './ours.ts';
import { benchTask } from './task.ts';
import { timeDispatches } from './timedDevice.ts';

const task = benchTask(1, 16);
let ours: Ours;

beforeAll(async () => {
  const found = await findAdapter();
  if (!found.ok) throw new Error(`WebGPU is needed: ${found.message}`);
  const opened = await openDevice(found);
  const traits = { software: true, subgroups: opened.device.features.has('subgroups') };
  ours = new Ours(opened, traits, null);
});
afterAll(() => ours.close());

async function losses(
  train: (run: Awaited<ReturnType<Ours['start']>>) => Promise<number[]>,
): Promise<number[]> {
  const run = await ours.start(task);
  try {
    return await train(run);
  } finally {
    run.dispose();
  }
}

describe('watching a device', () => {
  it('changes nothing that it computes', async () => {
    const alone = await losses(async (run) => (await run.train(3)).losses);
    const counted = await losses(async (run) => (await countGpuCalls(() => run.train(3)))[0].losses);
    const timed = await losses(async (run) => {
      let trained: number[] = [];
      await timeDispatches(ours.device, async () => {
        trained = (await run.train(3)).losses;
      });
      return trained;
    });
    expect(alone).toHaveLength(3);
    expect(counted).toEqual(alone);
    expect(timed).toEqual(alone);
  });

  it('sees every dispatch, with its name', async () => {
    const run = await ours.start(task);
    await run.train(1);
    const [, { dispatches, submissions }] = await countGpuCalls(() => run.train(2));
    const timed = await timeDispatches(ours.device, () => run.train(2));
    run.dispose();
    expect(timed).toHaveLength(dispatches);
    expect(submissions).toBe(3);
    expect(timed.every(({ label, ms }) => label !== '' && ms >= 0)).toBe(true);
    const kinds = kernelTimes(timed, 2, stepFlops(task)).map(({ kind, dispatches: each }) => [kind, each]);
    expect(kinds.slice(0, 3)).toEqual([
      ['convolution', 8],
      ['convolution, gradient of the input', 7],
      ['convolution, gradient of the kernel', 8],
    ]);
  });

  it('ends with the work', async () => {
    await timeDispatches(ours.device, async () => {});
    expect(ours.device.createCommandEncoder()).toBeInstanceOf(GPUCommandEncoder);
    const before = GPUQueue.prototype.submit;
    await expect(countGpuCalls(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(GPUQueue.prototype.submit).toBe(before);
  });
});
