/**
 * From a layer's raw output to the next layer's input, in one kernel: z = scale·y + shift, noise, ReLU, 2x2 max pooling.
 * Only the result is stored, in the interior of a buffer with a halo where a convolution follows. On a smooth piece of the
 * loss ReLU and pooling pass what they passed where the piece was taken.
 *
 * Thread: up to eight output pixels of a row, four channels; channels fastest. With pooling each output reads its window of
 * four; at odd sizes the second row or column is the first one again, which changes no maximum.
 * Reference: engine/float64/network.ts.
 */
import type { Normalisation } from '../../../network/network.ts';
import { ifPassed, keeping } from './choices.ts';
import { type LayerShape, outputSize, pixelsOf } from './shapes.ts';
import { row } from './tables.ts';
import { divisorUpTo, type KernelSource, kernel, read, repeat, type StorageBinding, write } from './wgsl.ts';

export interface Activation {
  shape: LayerShape;
  normalisation: Normalisation | null;
  noisy: boolean;
  rectified: boolean;
  /** Whether it keeps to the choices of a smooth piece of the loss (choices.ts). */
  onPiece: boolean;
}

const MOST_PIXELS = 8;

/** The bindings that every kernel on raw activations shares: Y, the table T, the noise S (scale) and M (shift). */
export function activationBindings({ normalisation, noisy }: Activation): StorageBinding[] {
  return [read('Y'), ...(normalisation ? [read('T')] : []), ...(noisy ? [read('S'), read('M')] : [])];
}

/** WGSL statements that load `scale` and `shift` for channel vector c (and example n). */
export function loadAffine({ shape, normalisation }: Activation): string {
  if (!normalisation) return '';
  return `let scale = ${row('scale', shape, normalisation)}; let shift = ${row('shift', shape, normalisation)};`;
}

/** WGSL expression of z, after noise and before the ReLU, at vector index `p`. */
export function activated({ normalisation, noisy }: Activation, value: string, p: string): string {
  const z = normalisation ? `fma(${value}, scale, shift)` : value;
  return noisy ? `fma(S[${p}], ${z}, M[${p}])` : z;
}

export interface WindowMap {
  /** WGSL that declares n, y (output row) and, for each of the thread's pixels x, p_x_k: the vector indices of its window. */
  text: string;
  pixels: number;
  segments: number;
  windows: number;
}

/** How threads map onto output pixels, and where each output's inputs lie. Declares c, n, y, x0. */
export function windowMap(shape: LayerShape): WindowMap {
  const { height, width, padded, pooled } = shape;
  const vectors = padded / 4;
  const out = outputSize(shape);
  const pixels = divisorUpTo(out.width, MOST_PIXELS);
  const segments = out.width / pixels;
  const head = `
  let c = t % ${vectors}u; let segment = t / ${vectors}u;
  let x0 = segment % ${segments}u * ${pixels}u; let imageRow = segment / ${segments}u;
  let y = imageRow % ${out.height}u; let n = imageRow / ${out.height}u;`;
  if (!pooled)
    return {
      text: `${head}
  let start = (imageRow * ${width}u + x0) * ${vectors}u + c;
  ${repeat(pixels, (x) => `let p_${x}_0 = start + ${x * vectors}u;`, ' ')}`,
      pixels,
      segments,
      windows: 1,
    };
  return {
    text: `${head}
  let upper = (n * ${height}u + 2u * y) * ${width}u; let lower = (n * ${height}u + min(2u * y + 1u, ${height - 1}u)) * ${width}u;
  ${repeat(
    pixels,
    (x) => `let left_${x} = 2u * (x0 + ${x}u); let right_${x} = min(left_${x} + 1u, ${width - 1}u);
  let p_${x}_0 = (upper + left_${x}) * ${vectors}u + c; let p_${x}_1 = (upper + right_${x}) * ${vectors}u + c;
  let p_${x}_2 = (lower + left_${x}) * ${vectors}u + c; let p_${x}_3 = (lower + right_${x}) * ${vectors}u + c;`,
  )}`,
    pixels,
    segments,
    windows: 4,
  };
}

/**
 * WGSL statements that declare y_k and z_k at window position k from `raw`, and `top`, the largest z.
 */
export function loadWindow(
  activation: Activation,
  windows: number,
  raw: (k: number) => string,
  p: (k: number) => string,
): string {
  const zs = repeat(
    windows,
    (k) => `let y_${k} = ${raw(k)}; let z_${k} = ${activated(activation, `y_${k}`, p(k))};`,
    ' ',
  );
  return windows === 1 ? zs : `${zs} let top = max(max(z_0, z_1), max(z_2, z_3));`;
}

/**
 * Y [N][H][W][C] -> A: the layer's output, with or without a halo. Where it `keepsRaw`, also R [N][outH][outW][C]: the raw
 * output at the first maximum of every window.
 */
export function activate(activation: Activation, halo: boolean, keepsRaw = false): KernelSource {
  const { shape, rectified } = activation;
  const vectors = shape.padded / 4;
  const out = outputSize(shape);
  const map = windowMap(shape);
  const rim = halo ? 1 : 0;
  const keeps = keeping(activation, ['passes']);
  const pixel = (x: number): string => {
    const values = Array.from({ length: map.windows }, (_, k) =>
      activated(activation, `Y[p_${x}_${k}]`, `p_${x}_${k}`),
    );
    if (keeps.passes)
      return `{ let passes = bytes_of(C[at + ${x * vectors}u]); A[o + ${x * vectors}u] = ${values.map(ifPassed).join(' + ')}; }`;
    if (keepsRaw) return pixelThatKeepsRaw(activation, map, x, vectors);
    const largest = values.reduce((a, b) => `max(${a}, ${b})`);
    return `A[o + ${x * vectors}u] = ${rectified ? `max(${largest}, vec4f())` : largest};`;
  };
  const body = `
  ${map.text}
  ${loadAffine(activation)}
  let o = ((n * ${out.height + 2 * rim}u + y + ${rim}u) * ${out.width + 2 * rim}u + x0 + ${rim}u) * ${vectors}u + c;
  ${keeps.passes || keepsRaw ? `let at = ((n * ${out.height}u + y) * ${out.width}u + x0) * ${vectors}u + c;` : ''}
  ${repeat(map.pixels, pixel)}`;
  return kernel({
    name: `activate, ${shape.height}x${shape.width}x${shape.padded}${shape.pooled ? ', pooled' : ''}${activation.noisy ? ', noisy' : ''}${keepsRaw ? ', raw maxima kept' : ''}${keeps.suffix}`,
    bindings: [
      ...activationBindings(activation),
      ...keeps.bindings,
      write('A'),
      ...(keepsRaw ? [write('R')] : []),
    ],
    declarations: keeps.declarations,
    threads: shape.examples * out.height * map.segments * vectors,
    body,
    numbers: pixelsOf(shape) * shape.padded,
  });
}

function pixelThatKeepsRaw(activation: Activation, map: WindowMap, x: number, vectors: number): string {
  const p = (k: number): string => `p_${x}_${k}`;
  const first = [2, 1, 0].reduce((later, k) => `select(${later}, y_${k}, z_${k} == top)`, 'y_3');
  return `{ ${loadWindow(activation, map.windows, (k) => `Y[${p(k)}]`, p)}
    A[o + ${x * vectors}u] = ${activation.rectified ? 'max(top, vec4f())' : 'top'}; R[at + ${x * vectors}u] = ${first}; }`;
}
