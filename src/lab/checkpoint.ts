/** Everything that a run needs to go on from a step: the random streams are functions of the step, so vectors suffice. */

/** One network's vectors, in the layout of its network. */
export interface MemberState {
  theta: Float32Array<ArrayBuffer>;
  running: Float32Array<ArrayBuffer>;
  velocity: Float32Array<ArrayBuffer> | null;
  /** Of the sharpness, carried from probe to probe. */
  eigenvector: Float32Array<ArrayBuffer> | null;
  /** False once the network has diverged. */
  active: boolean;
}

export interface Checkpoint {
  /** The step that comes next. */
  next: number;
  /** By index into the record's variants. */
  members: MemberState[];
}

/** At most so much is computed twice when the device is lost. */
const MOST_STEPS = 25;
const MOST_MS = 900;

/** Says when the next checkpoint is due. */
export class CheckpointPace {
  private step = 0;
  private atMs = 0;

  /** `step` comes next, at `nowMs` of running time. */
  isDue(step: number, nowMs: number): boolean {
    return step > this.step && (step - this.step >= MOST_STEPS || nowMs - this.atMs >= MOST_MS);
  }

  taken(step: number, nowMs: number): void {
    this.step = step;
    this.atMs = nowMs;
  }
}
