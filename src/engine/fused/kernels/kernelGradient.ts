/**
 * The gradient of a convolution's kernel, stage 1: every thread sums one block of the kernel's gradient over a chunk of the
 * minibatch's image rows; reducePartials.ts adds the chunks in a fixed order. No atomics, so the sum is repeatable.
 *
 * Thread: (chunk, kernel row or all three, block of 4·inputBlocks input channels, block of `channels` output channels) with the
 * three kernel columns; the output block varies fastest. A loop iteration takes `columns` pixels of a row: columns + 2 inputs
 * of each kernel row and `columns` gradients; the more of them, the less often a sum goes to memory and back. Where `columns` does not divide the width, the last pixel lies in the gradient's halo, which is zero.
 * With `quad`, four lanes hold four output blocks of the same inputs; each loads one input channel and they share them
 * in turns: a lane's sum j is of input lane ^ j. Sums are written component by component, which some compilers keep in registers.
 * Reference: engine/float64/convolution.ts.
 */
import type { ConvolutionShape } from './convolution.ts';
import { COMPONENTS, ofLaneInTurn } from './convolutionReads.ts';
import { convolutionFlops } from './shapes.ts';
import { type KernelSource, kernel, read, repeat, write } from './wgsl.ts';

export interface KernelGradientTile {
  columns: number;
  /** Output channels of a thread; divides the outputs. */
  channels: number;
  /** Blocks of four input channels of a thread. */
  inputBlocks: number;
  /** Kernel rows of a thread. */
  rows: 1 | 3;
  quad: boolean;
}

/** Whether a tile can be used on a shape. */
export function kernelGradientTileFits(
  tile: KernelGradientTile,
  { inputs, outputs, width }: ConvolutionShape,
): boolean {
  if (outputs % tile.channels !== 0 || inputs % (4 * tile.inputBlocks) !== 0) return false;
  if (Math.ceil(width / tile.columns) * tile.columns > width + 1) return false;
  return !tile.quad || (outputs / tile.channels) % 4 === 0;
}

/** X [N][H+2][W+2][inputs], dY [N][H+2][W+2][outputs] -> P [chunks][3][3][inputs][outputs] */
export function kernelGradient(
  shape: ConvolutionShape,
  tile: KernelGradientTile,
  chunks: number,
): KernelSource {
  const { examples, height, width, inputs, outputs } = shape;
  const { columns, channels, inputBlocks, rows, quad } = tile;
  const vectors = channels / 4;
  const groups = outputs / channels;
  const blocks = inputs / 4 / inputBlocks;
  const imageRows = examples * height;
  const rowsPerChunk = Math.ceil(imageRows / chunks);
  const segments = Math.ceil(width / columns);
  type Text = (kx: number, m: number, j: number, q: number) => string;
  const sumsOfRow = (text: Text): string =>
    repeat(3, (kx) =>
      repeat(inputBlocks, (m) => repeat(4, (j) => repeat(vectors, (q) => text(kx, m, j, q), ' '))),
    );
  const sums = (text: (r: number, ...sum: Parameters<Text>) => string): string =>
    repeat(rows, (r) => sumsOfRow((...sum) => text(r, ...sum)));
  const { load, share } = inputsOfRow(shape, tile);
  const body = `
  ${quad ? 'let lane = t & 3u;' : ''}
  let outputGroup = t % ${groups}u; let rest = t / ${groups}u;
  let inputStart = rest % ${blocks}u * ${inputBlocks}u;
  ${
    rows === 1
      ? `let ky = rest / ${blocks}u % 3u; let chunk = rest / ${3 * blocks}u;`
      : `let ky = 0u; let chunk = rest / ${blocks}u;`
  }
  ${sums((...sum) => `var ${nameOf(...sum)} = vec4f();`)}
  let firstRow = chunk * ${rowsPerChunk}u;
  let iterations = (min(firstRow + ${rowsPerChunk}u, ${imageRows}u) - min(firstRow, ${imageRows}u)) * ${segments}u;
  for (var i = 0u; i < iterations; i++) {
    let imageRow = firstRow + i / ${segments}u; let x0 = i % ${segments}u * ${columns}u;
    let n = imageRow / ${height}u; let y = imageRow - n * ${height}u;
    let xb = ((n * ${height + 2}u + y + ky) * ${width + 2}u + x0) * ${
      quad ? `${inputs}u + inputStart * 4u + lane` : `${inputs / 4}u + inputStart`
    };
    let db = ((n * ${height + 2}u + y + 1u) * ${width + 2}u + x0 + 1u) * ${outputs / 4}u + outputGroup * ${vectors}u;
    ${repeat(columns, (x) => repeat(vectors, (q) => `let d_${x}_${q} = dY[db + ${(x * outputs) / 4 + q}u];`, ' '))}
    ${repeat(rows, load)}
    ${repeat(
      rows,
      (r) => `{ ${share(r)}
    ${sumsOfRow((...sum) => gain(columns, r, ...sum))} }`,
    )}
  }
  let pb = ((chunk * 9u + ky * 3u) * ${inputs}u + inputStart * 4u) * ${outputs / 4}u + outputGroup * ${vectors}u;
  ${sums((r, kx, m, j, q) => {
    const row = (r * 3 + kx) * inputs + 4 * m;
    const input = quad ? `${row}u + (lane ^ ${j}u)` : `${row + j}u`;
    return `P[pb + (${input}) * ${outputs / 4}u + ${q}u] = ${nameOf(r, kx, m, j, q)};`;
  })}`;
  return kernel({
    name: `gradient of the kernel, ${height}x${width}, ${inputs} to ${outputs} channels, ${columns} pixels x ${channels} channels x ${4 * inputBlocks} inputs x ${rows} kernel rows, ${chunks} chunks${quad ? ', quad' : ''}`,
    bindings: [read('X', quad ? 'f32' : 'vec4f'), read('dY'), write('P')],
    threads: (3 / rows) * blocks * groups * chunks,
    body,
    usesSubgroups: quad,
    flops: convolutionFlops(shape),
  });
}

