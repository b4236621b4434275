/** How whoever traces the browser finds the rounds in which the lab's own loop is timed. */

/** What the bench says before them. */
export const LAB_ROUNDS_LABEL = 'Timing the lab’s own loop';

/** The name of a round's measure (`performance.measure`). */
export const labRoundName = (steps: number): string => `lab, ${steps} steps`;

/** Steps of the round that has this name; null for any other name. */
export function stepsOfLabRound(name: string): number | null {
  const steps = /^lab, (\d+) steps$/.exec(name)?.[1];
  return steps === undefined ? null : Number(steps);
}
