/** The two losses with their gradients: mean softmax cross-entropy, and half the squared error summed over the examples. */

export interface Evaluated {
  loss: number;
  accuracy: number;
  /** ∂loss/∂output */
  gradient: Float64Array;
}

/** output [n, classes], y: class of each example. */
export function crossEntropy(output: Float64Array, y: ArrayLike<number>, examples: number): Evaluated {
  const classes = output.length / examples;
  const gradient = new Float64Array(output.length);
  let loss = 0;
  let correct = 0;
  for (let n = 0; n < examples; n++) {
    const row = output.subarray(n * classes, (n + 1) * classes);
    const largest = row.reduce((a, b) => Math.max(a, b));
    const logSum = largest + Math.log(row.reduce((sum, z) => sum + Math.exp(z - largest), 0));
    const label = y[n]!;
    loss += (logSum - row[label]!) / examples;
    if (row.indexOf(largest) === label) correct++;
    for (let c = 0; c < classes; c++)
      gradient[n * classes + c] = (Math.exp(row[c]! - logSum) - (c === label ? 1 : 0)) / examples;
  }
  return { loss, accuracy: correct / examples, gradient };
}

/** output and target [n, outputs] */
export function halfSquaredError(output: Float64Array, target: ArrayLike<number>): Evaluated {
  const gradient = output.map((value, i) => value - target[i]!);
  return {
    loss: gradient.reduce((sum, difference) => sum + difference ** 2, 0) / 2,
    accuracy: Number.NaN,
    gradient,
  };
}
