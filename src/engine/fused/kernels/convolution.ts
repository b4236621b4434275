/**
 * 3x3 convolution and the gradient of its input, all sums in registers, in two forms here and a third, for wide layers, in
 * convolutionTogether.ts.
 *
 * A window: a thread takes `rows` x `columns` neighbouring pixels of an image times `channels` output channels. One flat loop
 * over (kernel row, block of four input channels); what an iteration reads, columns + 2 inputs a row, serves all three kernel
 * columns. A run: `pixels` consecutive pixels of all images, for images that are too small for a window; a product of matrices
 * that is never written out, with one flat loop over (kernel row, block, kernel column).
 *
 * The channel group varies fastest. The input has a halo, so there is no edge test. With `quad`, four neighbouring lanes take
 * four tiles of the same channel group; each loads a quarter of the weights and they share them (convolutionReads.ts). All tiles
 * add in the same order and give the same bits.
 * The input's gradient is the same convolution of the output's gradient with the kernel turned by 180° and transposed; the
 * forward kernel is read as it lies.
 * Reference: engine/float64/convolution.ts.
 */

import {
  addProducts,
  forwardWeights,
  loadOwnWeights,
  outputOfSum,
  startOf,
  transposedWeights,
  type Weights,
} from './convolutionReads.ts';
import { channelsTogether, convolutionTogether, type TogetherTile } from './convolutionTogether.ts';
import { convolutionFlops } from './shapes.ts';
import { type KernelSource, kernel, read, repeat, roundUp, write } from './wgsl.ts';

export interface ConvolutionShape {
  examples: number;
  height: number;
  width: number;
  /** Padded to a multiple of four. */
  inputs: number;
  outputs: number;
}

interface AnyTile {
  /** Output channels of a thread: a multiple of four that divides the outputs. */
  channels: number;
  quad: boolean;
}

export interface RunTile extends AnyTile {
  pixels: number;
}

export interface WindowTile extends AnyTile {
  rows: number;
  columns: number;
}

/** A tile whose threads each work for themselves. */
export type OwnTile = RunTile | WindowTile;

export type ConvolutionTile = OwnTile | TogetherTile;

const LANES = 4;

/** X [N][H+2][W+2][inputs] · K [3][3][inputs][outputs] -> Y [N][H][W][outputs] */
export function convolution(shape: ConvolutionShape, tile: ConvolutionTile): KernelSource {
  return tiled(shape, tile, forwardWeights, 'convolution');
}

/** For the layer's own shape: dY [N][H+2][W+2][outputs], K [3][3][inputs][outputs] -> dX [N][H][W][inputs] */
export function convolutionInputGradient(shape: ConvolutionShape, tile: ConvolutionTile): KernelSource {
  const turned = { ...shape, inputs: shape.outputs, outputs: shape.inputs };
  return tiled(turned, tile, transposedWeights, 'convolution, gradient of the input');
}

/** What the two forms differ in. */
interface Form {
  size: string;
  /** Tiles of all images. */
  tiles: number;
  /** Names of the pixels. */
  pixels: string[];
  /** WGSL before the loop, and the loop. */
  start: string;
  loop: string;
  /** WGSL of the pixel's place in Y, in pixels, and of the tests that it is there, where it may not be. */
  place: (pixel: number) => { at: string; tests: string[] };
}

function tiled(
  shape: ConvolutionShape,
  tile: ConvolutionTile,
  weightsOf: (shape: ConvolutionShape, channels: number) => Weights,
  title: string,
): KernelSource {
  return 'together' in tile
    ? convolutionTogether(shape, tile, weightsOf(shape, channelsTogether(tile)), title)
    : convolutionOfThreads(shape, tile, weightsOf(shape, tile.channels), title);
}

function convolutionOfThreads(
  shape: ConvolutionShape,
  tile: OwnTile,
  weights: Weights,
  title: string,
): KernelSource {
  const { height, width, inputs, outputs } = shape;
  const { channels, quad } = tile;
  const groups = outputs / channels;
  const vectors = channels / 4;
  const form = 'rows' in tile ? windowForm(shape, tile, weights) : runForm(shape, tile, weights);
  const body = `
  ${
    quad
      ? `let lane = t & 3u; let channelGroup = (t >> 2u) % ${groups}u; let tile = (t >> 2u) / ${groups}u * 4u + lane;`
      : `let channelGroup = t % ${groups}u; let tile = t / ${groups}u;`
  }
  ${form.start}
  ${form.pixels.map((p) => repeat(vectors, (q) => `var ${p}_${q} = vec4f();`, ' ')).join('\n  ')}
  ${form.loop}
  ${form.pixels
    .map((name, p) => {
      const { at, tests } = form.place(p);
      const stores = repeat(vectors, (q) => `Y[at + ${outputOfSum(tile, q)}] = ${name}_${q};`, ' ');
      const condition = tests.length > 0 ? `if (${tests.join(' & ')}) ` : '';
      return `${condition}{ let at = (${at}) * ${outputs / 4}u + channelGroup * ${vectors}u; ${stores} }`;
    })
    .join('\n  ')}`;
  return kernel({
    name: `${title}, ${height}x${width}, ${inputs} to ${outputs} channels, tile ${form.size} x ${channels}${quad ? ', quad' : ''}`,
    bindings: [read('X'), read('K'), write('Y')],
    threads: (quad ? roundUp(form.tiles, LANES) : form.tiles) * groups,
    body,
    usesSubgroups: quad,
    flops: convolutionFlops(shape),
  });
}

