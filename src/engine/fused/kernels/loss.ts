/**
 * The losses with the gradient of the network's output. One workgroup; its threads take examples in turn and their sums are
 * added as a tree, so the order is fixed. Loss and accuracy go to the call's slot among the results.
 * Reference: engine/float64/loss.ts.
 */
import { type KernelSource, kernel, read, repeat, write } from './wgsl.ts';

export interface LossShape {
  /** Examples of the plan; the call says how many of them count. */
  examples: number;
  /** Outputs of the network, and on the device. */
  outputs: number;
  padded: number;
}

const THREADS = 64;

/** Adds `sums[0 … THREADS)` up into sums[0]. */
export const TREE = `
  for (var half = ${THREADS / 2}u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if (local < half) { sums[local] += sums[local + half]; }
  }`;

function lossKernel(
  name: string,
  { examples, padded }: LossShape,
  perExample: string,
  hasGradient: boolean,
  hasPenalty: boolean,
): KernelSource {
  const body = `
  let share = 1.0 / f32(arguments.count);
  var loss = 0.0; var correct = 0.0;
  for (var n = local; n < ${examples}u; n += ${THREADS}u) {
    let counts = n < arguments.count;
    let z = n * ${padded}u;
    ${perExample}
  }
  sums[local] = vec2f(loss, correct);
  ${TREE}
  if (local == 0u) { results[arguments.result] = vec4f(sums[0]${hasPenalty ? ' + vec2f(penalty[0], 0.0)' : ''}, 0.0, 0.0); }`;
  return kernel({
    name,
    bindings: [
      read('Z', 'f32'),
      ...(hasGradient ? [write('dZ', 'f32')] : []),
      ...(hasPenalty ? [read('penalty', 'f32')] : []),
      write('results'),
    ],
    usesArguments: true,
    usesBatch: true,
    declarations: `var<workgroup> sums: array<vec2f, ${THREADS}>;`,
    threads: THREADS,
    workgroupSize: THREADS,
    keepsAllThreads: true,
    body,
  });
}

/** Mean softmax cross-entropy and the share of correct answers; Z [N][padded], classes in the minibatch. */
export function crossEntropy(shape: LossShape, hasGradient: boolean, hasPenalty: boolean): KernelSource {
  const { outputs, padded } = shape;
  const gradient = hasGradient
    ? `for (var j = 0u; j < ${padded}u; j++) {
      let p = select(0.0, exp(Z[z + j] - logSum), j < ${outputs}u);
      dZ[z + j] = select(0.0, (p - select(0.0, 1.0, j == label)) * share, counts);
    }`
    : '';
  const perExample = `
    var largest = Z[z]; var best = 0u;
    for (var j = 1u; j < ${outputs}u; j++) { let v = Z[z + j]; if (v > largest) { largest = v; best = j; } }
    var total = 0.0;
    for (var j = 0u; j < ${outputs}u; j++) { total += exp(Z[z + j] - largest); }
    let logSum = log(total) + largest;
    let label = bitcast<u32>(batchY[n]);
    if (counts) { loss += (logSum - Z[z + min(label, ${outputs - 1}u)]) * share; correct += select(0.0, share, best == label); }
    ${gradient}`;
  return lossKernel(`cross-entropy, ${outputs} classes`, shape, perExample, hasGradient, hasPenalty);
}

/** ½‖Z − target‖² summed over the examples that count; targets in the minibatch, [N][outputs]. */
export function halfSquaredError(shape: LossShape, hasGradient: boolean, hasPenalty: boolean): KernelSource {
  const { outputs, padded } = shape;
  const gradient = hasGradient ? `dZ[z + j] = select(0.0, d, counts);` : '';
  const padding = hasGradient ? repeat(padded - outputs, (j) => `dZ[z + ${outputs + j}u] = 0.0;`, ' ') : '';
  const perExample = `
    var squares = 0.0;
    for (var j = 0u; j < ${outputs}u; j++) {
      let d = Z[z + j] - batchY[n * ${outputs}u + j];
      squares = fma(d, d, squares);
      ${gradient}
    }
    ${padding}
    if (counts) { loss += 0.5 * squares; }`;
  return lossKernel(`half squared error, ${outputs} outputs`, shape, perExample, hasGradient, hasPenalty);
}
