/** Everything that a run needs to go on from a step: the random streams are functions of the step, so vectors suffice. */

/** One network's vectors, in the layout of its network. */
export interface MemberState {
  theta: Float32Array<ArrayBuffer>;
  running: Float32Array<ArrayBuffer>;
  velocity: Float32Array<ArrayBuffer> | null;
  /** False once the network has diverged. */
  active: boolean;
}

export interface Checkpoint {
  /** The step that comes next. */
  next: number;
  /** By index into the record's variants. */
  members: MemberState[];
}

/** A checkpoint as it came from the device: unpacking takes a while, and few are ever needed. */
export interface PackedCheckpoint {
  next: number;
  unpack(): Checkpoint;
}

/**
 * A checkpoint arrives before the next one after it is asked for: a lost device costs at most two of these intervals, so at
 * most 24 steps; and less than 1 s where one step takes less than 0.2 s.
 */
const MOST_STEPS = 12;
const MOST_MS = 400;

/** Says when the next checkpoint is to be asked for. */
export class CheckpointPace {
  private step = 0;
  private atMs = 0;

  /** `step` comes next, at `nowMs` of running time. */
  isDue(step: number, nowMs: number): boolean {
    return step > this.step && (step - this.step >= MOST_STEPS || nowMs - this.atMs >= MOST_MS);
  }

  asked(step: number, nowMs: number): void {
    this.step = step;
    this.atMs = nowMs;
  }
}