/** WGSL that loads an iteration's inputs for kernel row r, and that shares them over the lanes: x_r_x_m, block m of column x. */
function inputsOfRow(
  { width, inputs }: ConvolutionShape,
  { columns, inputBlocks, quad }: KernelGradientTile,
): { load: (r: number) => string; share: (r: number) => string } {
  const each = (text: (x: number, m: number) => string): string =>
    repeat(columns + 2, (x) => repeat(inputBlocks, (m) => text(x, m)));
  const place = (r: number, x: number, m: number): number => (r * (width + 2) + x) * inputs + 4 * m;
  if (!quad)
    return {
      load: (r) => each((x, m) => `let x_${r}_${x}_${m} = X[xb + ${place(r, x, m) / 4}u];`),
      share: () => '',
    };
  const turns = (own: string): string => repeat(4, (turn) => ofLaneInTurn(turn, own), ', ');
  return {
    load: (r) => each((x, m) => `let own_${r}_${x}_${m} = X[xb + ${place(r, x, m)}u];`),
    share: (r) => each((x, m) => `let x_${r}_${x}_${m} = vec4f(${turns(`own_${r}_${x}_${m}`)});`),
  };
}

/** The sum for kernel row r and column kx, input 4m + j of the block, output vector q. */
function nameOf(r: number, kx: number, m: number, j: number, q: number): string {
  return `sum_${r}_${kx}_${m}_${j}_${q}`;
}

/** WGSL: adds to that sum an iteration's pixels, in their order. */
function gain(columns: number, r: number, kx: number, m: number, j: number, q: number): string {
  const sum = nameOf(r, kx, m, j, q);
  const gained = (component: string): string =>
    Array.from({ length: columns }, (_, x) => x).reduce(
      (value, x) => `fma(x_${r}_${x + kx}_${m}.${COMPONENTS[j]}, d_${x}_${q}.${component}, ${value})`,
      `${sum}.${component}`,
    );
  return COMPONENTS.map((component) => `${sum}.${component} = ${gained(component)};`).join(' ');
}

/** The first layer of images with one channel: X [N][H+2][W+2], dY as above -> P [chunks][3][3][outputs]. Thread: (chunk, output block), all nine taps. */
export function kernelGradientOfOneChannel(
  { examples, height, width, outputs }: ConvolutionShape,
  columns: number,
  chunks: number,
): KernelSource {
  const vectors = outputs % 8 === 0 ? 2 : 1;
  const groups = outputs / (4 * vectors);
  const imageRows = examples * height;
  const rowsPerChunk = Math.ceil(imageRows / chunks);
  const segments = Math.ceil(width / columns);
  const sums = (text: (tap: number, q: number) => string): string =>
    repeat(9, (tap) => repeat(vectors, (q) => text(tap, q), ' '));
  const body = `
  let outputGroup = t % ${groups}u; let chunk = t / ${groups}u;
  ${sums((tap, q) => `var sum_${tap}_${q} = vec4f();`)}
  let firstRow = chunk * ${rowsPerChunk}u;
  let iterations = (min(firstRow + ${rowsPerChunk}u, ${imageRows}u) - min(firstRow, ${imageRows}u)) * ${segments}u;
  for (var i = 0u; i < iterations; i++) {
    let imageRow = firstRow + i / ${segments}u; let x0 = i % ${segments}u * ${columns}u;
    let n = imageRow / ${height}u; let y = imageRow - n * ${height}u;
    let xb = (n * ${height + 2}u + y) * ${width + 2}u + x0;
    let db = ((n * ${height + 2}u + y + 1u) * ${width + 2}u + x0 + 1u) * ${outputs / 4}u + outputGroup * ${vectors}u;
    ${repeat(3, (y) => repeat(columns + 2, (x) => `let x_${y}_${x} = X[xb + ${y * (width + 2) + x}u];`, ' '))}
    ${repeat(columns, (x) => repeat(vectors, (q) => `let d_${x}_${q} = dY[db + ${(x * outputs) / 4 + q}u];`, ' '))}
    ${sums((tap, q) => {
      const total = Array.from({ length: columns }, (_, x) => x).reduce(
        (value, x) => `fma(vec4f(x_${Math.floor(tap / 3)}_${x + (tap % 3)}), d_${x}_${q}, ${value})`,
        `sum_${tap}_${q}`,
      );
      return `sum_${tap}_${q} = ${total};`;
    })}
  }
  let pb = chunk * ${(9 * outputs) / 4}u + outputGroup * ${vectors}u;
  ${sums((tap, q) => `P[pb + ${(tap * outputs) / 4 + q}u] = sum_${tap}_${q};`)}`;
  return kernel({
    name: `gradient of the kernel of one channel, ${height}x${width}, ${outputs} channels, ${columns} pixels, ${chunks} chunks`,
    bindings: [read('X', 'f32'), read('dY'), write('P')],
    threads: groups * chunks,
    body,
    flops: convolutionFlops({ examples, height, width, inputs: 1, outputs }),
  });
}
