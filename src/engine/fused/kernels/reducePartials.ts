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
  });
}

/** Σ over the given ranges of θ², times `factor`, into `penalty[0]`. One workgroup. */
export function squaredNorm(
  ranges: readonly { offset: number; size: number }[],
  factor: number,
): KernelSource {
  const size = 64;
  const body = `
  var sum = vec4f();
  ${repeat(
    ranges.length,
    (i) =>
      `for (var k = ${ranges[i]!.offset / 4}u + local; k < ${(ranges[i]!.offset + ranges[i]!.size) / 4}u; k += ${size}u) { let v = theta[k]; sum = fma(v, v, sum); }`,
  )}
  shared_sums[local] = dot(sum, vec4f(1.0));
  for (var half = ${size / 2}u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if (local < half) { shared_sums[local] += shared_sums[local + half]; }
  }
  if (local == 0u) { penalty[0] = ${float(factor)} * shared_sums[0]; }`;
  return kernel({
    name: 'squared norm of the kernels',
    bindings: [read('theta'), write('penalty', 'f32')],
    declarations: `var<workgroup> shared_sums: array<f32, ${size}>;`,
    threads: size,
    workgroupSize: size,
    keepsAllThreads: true,
    body,
  });
}
