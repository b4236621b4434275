/** Steps as seconds of running time and back, by the times at which a run reached its steps. */
import type { RunRecord, VariantRecord } from '../../record/record.ts';
import { indexAt } from './search.ts';

export interface TimeMap {
  /** Where on the axis a step stands. */
  toX(step: number): number;
  toStep(x: number): number;
}

export const STEPS: TimeMap = { toX: (step) => step, toStep: (x) => x };

/** Piecewise linear through points that ascend in both coordinates; the first and the last piece go on. */
function through(from: readonly number[], to: readonly number[]): (value: number) => number {
  return (value) => {
    const i = Math.min(from.length - 1, (indexAt(from, value) ?? 0) + 1);
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

/** A step of one run as the step that another run had reached after as many seconds. */
const sameSecond =
  (of: TimeMap, other: TimeMap) =>
  (step: number): number =>
    other.toStep(of.toX(step));

/** A network whose columns stand at other steps. */
function moved(variant: VariantRecord, move: (step: number) => number): VariantRecord {
  const at = <T extends { step: number[] }>(columns: T): T => ({ ...columns, step: columns.step.map(move) });
  return {
    ...variant,
    divergedAt: variant.divergedAt === null ? null : move(variant.divergedAt),
    train: at(variant.train),
    test: at(variant.test),
    landscape: at(variant.landscape),
    ics: at(variant.ics),
    activations: at(variant.activations),
    norms: at(variant.norms),
    sharpness: at(variant.sharpness),
  };
}

/** A run whose values stand at those steps that a run of another pace had reached after as many seconds. */
export function atPaceOf(record: RunRecord, its: TimeMap, other: TimeMap): RunRecord {
  const move = sameSecond(its, other);
  return { ...record, variants: record.variants.map((variant) => moved(variant, move)) };
}

/** The last step of a run, as a step of a run of another pace. */
export const lastStepAtPaceOf = ({ experiment }: RunRecord, its: TimeMap, other: TimeMap): number =>
  sameSecond(its, other)(experiment.steps);
