/** Flat vectors: sums, copies, and the inner products of two of them. Thread: four numbers, or a strided share of them. */
import { TREE } from './loss.ts';
import { type KernelSource, kernel, read, write } from './wgsl.ts';

/** into ← a + factor·b, the factor from the call. `length` in floats, a multiple of four. */
export function addScaled(length: number): KernelSource {
  return kernel({
    name: `a + factor·b, ${length}`,
    bindings: [read('A'), read('B'), write('into')],
    usesArguments: true,
    threads: length / 4,
    numbers: length,
    body: '  into[t] = A[t] + arguments.factor * B[t];',
  });
}

/** target ← target + factor·b: WebGPU lets no buffer be read and written through two bindings. */
export function addScaledInPlace(length: number, target: 'a' | 'b'): KernelSource {
  return kernel({
    name: `${target} ← a + factor·b, ${length}`,
    bindings: [read('other'), write('into')],
    usesArguments: true,
    threads: length / 4,
    numbers: length,
    body:
      target === 'a'
        ? '  into[t] = into[t] + arguments.factor * other[t];'
        : '  into[t] = other[t] + arguments.factor * into[t];',
  });
}

/** into ← the first numbers of A, then those of B; how many vectors come from A, the call says in `count`. */
export function join(length: number): KernelSource {
  return kernel({
    name: `join ${length}`,
    bindings: [read('A'), read('B'), write('into')],
    usesArguments: true,
    threads: length / 4,
    numbers: length,
    body: '  if (t < arguments.count) { into[t] = A[t]; } else { into[t] = B[t]; }',
  });
}

export function copy(length: number): KernelSource {
  return kernel({
    name: `copy ${length}`,
    bindings: [read('A'), write('into')],
    threads: length / 4,
    numbers: length,
    body: '  into[t] = A[t];',
  });
}

const THREADS = 64;
/** Shares of the first stage are added up in so many groups at most; the second stage is one workgroup, a thread a group. */
const MOST_GROUPS = THREADS;

function compareGroups(length: number): number {
  return Math.max(1, Math.min(MOST_GROUPS, Math.ceil(length / 4 / THREADS / 4)));
}

/** Threads of the first stage, and vectors that it writes. */
export const compareShares = (length: number): number => compareGroups(length) * THREADS;

/**
 * Stage 1: P[t] = the thread's share of (‖a‖², ‖b‖², ⟨a, b⟩, ‖a − b‖²), over the vectors `step` … `step + count − 1` of the
 * call. No workgroup works together here: on a software adapter, 54 workgroups that wait at barriers take longer than all sums.
 */
export function compareStage1(length: number): KernelSource {
  const shares = compareShares(length);
  return kernel({
    name: `inner products of ${length}`,
    bindings: [read('A'), read('B'), write('P')],
    usesArguments: true,
    threads: shares,
    workgroupSize: THREADS,
    numbers: length,
    body: `
  var sum = vec4f();
  let end = arguments.step + arguments.count;
  for (var k = arguments.step + t; k < end; k += ${shares}u) {
    let a = A[k]; let b = B[k]; let d = a - b;
    sum += vec4f(dot(a, a), dot(b, b), dot(a, b), dot(d, d));
  }
  P[t] = sum;`,
  });
}

/** Stage 2: the sum of all shares into the call's slot among the results, as a tree. */
export function compareStage2(length: number): KernelSource {
  const groups = compareGroups(length);
  return kernel({
    name: `sum of ${groups} groups`,
    bindings: [read('P'), write('results')],
    usesArguments: true,
    declarations: `var<workgroup> sums: array<vec4f, ${THREADS}>;`,
    threads: THREADS,
    workgroupSize: THREADS,
    keepsAllThreads: true,
    body: `
  var sum = vec4f();
  if (local < ${groups}u) {
    var shares: array<vec4f, ${THREADS}>;
    for (var k = 0u; k < ${THREADS}u; k++) { shares[k] = P[local * ${THREADS}u + k]; }
    for (var half = ${THREADS / 2}u; half > 0u; half >>= 1u) {
      for (var k = 0u; k < half; k++) { shares[k] += shares[k + half]; }
    }
    sum = shares[0];
  }
  sums[local] = sum;
  ${TREE}
  if (local == 0u) { results[arguments.result] = sums[0]; }`,
  });
}

/** into ← A · ‖B‖ / ‖A‖, from the sum of stage 2 over A and B, which lies at the beginning of `norms`. */
export function matchNorm(length: number, inPlace: boolean): KernelSource {
  const value = inPlace ? 'into[t]' : 'A[t]';
  return kernel({
    name: `match norm, ${length}`,
    bindings: [...(inPlace ? [] : [read('A')]), read('norms'), write('into')],
    threads: length / 4,
    numbers: length,
    body: `  into[t] = ${value} * sqrt(norms[0].y / norms[0].x);`,
  });
}
