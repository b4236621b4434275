/**
 * 3x3 convolution and the gradient of its input.
 *
 * Thread: a tile of `rows` x `columns` pixels times `channels` output channels, all sums in registers; the channel group
 * varies fastest. The rows of all images are counted through, so that a tile may begin in one image and end in the next: no
 * tile is partly empty where images are small. One flat loop runs over (kernel row, block of input channels); the three kernel columns are unrolled, so
 * that columns + 2 loads of the input serve three taps. Both buffers have a halo, so there is no edge test.
 * With `quad`, four neighbouring lanes take four tiles of the same channel group; each loads a quarter of the weights and
 * they share them by quadBroadcast.
 * The input's gradient is the same convolution of the output's gradient with the kernel turned by 180° and transposed; the
 * forward kernel is read as it lies, a row of four products at a time.
 * Reference: engine/float64/convolution.ts.
 */
import { float, type KernelSource, kernel, read, repeat, roundUp, write } from './wgsl.ts';

export interface ConvolutionShape {
  examples: number;
  height: number;
  width: number;
  /** Padded to a multiple of four. */
  inputs: number;
  outputs: number;
}

export interface ConvolutionTile {
  rows: number;
  columns: number;
  /** Output channels of a thread: 4, 8 or 16; divides the outputs. */
  channels: number;
  quad: boolean;
}

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

interface Weights {
  /** Loads of the weights of one kernel column. */
  load: (kx: number) => string;
  /** The address of the weights at kernel row ky and input block c. */
  base: string;
  /** What output vector q gains from the pixel value at kernel column kx. */
  product: (kx: number, q: number, pixel: string) => string;
}

function tiled(
  shape: ConvolutionShape,
  tile: ConvolutionTile,
  weightsOf: (shape: ConvolutionShape, tile: ConvolutionTile) => Weights,
  title: string,
): KernelSource {
  const { examples, height, width, inputs, outputs } = shape;
  const { rows, columns, channels, quad } = tile;
  const imageRows = examples * height;
  const tilesX = Math.ceil(width / columns);
  const tiles = tilesX * Math.ceil(imageRows / rows);
  const groups = outputs / channels;
  const vectors = channels / 4;
  const blocks = inputs / 4;
  const rowStride = (width + 2) * blocks;
  const weights = weightsOf(shape, tile);
  const pixels = (text: (y: number, x: number, q: number) => string): string =>
    repeat(rows, (y) => repeat(columns, (x) => repeat(vectors, (q) => text(y, x, q), ' ')));
  const sum = (y: number, x: number, q: number): string => `sum_${y}_${x}_${q}`;
  const body = `
  ${
    quad
      ? `let lane = t & 3u; let channelGroup = (t >> 2u) % ${groups}u; let wanted = (t >> 2u) / ${groups}u * 4u + lane;
  let tile = min(wanted, ${tiles - 1}u);`
      : `let channelGroup = t % ${groups}u; let tile = t / ${groups}u;`
  }
  let row0 = tile / ${tilesX}u * ${rows}u; let x0 = tile % ${tilesX}u * ${columns}u;
  ${repeat(
    rows,
    (y) => `let n_${y} = (row0 + ${y}u) / ${height}u;
  let start_${y} = ((row0 + ${y}u + 2u * n_${y}) * ${width + 2}u + x0) * ${blocks}u;`,
  )}
  ${pixels((y, x, q) => `var ${sum(y, x, q)} = vec4f();`)}
  ${blockLoop(blocks)}
    let block = ky * ${rowStride}u + c;
    let wb = ${weights.base};
    ${repeat(rows, (y) => `let xb_${y} = start_${y} + block; ${repeat(columns + 2, (x) => `let x_${y}_${x} = X[xb_${y} + ${x * blocks}u];`, ' ')}`)}
    ${repeat(3, weights.load)}
    ${pixels((y, x, q) => {
      const products = [0, 1, 2].map((kx) => weights.product(kx, q, `x_${y}_${x + kx}`));
      return `${sum(y, x, q)} = ${sum(y, x, q)} + ${products.join(' + ')};`;
    })}
  }
  let outputStart = (row0 * ${width}u + x0) * ${outputs / 4}u + channelGroup * ${vectors}u;
  ${quad && tiles % LANES !== 0 ? `if (wanted >= ${tiles}u) { return; }` : ''}
  ${pixels((y, x, q) => {
    const store = `Y[outputStart + ${(y * width + x) * (outputs / 4) + q}u] = ${sum(y, x, q)};`;
    const guards = [
      imageRows % rows !== 0 && y > 0 ? `(row0 + ${y}u < ${imageRows}u)` : '',
      width % columns !== 0 && x > 0 ? `(x0 + ${x}u < ${width}u)` : '',
    ].filter((guard) => guard !== '');
    return guards.length > 0 ? `if (${guards.join(' & ')}) { ${store} }` : store;
  })}`;
  return kernel({
    name: `${title}, ${height}x${width}, ${inputs} to ${outputs} channels, tile ${rows}x${columns}x${channels}${quad ? ', quad' : ''}`,
    bindings: [read('X'), read('K'), write('Y')],
    threads: (quad ? roundUp(tiles, LANES) : tiles) * groups,
    body,
    usesSubgroups: quad,
    flops: 2 * 9 * examples * height * width * inputs * outputs,
  });
}

