/**
 * Dense layers: the product with the kernel, and its two gradients. All three are small in this lab's networks; sums stay in
 * registers, nothing is shared between threads.
 * Reference: engine/float64/dense.ts.
 */
import { divisorUpTo, type KernelSource, kernel, read, repeat, write } from './wgsl.ts';

/** Numbers on the device: inputs and outputs are multiples of four. */
export interface DenseShape {
  examples: number;
  inputs: number;
  outputs: number;
}

const MOST_ROWS = 4;

/** Fewer rows a thread where there would be too few threads. */
function rowsPerThread(examples: number, vectors: number): number {
  const wanted = Math.floor((examples * vectors) / 512);
  return divisorUpTo(examples, Math.max(1, Math.min(MOST_ROWS, wanted)));
}

/** For every eight multiplications about one vector is loaded. */
const work = ({ examples, inputs, outputs }: DenseShape): { flops: number; numbers: number } => ({
  flops: 2 * examples * inputs * outputs,
  numbers: (examples * inputs * outputs) / 8,
});

/** X [N][inputs] · K [inputs][outputs] (+ bias) -> Y [N][outputs]. Thread: a few examples, four outputs; one loop over four inputs at a time. */
export function dense({ examples, inputs, outputs }: DenseShape, biased: boolean): KernelSource {
  const vectors = outputs / 4;
  const rows = rowsPerThread(examples, vectors);
  const body = `
  let o = t % ${vectors}u; let n = t / ${vectors}u * ${rows}u;
  ${repeat(rows, (r) => `var sum_${r} = ${biased ? 'bias[o]' : 'vec4f()'};`, ' ')}
  for (var i = 0u; i < ${inputs / 4}u; i++) {
    let k = i * ${4 * vectors}u + o;
    let w = mat4x4f(K[k], K[k + ${vectors}u], K[k + ${2 * vectors}u], K[k + ${3 * vectors}u]);
    ${repeat(rows, (r) => `sum_${r} += w * X[(n + ${r}u) * ${inputs / 4}u + i];`, ' ')}
  }
  ${repeat(rows, (r) => `Y[(n + ${r}u) * ${vectors}u + o] = sum_${r};`, ' ')}`;
  return kernel({
    name: `dense, ${inputs} to ${outputs}`,
    bindings: [read('X'), read('K'), ...(biased ? [read('bias')] : []), write('Y')],
    threads: (examples / rows) * vectors,
    body,
    ...work({ examples, inputs, outputs }),
  });
}

/** dY [N][outputs], K [inputs][outputs] -> dX [N][inputs]. Thread: a few examples, four inputs. */
export function denseInputGradient({ examples, inputs, outputs }: DenseShape): KernelSource {
  const vectors = inputs / 4;
  const across = outputs / 4;
  const rows = rowsPerThread(examples, vectors);
  const body = `
  let i = t % ${vectors}u; let n = t / ${vectors}u * ${rows}u;
  ${repeat(rows, (r) => `var sum_${r} = vec4f();`, ' ')}
  for (var o = 0u; o < ${across}u; o++) {
    let k = i * ${4 * across}u + o;
    let w = mat4x4f(K[k], K[k + ${across}u], K[k + ${2 * across}u], K[k + ${3 * across}u]);
    ${repeat(rows, (r) => `sum_${r} += dY[(n + ${r}u) * ${across}u + o] * w;`, ' ')}
  }
  ${repeat(rows, (r) => `dX[(n + ${r}u) * ${vectors}u + i] = sum_${r};`, ' ')}`;
  return kernel({
    name: `dense, gradient of the input, ${inputs} to ${outputs}`,
    bindings: [read('dY'), read('K'), write('dX')],
    threads: (examples / rows) * vectors,
    body,
    ...work({ examples, inputs, outputs }),
  });
}

/** X [N][inputs], dY [N][outputs] -> P [chunks][inputs][outputs]: sums over chunks of examples. Thread: 4 x 4 numbers of the kernel, one chunk. */
export function denseKernelGradient({ examples, inputs, outputs }: DenseShape, chunks: number): KernelSource {
  const [down, across] = [inputs / 4, outputs / 4];
  const perChunk = Math.ceil(examples / chunks);
  const body = `
  let o = t % ${across}u; let i = t / ${across}u % ${down}u; let chunk = t / ${across * down}u;
  ${repeat(4, (j) => `var sum_${j} = vec4f();`, ' ')}
  let start = min(chunk * ${perChunk}u, ${examples}u); let end = min(start + ${perChunk}u, ${examples}u);
  for (var n = start; n < end; n++) {
    let x = X[n * ${down}u + i]; let d = dY[n * ${across}u + o];
    ${repeat(4, (j) => `sum_${j} = fma(vec4f(x[${j}]), d, sum_${j});`, ' ')}
  }
  let p = (chunk * ${inputs}u + 4u * i) * ${across}u + o;
  ${repeat(4, (j) => `P[p + ${j * across}u] = sum_${j};`, ' ')}`;
  return kernel({
    name: `dense, gradient of the kernel, ${inputs} to ${outputs}, ${chunks} chunks`,
    bindings: [read('X'), read('dY'), write('P')],
    threads: down * across * chunks,
    body,
    ...work({ examples, inputs, outputs }),
  });
}

/** dY [N][outputs] -> dBias: thread = four outputs. */
export function biasGradient({ examples, outputs }: DenseShape): KernelSource {
  const across = outputs / 4;
  const body = `
  var sum = vec4f();
  for (var n = 0u; n < ${examples}u; n++) { sum += dY[n * ${across}u + t]; }
  dBias[t] = sum;`;
  return kernel({
    name: `gradient of the bias, ${outputs}`,
    bindings: [read('dY'), write('dBias')],
    threads: across,
    body,
  });
}
