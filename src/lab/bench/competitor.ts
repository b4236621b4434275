/** What a training library must offer to be timed: a network that takes SGD steps, and a way to let go of it. */
import type { BenchTask } from './task.ts';

export const COMPETITORS = ['ours', 'tfjs', 'jaxjs'] as const;
export type CompetitorId = (typeof COMPETITORS)[number];

export const COMPETITOR_LABELS: Record<CompetitorId, string> = {
  ours: 'Normscape',
  tfjs: 'TensorFlow.js 4.22',
  jaxjs: 'jax-js 0.1.25',
};

export interface Trained {
  /** Of each minibatch, before its update. */
  losses: number[];
  /** Time that this thread spent, from the upload of the first minibatch to the last submission; without waiting. */
  javascriptMs: number;
}

/** One network in training. */
export interface TrainingRun {
  /** Takes `steps` SGD steps, each on its own upload of the next minibatch, and waits until the GPU has done them. */
  train(steps: number): Promise<Trained>;
  dispose(): void;
}

export interface Competitor {
  readonly id: CompetitorId;
  start(task: BenchTask): Promise<TrainingRun>;
  /** Destroys its device. */
  close(): void;
}

/** Calls `step` once for each step, keeping the time that it takes. */
export function timedSteps<T>(steps: number, step: () => T): { results: T[]; javascriptMs: number } {
  const startedAt = performance.now();
  const results = Array.from({ length: steps }, step);
  return { results, javascriptMs: performance.now() - startedAt };
}
