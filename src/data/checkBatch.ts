/** Whether what is asked of a set of examples can be given. */

interface Lengths {
  x: number;
  y: number;
}

/**
 * Throws RangeError where an example does not exist, or where the arrays, of lengths `found`, do not hold exactly
 * `perExample` numbers for each.
 */
export function checkBatch(
  indices: ArrayLike<number>,
  count: number,
  found: Lengths,
  perExample: Lengths,
): void {
  const expected = { x: indices.length * perExample.x, y: indices.length * perExample.y };
  if (found.x !== expected.x || found.y !== expected.y)
    throw new RangeError(
      `A batch of ${indices.length} examples needs ${expected.x} inputs and ${expected.y} targets; the arrays hold ${found.x} and ${found.y}.`,
    );
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    if (!(Number.isInteger(index) && index >= 0 && index < count))
      throw new RangeError(`Example ${index} was asked for; there are ${count}, counted from 0.`);
  }
}
