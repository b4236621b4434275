/** The messages between the page and the worker of the bench. */
import * as v from 'valibot';
import { BENCH_PROBLEM_KINDS, type BenchProblem } from '../lab/bench/problem.ts';
import type { BenchOptions, BenchResult } from '../lab/bench/result.ts';

export type ToBench = { type: 'start'; options: BenchOptions } | { type: 'stop' };

export type FromBench =
  | { type: 'progress'; label: string; done: number; total: number }
  | { type: 'partial'; part: Partial<BenchResult> }
  | { type: 'finished'; result: BenchResult }
  | { type: 'failed'; problem: BenchProblem };

const toBenchSchema = v.variant('type', [
  v.object({
    type: v.literal('start'),
    options: v.object({ peers: v.boolean(), growth: v.boolean(), subgroups: v.boolean() }),
  }),
  v.object({ type: v.literal('stop') }),
]);

const fromBenchSchema = v.variant('type', [
  v.object({ type: v.literal('progress'), label: v.string(), done: v.number(), total: v.number() }),
  v.object({ type: v.literal('partial'), part: v.looseObject({}) }),
  v.object({ type: v.literal('finished'), result: v.looseObject({ competitors: v.array(v.unknown()) }) }),
  v.object({
    type: v.literal('failed'),
    problem: v.object({ kind: v.picklist(BENCH_PROBLEM_KINDS), message: v.string(), hint: v.string() }),
  }),
]);

/** Null where a message is not ours. */
export function readToBench(raw: unknown): ToBench | null {
  const parsed = v.safeParse(toBenchSchema, raw);
  return parsed.success ? parsed.output : null;
}

/** The envelope is checked; numbers inside come from our own build on the other side. Null where it is not ours. */
export function readFromBench(raw: unknown): FromBench | null {
  const parsed = v.safeParse(fromBenchSchema, raw);
  return parsed.success ? (parsed.output as FromBench) : null;
}
