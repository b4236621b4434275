import { describe, expect, it } from 'vitest';
import { costOf } from '../../experiment/cost.ts';
import { defaultExperiment } from '../../experiment/settings.ts';
import { stepFlops } from './flops.ts';
import { benchTask, tensorOf } from './task.ts';

describe('the task of the bench', () => {
  it('is the default layout on 32x32x1 with BatchNorm in every block', () => {
    const { network, theta, minibatches, batchSize } = benchTask();
    expect(network.architecture.input).toEqual([32, 32, 1]);
    expect(network.layers.map(({ layer }) => layer.outputs)).toEqual([8, 16, 32, 32, 32, 32, 32, 32, 10]);
    expect(network.layers.map(({ layer }) => layer.inputs)[0]).toBe(1);
    expect(network.layers.slice(0, -1).every(({ normalisation, gamma }) => normalisation && gamma)).toBe(
      true,
    );
    expect(network.layers.at(-1)!.layer.inputs).toBe(2 * 2 * 32);
    expect(theta).toHaveLength(network.size);
    for (const { x, y } of minibatches) expect([x.length, y.length]).toEqual([batchSize * 1024, batchSize]);
  });

  it('has minibatches that differ, of ordinary numbers', () => {
    const [a, b] = benchTask(1, 16).minibatches;
    expect(a!.x).not.toEqual(b!.x);
    const mean = a!.x.reduce((sum, value) => sum + value, 0) / a!.x.length;
    expect(Math.abs(mean)).toBeLessThan(0.05);
    expect(Math.max(...a!.y)).toBeLessThan(10);
  });

  it('is the same every time', () => {
    expect(benchTask(2, 16)).toEqual(benchTask(2, 16));
  });

  it('gives tensors by their place', () => {
    const { network, theta } = benchTask();
    const { gamma, beta } = network.layers[1]!;
    expect([...tensorOf(theta, gamma!)]).toEqual(Array(16).fill(1));
    expect([...tensorOf(theta, beta!)]).toEqual(Array(16).fill(0));
  });
});

describe('floating-point operations of a step', () => {
  it('are those of the cost estimate, without the gradient of the first input', () => {
    const onThreeChannels = costOf({ ...defaultExperiment(), dataset: 'cifar-10' }).flopsPerGradient;
    const firstLayer = 64 * 2 * 9 * 32 * 32 * 8;
    expect(stepFlops(benchTask()).total).toBe(onThreeChannels - 3 * 2 * firstLayer - firstLayer);
  });

  it('add up, and grow with the square of the widths', () => {
    const flops = stepFlops(benchTask(1, 16));
    const { convolution, convolutionInputGradient, convolutionKernelGradient, dense, total } = flops;
    expect(convolution + convolutionInputGradient + convolutionKernelGradient + dense).toBe(total);
    expect(stepFlops(benchTask(4, 16)).total / stepFlops(benchTask(2, 16)).total).toBeGreaterThan(3.8);
    expect(stepFlops(benchTask(1, 64)).total).toBe(4 * total);
  });
});
