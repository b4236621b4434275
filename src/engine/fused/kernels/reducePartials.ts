/**
 * Adds the chunks of every kernel's gradient, in their order, and the weight decay's share. One dispatch for all layers.
 * Thread: four numbers of the gradient.
 */
import { float, type KernelSource, kernel, read, repeat, write } from './wgsl.ts';

/** Where a layer's partial sums begin and where their sum goes, in floats. */
export interface PartialSums {
  from: number;
  into: number;
  size: number;
  chunks: number;
}

/** P: partial sums of all layers; theta, G: flat vectors. G[into + i] = Σ_chunks P[from + chunk·size + i] + decay·θ[into + i] */
export function reducePartials(layers: readonly PartialSums[], weightDecay: number): KernelSource {
  let threads = 0;
  const choose = layers.map(({ from, into, size, chunks }) => {
    const first = threads;
    threads += size / 4;
    return `if (t < ${threads}u) { index = t - ${first}u; position = ${from / 4}u + index; stride = ${size / 4}u; chunks = ${chunks}u; destination = ${into / 4}u; }`;
  });
  const decay = weightDecay > 0;
  const body = `
  var index = 0u; var position = 0u; var stride = 0u; var chunks = 0u; var destination = 0u;
  ${choose.join(' else ')}
  var sum = vec4f();
  let fours = chunks / 4u;
  for (var i = 0u; i < fours; i++) {
    sum += (P[position] + P[position + stride]) + (P[position + 2u * stride] + P[position + 3u * stride]);
    position += 4u * stride;
  }
  for (var i = fours * 4u; i < chunks; i++) { sum += P[position]; position += stride; }
  G[destination + index] = sum${decay ? ` + ${float(weightDecay)} * theta[destination + index]` : ''};`;
  return kernel({
    name: `sum of the chunks of ${layers.length} kernel gradients`,
    bindings: [read('P'), ...(decay ? [read('theta')] : []), write('G')],
    threads,
    body,
    numbers: layers.reduce((sum, { size, chunks }) => sum + size * (chunks + 1), 0),
  });
}

/** Part of a flat vector, in floats. */
interface Range {
  offset: number;
  size: number;
}

const THREADS = 64;
const MOST_GROUPS = 64;
/** Vectors that a thread sums at least, where there are enough. */
const VECTORS_A_THREAD = 64;

const sizeOf = (ranges: readonly Range[]): number => ranges.reduce((sum, { size }) => sum + size, 0);

/** Threads of the first stage, and numbers that it writes. */
export function squareShares(ranges: readonly Range[]): number {
  const groups = Math.ceil(sizeOf(ranges) / 4 / THREADS / VECTORS_A_THREAD);
  return THREADS * Math.max(1, Math.min(MOST_GROUPS, groups));
}

/** Stage 1 of the squared norm: S[t] = the thread's share of Σ θ² over the ranges. */
export function sharesOfSquares(ranges: readonly Range[]): KernelSource {
  const shares = squareShares(ranges);
  const body = `
  var sum = vec4f();
  ${repeat(
    ranges.length,
    (i) =>
      `for (var k = ${ranges[i]!.offset / 4}u + t; k < ${(ranges[i]!.offset + ranges[i]!.size) / 4}u; k += ${shares}u) { let v = theta[k]; sum = fma(v, v, sum); }`,
  )}
  S[t] = dot(sum, vec4f(1.0));`;
  return kernel({
    name: `shares of the squares of ${ranges.length} kernels`,
    bindings: [read('theta'), write('S', 'f32')],
    threads: shares,
    workgroupSize: THREADS,
    body,
    numbers: sizeOf(ranges),
  });
}

/** Stage 2: the sum of all shares as a tree, times `factor`, into `penalty[0]`. One workgroup. */
export function squaredNorm(shares: number, factor: number): KernelSource {
  const body = `
  var sum = 0.0;
  for (var k = local; k < ${shares}u; k += ${THREADS}u) { sum += S[k]; }
  shared_sums[local] = sum;
  for (var half = ${THREADS / 2}u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if (local < half) { shared_sums[local] += shared_sums[local + half]; }
  }
  if (local == 0u) { penalty[0] = ${float(factor)} * shared_sums[0]; }`;
  return kernel({
    name: 'squared norm of the kernels',
    bindings: [read('S', 'f32'), write('penalty', 'f32')],
    declarations: `var<workgroup> shared_sums: array<f32, ${THREADS}>;`,
    threads: THREADS,
    workgroupSize: THREADS,
    keepsAllThreads: true,
    body,
  });
}
