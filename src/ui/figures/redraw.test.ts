import { describe, expect, it } from 'vitest';
import { REDRAW_INTERVAL_MS, RedrawQueue } from './redraw.ts';

/** A clock that runs tasks in the order of their times; each drawing takes `costMs`. */
function simulated(costMs: number) {
  let time = 0;
  const tasks: { at: number; task: () => void }[] = [];
  const drawn: { name: string; at: number }[] = [];
  const queue = new RedrawQueue(
    () => time,
    (task, delayMs) => tasks.push({ at: time + delayMs, task }),
  );
  const figure = (name: string) =>
    queue.add(() => {
      drawn.push({ name, at: time });
      time += costMs;
    });
  const runUntil = (end: number, each: () => void = () => undefined): void => {
    for (;;) {
      tasks.sort((a, b) => a.at - b.at);
      const task = tasks[0];
      if (!task || task.at > end) break;
      tasks.shift();
      time = Math.max(time, task.at);
      task.task();
      each();
    }
    time = Math.max(time, end);
  };
  return { drawn, figure, runUntil, queue };
}

describe('redrawing figures', () => {
  it('draws each visible figure in a task of its own', () => {
    const { drawn, figure, runUntil } = simulated(20);
    for (const name of ['a', 'b', 'c']) figure(name).setVisible(true);
    runUntil(200);
    expect(drawn.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(drawn[1]!.at - drawn[0]!.at).toBeGreaterThan(20);
  });

  it('rests as long as a figure took that was drawn before', () => {
    const { drawn, figure, runUntil } = simulated(20);
    const figures = ['a', 'b'].map(figure);
    for (const one of figures) one.setVisible(true);
    runUntil(1000);
    for (const one of figures) one.markStale(true);
    runUntil(2000);
    expect(drawn[3]!.at - drawn[2]!.at).toBeGreaterThanOrEqual(40);
  });

  it('finishes a figure before it begins another', () => {
    const { drawn, figure, runUntil, queue } = simulated(20);
    const first = queue.add(() => {
      drawn.push({ name: 'a', at: 0 });
      queue.add(() => drawn.push({ name: 'part of a', at: 0 }), { isPart: true }).setVisible(true);
    });
    for (const one of [first, figure('b')]) one.setVisible(true);
    runUntil(200);
    expect(drawn.map(({ name }) => name)).toEqual(['a', 'part of a', 'b']);
  });

  it('tells when everything on screen is drawn, also where there is nothing to draw', async () => {
    const { drawn, figure, runUntil, queue } = simulated(20);
    await queue.drawn();
    for (const name of ['a', 'b']) figure(name).setVisible(true);
    let isTold = false;
    const told = queue.drawn().then(() => {
      isTold = true;
    });
    runUntil(10);
    await Promise.resolve();
    expect(isTold).toBe(false);
    runUntil(200);
    await told;
    expect(drawn).toHaveLength(2);
  });

  it('leaves figures alone that are off screen until they come into view', () => {
    const { drawn, figure, runUntil } = simulated(5);
    const a = figure('a');
    runUntil(100);
    expect(drawn).toEqual([]);
    a.setVisible(true);
    runUntil(200);
    expect(drawn).toHaveLength(1);
  });

  it('draws a figure at most four times a second however often its data change', () => {
    const { drawn, figure, runUntil } = simulated(10);
    const a = figure('a');
    a.setVisible(true);
    for (let time = 0; time <= 2000; time += 10) {
      a.markStale();
      runUntil(time);
    }
    expect(drawn.length).toBeLessThanOrEqual(9);
    expect(drawn.length).toBeGreaterThanOrEqual(7);
    for (const [i, { at }] of drawn.entries())
      if (i > 0) expect(at - drawn[i - 1]!.at).toBeGreaterThanOrEqual(REDRAW_INTERVAL_MS);
  });

  it('draws at once what the visitor waits for', () => {
    const { drawn, figure, runUntil } = simulated(10);
    const a = figure('a');
    a.setVisible(true);
    runUntil(50);
    a.markStale(true);
    runUntil(100);
    expect(drawn).toHaveLength(2);
  });

  it('spends no more than half of the time on drawing what was drawn before', () => {
    const { drawn, figure, runUntil } = simulated(60);
    const figures = Array.from({ length: 8 }, (_, i) => figure(String(i)));
    for (const one of figures) one.setVisible(true);
    const staleAll = (): void => {
      for (const one of figures) one.markStale();
    };
    runUntil(1000);
    runUntil(7000, staleAll);
    expect(drawn.filter(({ at }) => at >= 1000).length * 60).toBeLessThanOrEqual(3100);
  });
});
