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
  /** Time that each step took on this thread, from the upload of its minibatch to its last call; without waiting. */
  javascriptMs: number[];
}

/** One network in training. */
export interface TrainingRun {
  /** Takes `steps` SGD steps, each on its own upload of the next minibatch, and waits until the GPU has done them. */
  train(steps: number): Promise<Trained>;
  dispose(): void;
  /** The longest dispatch of a step on the GPU, where it can be told. */
  longestDispatchMs?(): Promise<number | null>;
}

export type PreparationListener = (stage: string, done: number, total: number) => void;

export interface Competitor {
  readonly id: CompetitorId;
  /** `onProgress` hears of preparations that take long. */
  start(task: BenchTask, onProgress?: PreparationListener): Promise<TrainingRun>;
  /** Destroys its device. */
  close(): void;
}

/** Calls `step` so many times, keeping what each call gives and how long it takes. */
export function timedSteps<T>(steps: number, step: () => T): { results: T[]; javascriptMs: number[] } {
  const results: T[] = [];
  const javascriptMs: number[] = [];
  for (let i = 0; i < steps; i++) {
    const startedAt = performance.now();
    results.push(step());
    javascriptMs.push(performance.now() - startedAt);
  }
  return { results, javascriptMs };
}
