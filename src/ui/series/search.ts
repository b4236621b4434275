/** The last entry at or before a step, or null where there is none. `step` ascends. */
export function indexAt(step: readonly number[], wanted: number): number | null {
  let low = 0;
  let high = step.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (step[middle]! <= wanted) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? null : low - 1;
}