/** Opens the one loop over kernel rows `ky` and input blocks `c`. */
function blockLoop(blocks: number): string {
  const iterations = 3 * blocks;
  if (Number.isInteger(Math.log2(blocks)))
    return `for (var i = 0u; i < ${iterations}u; i++) {
    let c = i & ${blocks - 1}u; let ky = i >> ${Math.log2(blocks)}u;`;
  return `for (var i = 0u; i < ${iterations}u; i++) {
    let ky = i / ${blocks}u; let c = i - ky * ${blocks}u;`;
}

/** Weights of one kernel column, as rows w_kx_j_q: input channel j of the block, output vector q. */
function forwardWeights({ inputs, outputs }: ConvolutionShape, tile: ConvolutionTile): Weights {
  const vectors = tile.channels / 4;
  const rowVectors = outputs / 4;
  const name = (kx: number, j: number, q: number): string => `w_${kx}_${j}_${q}`;
  const plain = (kx: number): string =>
    repeat(4, (j) =>
      repeat(
        vectors,
        (q) => `let ${name(kx, j, q)} = K[wb + ${kx * inputs * rowVectors + j * rowVectors + q}u];`,
        ' ',
      ),
    );
  // Lane l of a quad loads element 4g + l of the (j, q) rows.
  const shared = (kx: number): string =>
    repeat(vectors, (g) => {
      const first = Math.floor((g * LANES) / vectors) * rowVectors + ((g * LANES) % vectors);
      const lane = vectors >= LANES ? 'lane' : `(lane / ${vectors}u * ${rowVectors}u + lane % ${vectors}u)`;
      const load = `let l_${kx}_${g} = K[wb + ${kx * inputs * rowVectors + first}u + ${lane}];`;
      const broadcasts = repeat(
        LANES,
        (l) => {
          const element = g * LANES + l;
          return `let ${name(kx, Math.floor(element / vectors), element % vectors)} = quadBroadcast(l_${kx}_${g}, ${l}u);`;
        },
        ' ',
      );
      return `${load} ${broadcasts}`;
    });
  return {
    base: `channelGroup * ${vectors}u + ky * ${3 * inputs * rowVectors}u + c * ${4 * rowVectors}u`,
    load: tile.quad ? shared : plain,
    product: (kx, q, pixel) => `mat4x4f(${[0, 1, 2, 3].map((j) => name(kx, j, q)).join(', ')}) * ${pixel}`,
  };
}

