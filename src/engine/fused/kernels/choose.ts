/**
 * Writes down what a layer chose in the forward pass just made, for kernels that keep to it (choices.ts): which input of its
 * window each output passes, the signs of the spread's slope, and the table of a layer whose statistics are stopped.
 *
 * Thread: as in activate.ts for the first, four channels of a raw output for the second, four numbers for the third.
 * Reference: engine/reference/forward.ts, pieceAt.
 */
import type { Normalisation } from '../../../network/network.ts';
import { type Activation, activated, activationBindings, loadAffine, windowMap } from './activate.ts';
import { signsWords } from './choices.ts';
import { type LayerShape, outputSize } from './shapes.ts';
import { row, tableFloats } from './tables.ts';
import { type KernelSource, kernel, read, repeat, write } from './wgsl.ts';

const packed = (codes: string): string =>
  `${codes}.x | (${codes}.y << 8u) | (${codes}.z << 16u) | (${codes}.w << 24u)`;

/** Y (and T, S, M) -> C. The first of several maxima is the one that passes. */
export function choosePasses(activation: Activation): KernelSource {
  const { shape } = activation;
  const vectors = shape.padded / 4;
  const out = outputSize(shape);
  const map = windowMap(shape);
  const pixel = (x: number): string => {
    const z = (k: number): string => activated(activation, `Y[p_${x}_${k}]`, `p_${x}_${k}`);
    const values = repeat(map.windows, (k) => `let z_${k} = ${z(k)};`, ' ');
    const top = Array.from({ length: map.windows }, (_, k) => `z_${k}`).reduce((a, b) => `max(${a}, ${b})`);
    // From the last to the first, so that the first has the last word.
    const place = repeat(
      map.windows,
      (i) => {
        const k = map.windows - 1 - i;
        return `codes = select(codes, vec4u(${k + 1}u), z_${k} == top);`;
      },
      ' ',
    );
    return `{ ${values} let top = ${top}; var codes = vec4u(); ${place}
    codes = select(vec4u(), codes, top > vec4f()); C[o + ${x * vectors}u] = ${packed('codes')}; }`;
  };
  return kernel({
    name: `passes, ${shape.height}x${shape.width}x${shape.padded}${shape.pooled ? ', pooled' : ''}${activation.noisy ? ', noisy' : ''}`,
    bindings: [...activationBindings(activation), write('C', 'u32')],
    threads: shape.examples * out.height * map.segments * vectors,
    body: `
  ${map.text}
  ${loadAffine(activation)}
  let o = ((n * ${out.height}u + y) * ${out.width}u + x0) * ${vectors}u + c;
  ${repeat(map.pixels, pixel)}`,
  });
}

/** Y, T -> D, for l1 and linf. */
export function chooseSigns(shape: LayerShape, normalisation: Normalisation): KernelSource {
  const spread = row('spread', shape, normalisation);
  return kernel({
    name: `signs of the spread's slope (${normalisation.statistic}), ${shape.height}x${shape.width}x${shape.padded}`,
    bindings: [read('Y'), read('T'), write('D', 'u32')],
    threads: signsWords(shape),
    body: `
  let c = t % ${shape.padded / 4}u;
  let value = Y[t];
  var codes = select(select(vec4u(), vec4u(2u), value < vec4f()), vec4u(1u), value > vec4f());
  ${normalisation.statistic === 'linf' ? `codes = select(vec4u(), codes, abs(value) == ${spread});` : ''}
  D[t] = ${packed('codes')};`,
  });
}

/** T -> F, the same numbers. */
export function keepTable(shape: LayerShape, normalisation: Normalisation): KernelSource {
  const floats = tableFloats(shape, normalisation);
  return kernel({
    name: `table kept, ${floats} numbers`,
    bindings: [read('T'), write('F')],
    threads: floats / 4,
    body: '  F[t] = T[t];',
  });
}
