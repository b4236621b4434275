/**
 * How many steps are handed to the device before their results are waited for. Recording a step takes the thread far less
 * than computing it takes the GPU: without a bound, minutes of work would queue up, and a pause would wait for all of it.
 */

/**
 * One group of steps should take at most about so long: reading costs the thread the same for one step as for many, and a
 * pause waits for a group and its lead.
 */
const GROUP_MS = 400;
/** A lost device costs at most 25 steps: a checkpoint comes with a group's results, and the next steps keep the device busy meanwhile. */
const MOST_STEPS = 20;

export class Pacing {
  private steps = 1;
  /** What a step took last; 0 as long as nothing is known. */
  stepMs = 0;

  /** Steps of the next group. */
  get groupSize(): number {
    return this.steps;
  }

  /** Steps handed over before the group before them has been read: what the device does meanwhile. */
  get lead(): number {
    return Math.ceil(this.steps / 4);
  }

  /** A group of `steps` steps took `ms`. At most doubles, so that one fast group does not open the flood. */
  completed(steps: number, ms: number): void {
    this.stepMs = ms / steps;
    const wanted = Math.floor((GROUP_MS * steps) / Math.max(ms, 0.1));
    this.steps = Math.max(1, Math.min(MOST_STEPS, wanted, 2 * this.steps));
  }
}