const numbered = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

function windowForm(shape: ConvolutionShape, tile: WindowTile, weights: Weights): Form {
  const { examples, height, width, inputs } = shape;
  const { rows, columns } = tile;
  const blocks = inputs / 4;
  const [tilesX, tilesY] = [Math.ceil(width / columns), Math.ceil(height / rows)];
  const tiles = examples * tilesY * tilesX;
  const tilesAreExact = !tile.quad || tiles % LANES === 0;
  const places = numbered(rows).flatMap((y) => numbered(columns).map((x) => ({ y, x })));
  const columnsOfKernel = [0, 1, 2];
  const sums = places.map(({ y, x }) => ({
    sum: `s_${y}_${x}`,
    xs: columnsOfKernel.map((kx) => `x_${y}_${x + kx}`),
  }));
  return {
    size: `${rows}x${columns}`,
    tiles,
    pixels: places.map(({ y, x }) => `s_${y}_${x}`),
    start: `let tileRow = tile / ${tilesX}u; let n = tileRow / ${tilesY}u;
  let x0 = (tile - tileRow * ${tilesX}u) * ${columns}u; let y0 = (tileRow - n * ${tilesY}u) * ${rows}u;
  let start = ((n * ${height + 2}u + y0) * ${width + 2}u + x0) * ${blocks}u;`,
    loop: `for (var i = 0u; i < ${3 * blocks}u; i++) {
    let ky = i / ${blocks}u; let c = i - ky * ${blocks}u;
    let xb = start + ky * ${(width + 2) * blocks}u + c;
    ${repeat(rows, (y) => repeat(columns + 2, (x) => `let x_${y}_${x} = X[xb + ${(y * (width + 2) + x) * blocks}u];`, ' '))}
    ${loadOwnWeights(tile, weights, ['0u', '1u', '2u'])}
    ${addProducts(
      tile,
      weights,
      columnsOfKernel.map((kx) => [`${kx}u`, kx]),
      sums,
    )}
  }`,
    place: (p) => {
      const { y, x } = places[p]!;
      const tests = [
        tilesAreExact ? '' : `(n < ${examples}u)`,
        height % rows === 0 ? '' : `(y0 + ${y}u < ${height}u)`,
        width % columns === 0 ? '' : `(x0 + ${x}u < ${width}u)`,
      ];
      return {
        at: `(n * ${height}u + y0 + ${y}u) * ${width}u + x0 + ${x}u`,
        tests: tests.filter((test) => test !== ''),
      };
    },
  };
}

function runForm(shape: ConvolutionShape, tile: RunTile, weights: Weights): Form {
  const { examples, height, width, inputs } = shape;
  const { pixels } = tile;
  const all = examples * height * width;
  const blocks = inputs / 4;
  return {
    size: String(pixels),
    tiles: Math.ceil(all / pixels),
    pixels: numbered(pixels).map((p) => `s_${p}`),
    start: `let first = tile * ${pixels}u;
  ${repeat(pixels, (p) => startOf(p, shape, all))}`,
    loop: `for (var i = 0u; i < ${9 * blocks}u; i++) {
    let j = i / 3u; let kx = i - j * 3u; let ky = j / ${blocks}u; let c = j - ky * ${blocks}u;
    let offset = (ky * ${width + 2}u + kx) * ${blocks}u + c;
    ${loadOwnWeights(tile, weights, ['kx'])}
    ${repeat(pixels, (p) => `let x_${p} = X[start_${p} + offset];`)}
    ${addProducts(
      tile,
      weights,
      [['kx', 0]],
      numbered(pixels).map((p) => ({ sum: `s_${p}`, xs: [`x_${p}`] })),
    )}
  }`,
    place: (p) => ({
      at: `first + ${p}u`,
      tests: all % (tile.quad ? LANES * pixels : pixels) === 0 ? [] : [`first + ${p}u < ${all}u`],
    }),
  };
}
