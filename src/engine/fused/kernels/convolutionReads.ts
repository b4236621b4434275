/** How the threads of a convolution read its inputs, and its kernel [3][3][inputs][outputs], as it lies or turned and transposed. */
import type { ConvolutionShape, OwnTile } from './convolution.ts';
import { repeat } from './wgsl.ts';

/** For output vector q of a thread or workgroup: four rows, the first at `base + tap(kx) + q·vector` in K, the others `row` further each. */
export interface Weights {
  /** WGSL of ky, c (the block of four inputs) and channelGroup. */
  base: string;
  tap: (kx: string) => string;
  vector: number;
  row: number;
  /** WGSL of what an output vector gains from an input block x. */
  product: (matrix: string, x: string) => string;
}

/** For threads or workgroups of so many output channels. A row is one input channel, four outputs at a time. */
export function forwardWeights({ inputs, outputs }: ConvolutionShape, channels: number): Weights {
  const across = outputs / 4;
  return {
    base: `(ky * ${3 * inputs}u + c * 4u) * ${across}u + channelGroup * ${channels / 4}u`,
    tap: (kx) => `${kx} * ${inputs * across}u`,
    vector: 1,
    row: across,
    product: (matrix, x) => `${matrix} * ${x}`,
  };
}

/** The forward kernel read for the input's gradient: a row is one input channel of the layer, four of its outputs at a time. */
export function transposedWeights({ inputs, outputs }: ConvolutionShape, channels: number): Weights {
  const down = inputs / 4;
  return {
    base: `((2u - ky) * ${3 * outputs}u + channelGroup * ${channels}u) * ${down}u + c`,
    tap: (kx) => `(2u - ${kx}) * ${outputs * down}u`,
    vector: 4 * down,
    row: down,
    product: (matrix, x) => `${x} * ${matrix}`,
  };
}

/** WGSL before the arithmetic of an iteration: with `quad` each lane loads its own row of every matrix. */
export function loadOwnRows(
  { channels, quad }: OwnTile,
  { base, tap, vector, row }: Weights,
  columns: readonly string[],
): string {
  const own = columns.map((kx, k) =>
    repeat(
      channels / 4,
      (q) => `let own_${k}_${q} = K[wb + ${tap(kx)} + ${q * vector}u + lane * ${row}u];`,
      ' ',
    ),
  );
  return [`let wb = ${base};`, ...(quad ? own : [])].join('\n    ');
}

/** WGSL that adds to the sums of every pixel what its input in kernel column k brings. */
export function addProducts(
  { channels, quad }: OwnTile,
  { tap, vector, row, product }: Weights,
  [kx, k]: readonly [string, number],
  pixels: readonly { sum: string; x: string }[],
): string {
  return repeat(channels / 4, (q) => {
    const rows = repeat(
      4,
      (r) => (quad ? `quadBroadcast(own_${k}_${q}, ${r}u)` : `K[wb + ${tap(kx)} + ${q * vector + r * row}u]`),
      ', ',
    );
    const sums = pixels.map(({ sum, x }) => `${sum}_${q} += ${product('m', x)};`);
    return `{ let m = mat4x4f(${rows});\n      ${sums.join('\n      ')} }`;
  });
}

/** Declares start_p: where the window of the run's pixel p begins in X. Pixels beyond the last read what the last one reads. */
export function startOf(p: number, { height, width, inputs }: ConvolutionShape, all: number): string {
  return `let pixel_${p} = min(first + ${p}u, ${all - 1}u); let row_${p} = pixel_${p} / ${width}u; let n_${p} = row_${p} / ${height}u;
  let start_${p} = (pixel_${p} + 2u * row_${p} + n_${p} * ${2 * (width + 2)}u) * ${inputs / 4}u;`;
}
