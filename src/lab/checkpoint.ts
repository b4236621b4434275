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

/** A checkpoint in memory that serves a later one as soon as nobody holds it: fresh memory takes longer than the numbers do. */
export class HeldCheckpoint {
  readonly checkpoint: Checkpoint;
  private holders = 1;
  private readonly whenFree: () => void;

  constructor(checkpoint: Checkpoint, whenFree: () => void = () => {}) {
    this.checkpoint = checkpoint;
    this.whenFree = whenFree;
  }

  /** One more keeps it. */
  hold(): this {
    this.holders++;
    return this;
  }

  /** One of those that hold it needs it no longer. */
  letGo(): void {
    if (--this.holders === 0) this.whenFree();
  }
}

/** As many vectors, one after another in one piece of memory, `all`: zeros where none is given. */
export function adjoiningVectors(
  lengths: readonly number[],
  all = new Float32Array(lengths.reduce((sum, length) => sum + length, 0)),
): Float32Array<ArrayBuffer>[] {
  let end = 0;
  return lengths.map((length) => {
    end += length;
    return all.subarray(end - length, end);
  });
}

/** Bytes of a checkpoint that come to the thread in a millisecond: measured on two processor cores. */
const BROUGHT_BYTES_A_MS = 3e6;
/** Of the time of training, at most 2 % for checkpoints. */
const SHARE_OF_BRINGING = 0.0134;

/** How long large checkpoints are apart, so that bringing them from the device takes no larger share of the time. */
export const bringEveryMs = (bytes: number): number => bytes / BROUGHT_BYTES_A_MS / SHARE_OF_BRINGING;

/** At most so many steps are computed again after the device was lost, but for large checkpoints: the loop waits before it records another. */
const MOST_REPEATED = 25;
/** Steps from one checkpoint to the next; the others up to the most keep the device busy until the checkpoint has arrived. */
const MOST_STEPS = 20;
/** A read-back takes a checkpoint along when the last one was asked for so long ago. */
const RIDE_AFTER_MS = 250;

/**
 * Says when a checkpoint is to be asked for: with the read-back of a group of steps, which is short (pacing.ts), so that at
 * most 1 s is computed again, or one step where that takes longer. Large ones, of more than 10 MB, are further apart.
 */
export class CheckpointPace {
  private readonly rideAfterMs: number;
  private readonly isLarge: boolean;
  private step = 0;
  private atMs = 0;
  private arrivedStep = 0;
  /** Until the first one has arrived, nothing says how long the steps handed over take. */
  private hasArrived = false;

  constructor(bytes = 0) {
    this.rideAfterMs = Math.max(RIDE_AFTER_MS, bringEveryMs(bytes));
    this.isLarge = this.rideAfterMs > RIDE_AFTER_MS;
  }

  /** The loop begins, with `step`, that there is a checkpoint of. */
  begins(step: number): void {
    this.step = step;
    this.arrivedStep = step;
    this.hasArrived = false;
  }

  /** Whether the steps before `step`, at `nowMs` of running time, must be read for the sake of a checkpoint. */
  endsGroup(step: number, nowMs: number): boolean {
    return step - this.step >= MOST_STEPS && (!this.isLarge || this.isTime(nowMs));
  }

  private isTime(nowMs: number): boolean {
    return nowMs - this.atMs >= this.rideAfterMs;
  }

  /** Whether something was trained since the last one asked for, and a large one is not too soon; before `longMs` it is not. */
  isNew(step: number, nowMs: number, longMs = 0): boolean {
    if (step <= this.step) return false;
    return !this.isLarge || !this.hasArrived || longMs >= 2 * this.rideAfterMs || this.isTime(nowMs);
  }

  /**
   * Whether the read-back of the steps before `step`, handed over at `nowMs` of running time, takes a checkpoint along; rather
   * where they take long themselves. A step takes about `stepMs`; the last one takes `longMs` more where that is long, else 0.
   */
  isDue(step: number, nowMs: number, stepMs: number, longMs: number): boolean {
    if (this.endsGroup(step, nowMs)) return true;
    // Steps may be handed over at the same time, and come one after another.
    const comesMs = Math.max(nowMs, this.atMs + (step - this.step) * stepMs) + longMs;
    if (!this.isNew(step, comesMs)) return false;
    return (longMs > 0 && !this.isLarge) || !this.hasArrived || this.isTime(comesMs);
  }

  /** Whether recording `step` must wait until the checkpoint asked for has arrived. */
  mustWait(step: number): boolean {
    const isUnderWay = this.step > this.arrivedStep;
    return step - this.arrivedStep >= MOST_REPEATED && (!this.isLarge || isUnderWay);
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
