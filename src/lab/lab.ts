/** The lab as the page sees it. The session in the worker and its stand-in on the page implement this same interface. */
import type { DevicePace } from '../experiment/duration.ts';
import type { Experiment } from '../experiment/experiment.ts';
import type { Measured } from '../record/build.ts';
import type { Environment } from '../record/record.ts';

/** Where the networks train, and why there. */
export interface Device {
  backend: Environment['backend'];
  adapter: string;
  software: boolean;
  /** Why it is not WebGPU, where it is not. */
  fallback: {
    reason: 'no-api' | 'no-adapter' | 'blocked';
    message: string;
    hint: string;
  } | null;
  /** Bytes that one experiment may take. */
  memoryBytes: number;
}

export const LAB_PROBLEM_KINDS = [
  'invalid-experiment',
  'busy',
  'data-missing',
  'data-corrupt',
  'data-network',
  'out-of-memory',
  'device-lost',
  'gpu-validation',
  'kernel',
  'not-ready',
  'internal',
] as const;
export type LabProblemKind = (typeof LAB_PROBLEM_KINDS)[number];

/** What went wrong: what was found, and what can be done. */
export interface LabProblem {
  kind: LabProblemKind;
  message: string;
  hint: string;
}

/** A rejected call of the lab carries its problem. */
export class LabError extends Error {
  readonly problem: LabProblem;
  constructor(problem: LabProblem) {
    super(problem.message);
    this.name = 'LabError';
    this.problem = problem;
  }
}

/**
 * idle: nothing has run since the last configure or reset · preparing: data, kernels · running · paused: can go on ·
 * finished: every step is done · failed: a problem stopped it, the record so far stands.
 */
export type LabState = 'idle' | 'preparing' | 'running' | 'paused' | 'finished' | 'failed';

export type LabEvent =
  | { type: 'device'; device: Device }
  | { type: 'state'; state: LabState; step: number; steps: number }
  /** A new run begins: what was measured before belongs to another record. */
  | { type: 'started'; experiment: Experiment; environment: Environment }
  | { type: 'progress'; label: string; done: number; total: number; unit: 'bytes' | 'items' }
  | { type: 'measured'; measured: Measured[]; step: number; stepsPerSecond: number }
  /** The device was lost at `lostStep`; everything was built anew and goes on from `step`. */
  | { type: 'recovered'; lostStep: number; step: number }
  | { type: 'engine'; engine: 'reference' | 'fused'; reason: string | null }
  /** The run goes on, but would not survive its tab. */
  | { type: 'unkept'; reason: 'full' | 'denied' | 'failed'; message: string }
  /** The tab of a run that was under way elsewhere has gone. */
  | { type: 'interrupted'; run: InterruptedSummary }
  | { type: 'problem'; problem: LabProblem };

/** A run whose tab was closed or crashed. */
export interface InterruptedSummary {
  id: string;
  experiment: Experiment;
  environment: Environment;
  /** The step that comes next. */
  step: number;
}

export interface Lab {
  /** Finds the device. */
  open(): Promise<Device>;
  /**
   * Measures in a second or two how fast the device is; null where it does not train on WebGPU. A run that is asked for
   * meanwhile waits. Rejects while a run is under way.
   */
  measurePace(): Promise<DevicePace | null>;
  /** Takes a checked experiment and forgets the run before. Rejects while a run is under way. */
  configure(experiment: Experiment): Promise<void>;
  /** Runs to the end, or until paused. Resolves with the state it stopped in. */
  run(): Promise<LabState>;
  /** Stops after the step under way; everything measured up to it has been delivered when this resolves. */
  pause(): Promise<void>;
  /** Runs `count` steps and pauses. */
  step(count: number): Promise<LabState>;
  /** Back to the initial parameters, nothing measured. */
  reset(): Promise<void>;
  /**
   * The latest run that was interrupted and that no tab goes on with; null where there is none. From then on an event tells
   * when the tab of another one goes.
   */
  interrupted(): Promise<InterruptedSummary | null>;
  /** Sets an interrupted run up as a paused one, with everything that it measured; `run` goes on with it. */
  resume(id: string): Promise<void>;
  /** Ends an interrupted run where it stands: tells everything that it measured, and forgets its parameters. */
  keep(id: string): Promise<void>;
  /** Forgets an interrupted run. */
  discard(id: string): Promise<void>;
  /** The last probe of one network as a safetensors file. */
  probeBundle(variant: string): Promise<ArrayBuffer>;
  /** Destroys the GPU device, for tests. */
  loseDevice(): Promise<void>;
  subscribe(listener: (event: LabEvent) => void): () => void;
  dispose(): void;
}
