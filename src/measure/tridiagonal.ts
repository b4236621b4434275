/** The largest eigenvalue of a symmetric tridiagonal matrix, for the Lanczos method. */

export interface LargestEigenvalue {
  value: number;
  /** |Last component| of its eigenvector of length 1. */
  last: number;
}

const HALVINGS = 60;
const SWEEPS = 3;

/** `besides` is one shorter than `diagonal`. NaN where a number is not finite. */
export function largestEigenvalue(
  diagonal: readonly number[],
  besides: readonly number[],
): LargestEigenvalue {
  const radius = diagonal.map((_, i) => Math.abs(besides[i - 1] ?? 0) + Math.abs(besides[i] ?? 0));
  // Gershgorin: every eigenvalue lies between these.
  let low = Math.min(...diagonal.map((a, i) => a - radius[i]!));
  let high = Math.max(...diagonal.map((a, i) => a + radius[i]!));
  if (!Number.isFinite(low) || !Number.isFinite(high)) return { value: Number.NaN, last: Number.NaN };
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (isAbove(middle, diagonal, besides)) high = middle;
    else low = middle;
  }
  return { value: high, last: Math.abs(eigenvector(high, diagonal, besides).at(-1)!) };
}

/** Whether all eigenvalues are below `bound`: T − bound is negative definite, all its pivots are negative. */
function isAbove(bound: number, diagonal: readonly number[], besides: readonly number[]): boolean {
  let pivot = 1;
  return diagonal.every((a, i) => {
    pivot = a - bound - (i === 0 ? 0 : besides[i - 1]! ** 2 / pivot);
    return pivot < 0;
  });
}

/** By inverse iteration just above the eigenvalue, where elimination needs no pivoting. */
function eigenvector(value: number, diagonal: readonly number[], besides: readonly number[]): number[] {
  const size = Math.max(...diagonal.map(Math.abs), ...besides.map(Math.abs), Number.MIN_VALUE);
  const shift = value + 1e-12 * size;
  let vector = diagonal.map(() => 1);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    vector = solve(shift, diagonal, besides, vector);
    const norm = Math.hypot(...vector);
    vector = vector.map((each) => each / norm);
  }
  return vector;
}

/** (T − shift) x = right */
function solve(
  shift: number,
  diagonal: readonly number[],
  besides: readonly number[],
  right: readonly number[],
): number[] {
  const pivots: number[] = [];
  const x: number[] = [];
  for (const [i, a] of diagonal.entries()) {
    const factor = i === 0 ? 0 : besides[i - 1]! / pivots[i - 1]!;
    pivots.push(a - shift - (i === 0 ? 0 : factor * besides[i - 1]!));
    x.push(right[i]! - (i === 0 ? 0 : factor * x[i - 1]!));
  }
  for (let i = x.length - 1; i >= 0; i--)
    x[i] = (x[i]! - (i === x.length - 1 ? 0 : besides[i]! * x[i + 1]!)) / pivots[i]!;
  return x;
}
