/** What keeps the bench from giving numbers. */

export const BENCH_PROBLEM_KINDS = [
  'no-webgpu',
  'gpu',
  'disagreement',
  'stopped',
  'busy',
  'internal',
] as const;

export interface BenchProblem {
  kind: (typeof BENCH_PROBLEM_KINDS)[number];
  message: string;
  hint: string;
}

/** Carries a problem across a rejected promise. */
export class BenchError extends Error {
  readonly problem: BenchProblem;
  constructor(kind: BenchProblem['kind'], message: string, hint: string) {
    super(message);
    this.name = 'BenchError';
    this.problem = { kind, message, hint };
  }
}

export function benchProblemOf(error: unknown): BenchProblem {
  if (error instanceof BenchError) return error.problem;
  return {
    kind: 'internal',
    message: error instanceof Error ? error.message : String(error),
    hint: 'Reload the page. If it happens again, report this message.',
  };
}
