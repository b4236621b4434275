/** Training values of a run for which room is reserved at most, over all its networks: 8 MiB for each of the three columns. */
const MOST_RESERVED = 2 ** 20;

/**
 * A column that begins with the values (at least one) and has room for as many as are expected, or for its share among
 * `networks`, so that a long run takes its memory when it begins, and no column is copied to a larger place on the way. V8 keeps the
 * room of elements that `splice` takes out from behind, and gives it back where the length is set; where an engine does not
 * keep it, the column grows as any other.
 */
export function columnWithRoom(values: readonly number[], expected: number, networks = 1): number[] {
  const room = Math.max(values.length, Math.min(expected, Math.floor(MOST_RESERVED / networks)));
  const column = new Array<number>(room).fill(Number.NaN);
  for (const [i, value] of values.entries()) column[i] = value;
  column.splice(values.length);
  return column;
}
