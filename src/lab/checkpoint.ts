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

/** At most so many steps are computed again after the device was lost: the loop waits before it records another. */
const MOST_REPEATED = 25;
/** Steps from one checkpoint to the next; the others up to the most keep the device busy until the checkpoint has arrived. */
const MOST_STEPS = 20;
/** A read-back takes a checkpoint along when the last one was asked for so long ago. */
const RIDE_AFTER_MS = 250;

/**
 * Says when a checkpoint is to be asked for: with the read-back of a group of steps, which is short (pacing.ts), so that at
 * most 1 s is computed again, or one step where that takes longer.
 */
export class CheckpointPace {
  private step = 0;
  private atMs = 0;
  private arrivedStep = 0;
  /** Until the first one has arrived, nothing says how long the steps handed over take. */
  private hasArrived = false;

  /** The loop begins, with `step`, that there is a checkpoint of. */
  begins(step: number): void {
    this.step = step;
    this.arrivedStep = step;
    this.hasArrived = false;
  }

  /** Whether the steps before `step` must be read for the sake of a checkpoint. */
  endsGroup(step: number): boolean {
    return step - this.step >= MOST_STEPS;
  }

  /** Whether the read-back of the steps before `step`, at `nowMs` of running time, takes a checkpoint along. */
  isDue(step: number, nowMs: number): boolean {
    if (this.endsGroup(step)) return true;
    return step > this.step && (!this.hasArrived || nowMs - this.atMs >= RIDE_AFTER_MS);
  }

  /** Whether something was trained since the last one asked for. */
  isNew(step: number): boolean {
    return step > this.step;
  }

  /** Whether recording `step` must wait until the checkpoint asked for has arrived. */
  mustWait(step: number): boolean {
    return step - this.arrivedStep >= MOST_REPEATED;
  }

  /** The one before `step` has been asked for, at `nowMs` of running time. */
  asked(step: number, nowMs: number): void {
    this.step = step;
    this.atMs = nowMs;
  }

  /** The one before `step` is there. */
  arrived(step: number): void {
    this.arrivedStep = step;
    this.hasArrived = true;
  }
}
