/** Vectors over a minibatch in float64. An activation is a list of columns: one a unit, each over the m samples. */

export type Column = Float64Array;
export type Columns = readonly Column[];

/** `Float64Array.map` does the same many times slower. */
export function mapped(a: Column, each: (value: number, i: number) => number): Column {
  const result = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) result[i] = each(a[i]!, i);
  return result;
}

export function sum(a: Column): number {
  let total = 0;
  for (let b = 0; b < a.length; b++) total += a[b]!;
  return total;
}

export const mean = (a: Column): number => sum(a) / a.length;

export function dot(a: Column, b: Column): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
  return total;
}

export const squaredNorm = (a: Column): number => dot(a, a);

/** factorA · a + factorB · b */
export function combine(factorA: number, a: Column, factorB: number, b: Column): Column {
  const result = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) result[i] = factorA * a[i]! + factorB * b[i]!;
  return result;
}

/** Element by element. */
export function times(a: Column, b: Column): Column {
  const result = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) result[i] = a[i]! * b[i]!;
  return result;
}

export const scaled = (factor: number, a: Column): Column => mapped(a, (value) => factor * value);

export function largestAbsolute(a: Column): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]!));
  return largest;
}

/** Adds factor · a to `into`. */
function addScaled(into: Column, factor: number, a: Column): void {
  for (let i = 0; i < into.length; i++) into[i]! += factor * a[i]!;
}

/** Column k of the result is Σ_j weights[k][j] · input[j]; null stands for zeros. */
export function multiply(weights: Columns, input: readonly (Column | null)[]): Column[] {
  const samples = input.find((column) => column !== null)?.length ?? 0;
  return weights.map((row) => {
    const result = new Float64Array(samples);
    input.forEach((column, j) => {
      if (column) addScaled(result, row[j]!, column);
    });
    return result;
  });
}

/** Column j of the result is Σ_k weights[k][j] · output[k], or null where j is not wanted. */
export function multiplyTransposed(weights: Columns, output: readonly (Column | null)[]): Column[];
export function multiplyTransposed(
  weights: Columns,
  output: readonly (Column | null)[],
  isWanted: (j: number) => boolean,
): (Column | null)[];
export function multiplyTransposed(
  weights: Columns,
  output: readonly (Column | null)[],
  isWanted = (_: number) => true,
): (Column | null)[] {
  const samples = output[0]?.length ?? 0;
  return Array.from({ length: weights[0]?.length ?? 0 }, (_, j) => {
    if (!isWanted(j)) return null;
    const result = new Float64Array(samples);
    output.forEach((column, k) => {
      if (column) addScaled(result, weights[k]![j]!, column);
    });
    return result;
  });
}
