/**
 * The gradient of the first layer's kernel where images have one channel, straight from the gradient of the layer's output.
 * Nobody else asks for the gradient of its raw output, so that is never stored; and the raw output is computed again from nine
 * inputs, which takes less than loading it, with the bits of convolutionOfOneChannel.ts. What activationGradient.ts and
 * kernelGradient.ts do in two dispatches. Not on a smooth piece of the loss.
 *
 * Thread: (chunk of the output's image rows, eight channels or four), all nine taps. A loop iteration takes up to eight pixels
 * of an output row or four windows of pooling. Reference: engine/float64/convolution.ts and normalise.ts.
 */
import type { Activation } from './activate.ts';
import { rawGradient, routeToMaximum, rowsOfRawGradient } from './activationGradient.ts';
import { loadWeightsOfOneChannel, sumOfTaps, vectorsOfOneChannel } from './convolutionOfOneChannel.ts';
import { outputSize } from './shapes.ts';
import { row } from './tables.ts';
import { divisorUpTo, type KernelSource, kernel, read, repeat, write } from './wgsl.ts';

const TAPS = 9;

/** X [N][H+2][W+2], K [3][3][C], T, S and M, dA [N][outH][outW][C], Q -> P [chunks][3][3][C] */
export function firstLayerGradient(activation: Activation, chunks: number): KernelSource {
  const { shape, normalisation, noisy } = activation;
  const { examples, height, width, padded, pooled } = shape;
  const across = padded / 4;
  const vectors = vectorsOfOneChannel(padded);
  const groups = across / vectors;
  const out = outputSize(shape);
  const step = pooled ? 2 : 1;
  const windows = step * step;
  const pixels = divisorUpTo(out.width, pooled ? 4 : 8);
  const segments = out.width / pixels;
  const imageRows = examples * out.height;
  const rowsPerChunk = Math.ceil(imageRows / chunks);
  const needsQ = normalisation !== null && !normalisation.stopped;
  const each = (text: (tap: number, q: number) => string): string =>
    repeat(TAPS, (tap) => repeat(vectors, (q) => text(tap, q), ' '));

  const tables = repeat(vectors, (q) => rowsOf(activation, q, `channelGroup * ${vectors}u + ${q}u`).text);
  /** The input that a tap meets at window position k of output pixel x. */
  const input = (x: number, k: number, tap: number): string =>
    `x_${(k >> 1) + Math.floor(tap / 3)}_${step * x + (k & 1) + (tap % 3)}`;
  /** Whether window position k is in the image; empty where it always is. */
  const inside = (x: number, k: number): string =>
    [
      height % 2 === 1 && k >> 1 === 1 ? `(2u * y + 1u < ${height}u)` : '',
      width % 2 === 1 && (k & 1) === 1 ? `(2u * (x0 + ${x}u) + 1u < ${width}u)` : '',
    ]
      .filter((test) => test !== '')
      .join(' & ');
  /** The place of its noise. */
  const place = (x: number, q: number, k: number): string => {
    const at = (each: number): string =>
      `pb + ${((each >> 1) * width + step * x + (each & 1)) * across + q}u`;
    return inside(x, k) === '' ? at(k) : `select(${at(0)}, ${at(k)}, ${inside(x, k)})`;
  };
  const raw = (x: number, q: number, k: number): string => {
    const value = sumOfTaps(
      (tap) => input(x, k, tap),
      (tap) => `w_${tap}_${q}`,
    );
    return inside(x, k) === '' ? value : `select(y_0, ${value}, ${inside(x, k)})`;
  };
  const gradient = (x: number, k: number): string => {
    const value = rawGradient(normalisation, k);
    return `let e_${k} = ${inside(x, k) === '' ? value : `select(vec4f(), ${value}, ${inside(x, k)})`};`;
  };
  const sum = (x: number, q: number, tap: number): string =>
    Array.from({ length: windows }, (_, k) => k).reduce(
      (total, k) => `fma(vec4f(${input(x, k, tap)}), e_${k}, ${total})`,
      `sum_${tap}_${q}`,
    );
  const pixel = (x: number, q: number): string => `{
    ${rowsOf(activation, q, '')
      .names.map((name) => `let ${name} = ${name}_${q};`)
      .join(' ')}
    let incoming = dA[ib + ${x * across + q}u];
    ${routeToMaximum(activation, { windows, raw: (k) => raw(x, q, k), p: (k) => place(x, q, k), at: '' })}
    ${repeat(windows, (k) => gradient(x, k))}
    ${repeat(TAPS, (tap) => `sum_${tap}_${q} = ${sum(x, q, tap)};`)} }`;
  const body = `
  let channelGroup = t % ${groups}u; let chunk = t / ${groups}u;
  ${loadWeightsOfOneChannel(padded)}
  ${normalisation?.overBatch ? tables : ''}
  ${each((tap, q) => `var sum_${tap}_${q} = vec4f();`)}
  let firstRow = chunk * ${rowsPerChunk}u;
  let iterations = (min(firstRow + ${rowsPerChunk}u, ${imageRows}u) - min(firstRow, ${imageRows}u)) * ${segments}u;
  for (var i = 0u; i < iterations; i++) {
    let imageRow = firstRow + i / ${segments}u; let x0 = i % ${segments}u * ${pixels}u;
    let n = imageRow / ${out.height}u; let y = imageRow - n * ${out.height}u;
    ${normalisation && !normalisation.overBatch ? tables : ''}
    let xb = (n * ${height + 2}u + ${step}u * y) * ${width + 2}u + ${step}u * x0;
    let ib = (imageRow * ${out.width}u + x0) * ${across}u + channelGroup * ${vectors}u;
    ${noisy ? `let pb = ((n * ${height}u + ${step}u * y) * ${width}u + ${step}u * x0) * ${across}u + channelGroup * ${vectors}u;` : ''}
    ${repeat(step + 2, (r) => repeat(step * pixels + 2, (x) => `let x_${r}_${x} = X[xb + ${r * (width + 2) + x}u];`, ' '))}
    ${repeat(pixels, (x) => repeat(vectors, (q) => pixel(x, q)))}
  }
  let o = chunk * ${TAPS * across}u + channelGroup * ${vectors}u;
  ${each((tap, q) => `P[o + ${tap * across + q}u] = sum_${tap}_${q};`)}`;
  return kernel({
    name: `gradient of the kernel of one channel through the activation, ${height}x${width}, ${padded} channels${pooled ? ', pooled' : ''}${noisy ? ', noisy' : ''}, ${chunks} chunks`,
    bindings: [
      ...[read('X', 'f32'), read('K'), ...(normalisation ? [read('T')] : [])],
      ...[...(noisy ? [read('S'), read('M')] : []), read('dA')],
      ...[...(needsQ ? [read('Q')] : []), write('P')],
    ],
    threads: groups * chunks,
    body,
    flops: 2 * TAPS * examples * height * width * padded,
    numbers: examples * height * width * padded,
  });
}

/** WGSL that declares the tables' rows for channel vector `c` under names that end with _q, and those names without it. */
function rowsOf(activation: Activation, q: number, c: string): { text: string; names: string[] } {
  const { shape, normalisation } = activation;
  if (!normalisation) return { text: '', names: [] };
  const rows = [
    ...(['scale', 'shift'] as const).map((name) => ({ name, value: row(name, shape, normalisation, { c }) })),
    ...rowsOfRawGradient(activation, c),
  ];
  return {
    text: rows.map(({ name, value }) => `let ${name}_${q} = ${value};`).join(' '),
    names: rows.map(({ name }) => name),
  };
}
