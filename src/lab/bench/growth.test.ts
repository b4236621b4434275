import { describe, expect, it } from 'vitest';
import type { Competitor, CompetitorId } from './competitor.ts';
import { growthOrder, measureGrowthCell } from './growth.ts';

/** Takes no time, and counts what is left open. */
function fake(id: CompetitorId, loss = 2): Competitor & { open: number; steps: number } {
  const competitor = {
    id,
    open: 0,
    steps: 0,
    async start() {
      competitor.open++;
      return {
        async train(steps: number) {
          competitor.steps += steps;
          return { losses: Array<number>(steps).fill(loss), javascriptMs: Array<number>(steps).fill(0) };
        },
        dispose: () => void competitor.open--,
      };
    },
    close() {},
  };
  return competitor;
}

describe('the growth table', () => {
  it('begins with the cheapest cell and ends with the costliest', () => {
    const order = growthOrder();
    expect(order).toHaveLength(9);
    expect(order[0]).toEqual({ widthFactor: 1, batchSize: 16 });
    expect(order.at(-1)).toEqual({ widthFactor: 4, batchSize: 256 });
  });

  it('measures everybody who fits, and remembers their pace', async () => {
    const [ours, tfjs] = [fake('ours'), fake('tfjs')];
    const pace = new Map<string, number>();
    const cell = await measureGrowthCell([ours, tfjs], { widthFactor: 1, batchSize: 16 }, pace);
    expect(cell).toMatchObject({ widthFactor: 1, batchSize: 16 });
    expect(cell.stepMs).toEqual({ ours: expect.any(Number), tfjs: expect.any(Number) });
    expect([...pace.keys()]).toEqual(['ours x1', 'ours', 'tfjs x1', 'tfjs']);
    expect([ours.open, tfjs.open]).toEqual([0, 0]);
  });

  it('leaves out whom it would take too long, without guessing', async () => {
    const [ours, tfjs] = [fake('ours'), fake('tfjs')];
    const secondsPerGflop = 10;
    const pace = new Map([
      ['tfjs', secondsPerGflop / 1e6],
      ['ours', secondsPerGflop / 1e6],
      ['ours x4', 0],
    ]);
    const cell = await measureGrowthCell([ours, tfjs], { widthFactor: 4, batchSize: 256 }, pace);
    expect(cell.stepMs.tfjs).toBeNull();
    expect(cell.stepMs.ours).toEqual(expect.any(Number));
    expect(tfjs.steps).toBe(0);
  });

  it('ends where losses disagree, and lets go of every network', async () => {
    const [ours, tfjs] = [fake('ours'), fake('tfjs', 2.1)];
    const cell = measureGrowthCell([ours, tfjs], { widthFactor: 1, batchSize: 16 }, new Map());
    await expect(cell).rejects.toThrow('do not compute the same losses');
    expect([ours.open, tfjs.open]).toEqual([0, 0]);
  });
});