/** The forward kernel read for the input's gradient: rows m_kx_i, one input channel of the layer, four outputs at a time. */
function transposedWeights({ inputs, outputs }: ConvolutionShape, tile: ConvolutionTile): Weights {
  const rowVectors = inputs / 4;
  const tap = (kx: number): number => (2 - kx) * outputs * rowVectors;
  const plain = (kx: number): string =>
    repeat(tile.channels, (i) => `let m_${kx}_${i} = K[wb + ${tap(kx) + i * rowVectors}u];`, ' ');
  const shared = (kx: number): string =>
    repeat(tile.channels / LANES, (g) => {
      const load = `let l_${kx}_${g} = K[wb + ${tap(kx) + g * LANES * rowVectors}u + lane * ${rowVectors}u];`;
      return `${load} ${repeat(LANES, (l) => `let m_${kx}_${g * LANES + l} = quadBroadcast(l_${kx}_${g}, ${l}u);`, ' ')}`;
    });
  return {
    base: `(2u - ky) * ${3 * outputs * rowVectors}u + channelGroup * ${tile.channels * rowVectors}u + c`,
    load: tile.quad ? shared : plain,
    product: (kx, q, pixel) =>
      `${pixel} * mat4x4f(${[0, 1, 2, 3].map((i) => `m_${kx}_${4 * q + i}`).join(', ')})`,
  };
}

/**
 * The first layer of images with one channel: X [N][H+2][W+2] -> Y [N][H][W][outputs]. Thread: a tile of pixels times eight
 * (or four) channels; all nine taps are unrolled, there is no loop.
 */
export function convolutionOfOneChannel(
  { examples, height, width, outputs }: ConvolutionShape,
  { rows, columns }: { rows: number; columns: number },
): KernelSource {
  const vectors = outputs % 8 === 0 ? 2 : 1;
  const groups = outputs / (4 * vectors);
  const [tilesX, tilesY] = [Math.ceil(width / columns), Math.ceil(height / rows)];
  const body = `
  let channelGroup = t % ${groups}u; let tile = t / ${groups}u;
  let tileX = tile % ${tilesX}u; let imageRow = tile / ${tilesX}u;
  let y0 = imageRow % ${tilesY}u * ${rows}u; let n = imageRow / ${tilesY}u; let x0 = tileX * ${columns}u;
  let xb = (n * ${height + 2}u + y0) * ${width + 2}u + x0;
  ${repeat(rows + 2, (y) => repeat(columns + 2, (x) => `let x_${y}_${x} = X[xb + ${y * (width + 2) + x}u];`, ' '))}
  ${repeat(9, (tap) => repeat(vectors, (q) => `let w_${tap}_${q} = K[${(tap * outputs) / 4 + q}u + channelGroup * ${vectors}u];`, ' '))}
  let outputStart = ((n * ${height}u + y0) * ${width}u + x0) * ${outputs / 4}u + channelGroup * ${vectors}u;
  ${repeat(rows, (y) =>
    repeat(columns, (x) =>
      repeat(vectors, (q) => {
        const value = Array.from({ length: 9 }, (_, tap) => tap).reduce(
          (total, tap) =>
            `fma(vec4f(x_${y + Math.floor(tap / 3)}_${x + (tap % 3)}), w_${tap}_${q}, ${total})`,
          `vec4f(${float(0)})`,
        );
        const store = `Y[outputStart + ${(y * width + x) * (outputs / 4) + q}u] = ${value};`;
        return height % rows === 0 && width % columns === 0
          ? store
          : `if ((y0 + ${y}u < ${height}u) & (x0 + ${x}u < ${width}u)) { ${store} }`;
      }),
    ),
  )}`;
  return kernel({
    name: `convolution of one channel, ${height}x${width}, to ${outputs} channels, tile ${rows}x${columns}`,
    bindings: [read('X', 'f32'), read('K'), write('Y')],
    threads: examples * tilesX * tilesY * groups,
    body,
    flops: 2 * 9 * examples * height * width * outputs,
  });
}
