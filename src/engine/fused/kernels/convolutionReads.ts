/** How the threads of a convolution read its inputs, and its kernel [3][3][inputs][outputs], as it lies or turned and transposed. */
import type { ConvolutionShape, OwnTile } from './convolution.ts';
import { repeat } from './wgsl.ts';

export const COMPONENTS = ['x', 'y', 'z', 'w'] as const;

/** For output vector q of a thread or workgroup: four rows, the first at `base + tap(kx) + q·vector` in K, the others `row` further each. */
export interface Weights {
  /** WGSL of ky, c (the block of four inputs) and channelGroup. */
  base: string;
  tap: (kx: string) => string;
  vector: number;
  row: number;
  /** WGSL of the weight from input `from` of a block to output `to` of a vector, of a matrix whose rows are named m_0 … m_3. */
  weight: (m: string, from: number, to: number) => string;
}

/** For threads or workgroups of so many output channels. A row is one input channel, four outputs at a time. */
export function forwardWeights({ inputs, outputs }: ConvolutionShape, channels: number): Weights {
  const across = outputs / 4;
  return {
    base: `(ky * ${3 * inputs}u + c * 4u) * ${across}u + channelGroup * ${channels / 4}u`,
    tap: (kx) => `${kx} * ${inputs * across}u`,
    vector: 1,
    row: across,
    weight: (m, from, to) => `${m}_${from}.${COMPONENTS[to]}`,
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
    weight: (m, from, to) => `${m}_${to}.${COMPONENTS[from]}`,
  };
}

/**
 * Whether four lanes share the weights in turns: lane l loads the matrices of the output vectors l, l + 4 …, and in turn s works
 * with those of lane l ^ s, so that its sum q is of output vector (q with l ^ s in place of s = q mod 4). One swap of lanes
 * brings a number; sharing rows, where the vectors are not so many, takes one broadcast for each lane.
 */
const sharesInTurns = ({ channels, quad }: OwnTile): boolean => quad && channels % 16 === 0;

/** WGSL of what lane l ^ turn has in `own`. */
export const ofLaneInTurn = (turn: number, own: string): string =>
  turn === 0 ? own : `${['quadSwapX', 'quadSwapY', 'quadSwapDiagonal'][turn - 1]}(${own})`;

/** WGSL of the output vector that a thread's sum q is of. */
export const outputOfSum = (tile: OwnTile, q: number): string =>
  sharesInTurns(tile) ? `${q - (q % 4)}u + (lane ^ ${q % 4}u)` : `${q}u`;

/** WGSL before the arithmetic of an iteration: with `quad` each lane loads its own part of the weights. */
export function loadOwnWeights(tile: OwnTile, weights: Weights, columns: readonly string[]): string {
  const { base, tap, vector, row } = weights;
  // Matrix q holds row q mod 4 of vectors q − q mod 4 and later, or a row each of vector q.
  const place = (q: number): string =>
    sharesInTurns(tile)
      ? `${(q - (q % 4)) * vector + (q % 4) * row}u + lane * ${vector}u`
      : `${q * vector}u + lane * ${row}u`;
  const own = columns.map((kx, k) =>
    repeat(tile.channels / 4, (q) => `let own_${k}_${q} = K[wb + ${tap(kx)} + ${place(q)}];`, ' '),
  );
  return [`let wb = ${base};`, ...(tile.quad ? own : [])].join('\n    ');
}

/** WGSL of row r of the matrix that sum q needs in kernel column k. */
function rowOf(
  tile: OwnTile,
  { tap, vector, row }: Weights,
  [kx, k]: KernelColumn,
  q: number,
  r: number,
): string {
  if (sharesInTurns(tile)) return ofLaneInTurn(q % 4, `own_${k}_${q - (q % 4) + r}`);
  return tile.quad ? `quadBroadcast(own_${k}_${q}, ${r}u)` : `K[wb + ${tap(kx)} + ${q * vector + r * row}u]`;
}

/** WGSL of the column, and the number of it among those loaded. */
type KernelColumn = readonly [kx: string, k: number];

/**
 * WGSL that adds to the sums of every pixel what its inputs in some kernel columns bring, `xs` in their order. The matrices are
 * spelled out: component after component, a sum is loaded and stored once for all its products, while their weights stay where
 * they are.
 */
export function addProducts(
  tile: OwnTile,
  weights: Weights,
  columns: readonly KernelColumn[],
  pixels: readonly { sum: string; xs: readonly string[] }[],
): string {
  return repeat(tile.channels / 4, (q) => {
    const rows = columns.map((column, k) =>
      repeat(4, (r) => `let m_${k}_${r} = ${rowOf(tile, weights, column, q, r)};`, ' '),
    );
    const sums = COMPONENTS.map((_, to) =>
      pixels.map(({ sum, xs }) =>
        addTo(
          `${sum}_${q}`,
          to,
          weights,
          xs.map((x, k) => [`m_${k}`, x]),
        ),
      ),
    );
    return `{ ${rows.join(' ')}\n      ${sums.flat().join('\n      ')} }`;
  });
}

/** WGSL that adds to component `to` of a sum the products of matrices and input blocks, input after input. */
export function addTo(
  sum: string,
  to: number,
  { weight }: Weights,
  products: readonly (readonly [m: string, x: string])[],
): string {
  const target = `${sum}.${COMPONENTS[to]}`;
  const value = products
    .flatMap(([m, x]) => COMPONENTS.map((from, r) => [`${x}.${from}`, weight(m, r, to)] as const))
    .reduce((total, [x, w]) => `fma(${x}, ${w}, ${total})`, target);
  return `${target} = ${value};`;
}

/** Declares start_p: where the window of the run's pixel p begins in X. Pixels beyond the last read what the last one reads. */
export function startOf(p: number, { height, width, inputs }: ConvolutionShape, all: number): string {
  return `let pixel_${p} = min(first + ${p}u, ${all - 1}u); let row_${p} = pixel_${p} / ${width}u; let n_${p} = row_${p} / ${height}u;
  let start_${p} = (pixel_${p} + 2u * row_${p} + n_${p} * ${2 * (width + 2)}u) * ${inputs / 4}u;`;
}
