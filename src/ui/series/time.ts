/** Steps as seconds of running time and back, by the times at which a run reached its steps. */
import type { RunRecord } from '../../record/record.ts';

export interface TimeMap {
  /** Where on the axis a step stands. */
  toX(step: number): number;
  toStep(x: number): number;
}

export const STEPS: TimeMap = { toX: (step) => step, toStep: (x) => x };

/** Piecewise linear through points that ascend in both coordinates; the last piece goes on. */
function through(from: readonly number[], to: readonly number[]): (value: number) => number {
  return (value) => {
    let i = 1;
    while (i < from.length - 1 && from[i]! < value) i++;
    const [a, b] = [from[i - 1]!, from[i]!];
    return to[i - 1]! + ((value - a) / (b - a)) * (to[i]! - to[i - 1]!);
  };
}

/** Null where the run has not been timed. */
export function secondsOf({ timing, experiment }: RunRecord): TimeMap | null {
  const [steps, seconds] = [[0], [0]];
  for (const [i, step] of timing.step.entries()) {
    const at = timing.atMs[i]! / 1000;
    if (!(step > steps.at(-1)!) || !(at > seconds.at(-1)!)) continue;
    steps.push(step);
    seconds.push(at);
  }
  if (steps.length === 1 && timing.elapsedMs > 0) {
    steps.push(experiment.steps);
    seconds.push(timing.elapsedMs / 1000);
  }
  if (steps.length === 1) return null;
  return { toX: through(steps, seconds), toStep: through(seconds, steps) };
}
