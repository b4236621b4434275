import { describe, expect, it } from 'vitest';
import { RunClock } from './runClock.ts';

describe('the clock of a run', () => {
  it('leaves out pauses, and an hour in which the tab was frozen; the speed is that of the training', () => {
    let nowMs = 5000;
    const clock = new RunClock(() => nowMs);
    clock.start();
    for (let step = 0; step <= 40; step++) {
      clock.reached(step);
      nowMs += step === 20 ? 3_600_000 : 100;
    }
    expect(clock.elapsedMs).toBe(40 * 100);
    expect(clock.stepsPerSecond).toBeCloseTo(10, 0);
    clock.stop();
    nowMs += 7_200_000;
    clock.start();
    nowMs += 100;
    clock.stop();
    expect(clock.elapsedMs).toBe(41 * 100);
  });

  it('counts a long step', () => {
    let nowMs = 0;
    const clock = new RunClock(() => nowMs);
    clock.start();
    nowMs += 20_000;
    clock.reached(1);
    clock.stop();
    expect(clock.elapsedMs).toBe(20_000);
  });
});
