/** A network at one point: its loss, the gradient of its input, and products of the Hessian with directions. */
import type { Column, Columns } from './columns.ts';
import type { Layer, Shift } from './layers.ts';
import type { Loss } from './losses.ts';

export interface Evaluated {
  loss: number;
  /** ∂L/∂input, a column a unit. */
  gradient: Columns;
  /** (∂²L/∂input_j ∂input_j) · direction, by forward-over-reverse. */
  hessianTimes(unit: number, direction: Column): Column;
}

export function evaluate(layers: readonly Layer[], loss: Loss, input: Columns): Evaluated {
  let output = input;
  const passes = layers.map((layer) => {
    const pass = layer(output);
    output = pass.output;
    return pass;
  });
  const end = loss(output);
  const gradients = [end.gradient];
  for (const pass of passes.toReversed()) gradients.unshift(pass.backward(gradients[0]!));
  return {
    loss: end.value,
    gradient: gradients[0]!,
    hessianTimes: (unit, direction) => {
      let shift: Shift = input.map((_, j) => (j === unit ? direction : null));
      const shifts = passes.map((pass) => {
        const before = shift;
        shift = pass.push(shift);
        return before;
      });
      let gradientShift: Shift = end.push(shift);
      for (let i = passes.length - 1; i >= 0; i--)
        gradientShift = passes[i]!.pushBack(shifts[i]!, gradients[i + 1]!, gradientShift);
      return gradientShift[unit]!;
    },
  };
}

/** The outputs alone. */
export function outputOf(layers: readonly Layer[], input: Columns): Columns {
  return layers.reduce((columns, layer) => layer(columns).output, input);
}
