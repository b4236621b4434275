/** Losses over the minibatch, with the gradient of the outputs and its change. */
import { type Columns, mapped } from './columns.ts';
import type { Shift } from './layers.ts';

interface LossPass {
  value: number;
  /** ∂L/∂output */
  gradient: Columns;
  /** The gradient's change as the output changes by `shift`. */
  push(shift: Shift): Columns;
}

export type Loss = (output: Columns) => LossPass;

/** Shares of the classes, sample by sample. */
export function softmax(output: Columns): Float64Array[] {
  const shares = output.map((column) => column.slice());
  const samples = shares[0]?.length ?? 0;
  for (let b = 0; b < samples; b++) {
    const largest = Math.max(...shares.map((column) => column[b]!));
    let total = 0;
    for (const column of shares) total += column[b] = Math.exp(column[b]! - largest);
    for (const column of shares) column[b]! /= total;
  }
  return shares;
}

/** Mean cross-entropy of the softmax against target shares [class][sample]. */
export function crossEntropy(targets: Columns): Loss {
  return (output) => {
    const shares = softmax(output);
    const samples = targets[0]?.length ?? 1;
    let value = 0;
    targets.forEach((target, k) => {
      target.forEach((t, b) => {
        if (t > 0) value -= (t * Math.log(shares[k]![b]!)) / samples;
      });
    });
    return {
      value,
      gradient: shares.map((share, k) => mapped(share, (p, b) => (p - targets[k]![b]!) / samples)),
      push: (shift) => {
        const average = new Float64Array(samples);
        shares.forEach((share, k) => {
          for (let b = 0; b < samples; b++) average[b]! += share[b]! * shift[k]![b]!;
        });
        return shares.map((share, k) =>
          mapped(share, (p, b) => (p * (shift[k]![b]! - average[b]!)) / samples),
        );
      },
    };
  };
}

/** Half the squared error, averaged over the samples. */
export function squaredError(targets: Columns): Loss {
  return (output) => {
    const samples = targets[0]?.length ?? 1;
    const gradient = output.map((column, k) => mapped(column, (a, b) => (a - targets[k]![b]!) / samples));
    return {
      value: gradient.reduce(
        (total, column) => total + (samples / 2) * column.reduce((squares, g) => squares + g * g, 0),
        0,
      ),
      gradient,
      push: (shift) => shift.map((column) => mapped(column!, (change) => change / samples)),
    };
  };
}
