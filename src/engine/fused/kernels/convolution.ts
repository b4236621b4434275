/**
 * 3x3 convolution and the gradient of its input, as a product of matrices that is never written out: rows are the pixels of
 * all images, columns the output channels, and the sum runs over the nine taps and the input channels.
 *
 * Thread: `pixels` consecutive pixels times `channels` output channels, all sums in registers; the channel group varies
 * fastest. One flat loop over (tap, block of four input channels). The input has a halo, so there is no edge test, and a tile
 * may begin in one image and end in the next. With `quad`, four neighbouring lanes take four tiles of the same channel group;
 * each loads a quarter of the weights and they share them by quadBroadcast.
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
  pixels: number;
  /** Output channels of a thread: a multiple of four that divides the outputs. */
  channels: number;
  /** Needs 4, 8 or 16 channels. */
  quad: boolean;
}

const LANES = 4;

/** X [N][H+2][W+2][inputs] · K [3][3][inputs][outputs] -> Y [N][H][W][outputs] */
export function convolution(shape: ConvolutionShape, tile: ConvolutionTile): KernelSource {
  return tiled(shape, tile, forwardWeights(shape, tile), 'convolution');
}

/** For the layer's own shape: dY [N][H+2][W+2][outputs], K [3][3][inputs][outputs] -> dX [N][H][W][inputs] */
export function convolutionInputGradient(shape: ConvolutionShape, tile: ConvolutionTile): KernelSource {
  const turned = { ...shape, inputs: shape.outputs, outputs: shape.inputs };
  return tiled(turned, tile, transposedWeights(turned, tile), 'convolution, gradient of the input');
}

/** How a thread reads the weights of one iteration `i` = tap · blocks + c, and what output vector q gains from pixel value x. */
interface Weights {
  load: string;
  product: (q: number, x: string) => string;
}

function tiled(
  shape: ConvolutionShape,
  { pixels, channels, quad }: ConvolutionTile,
  weights: Weights,
  title: string,
): KernelSource {
  const { examples, height, width, inputs, outputs } = shape;
  const all = examples * height * width;
  const tiles = Math.ceil(all / pixels);
  const groups = outputs / channels;
  const vectors = channels / 4;
  const blocks = inputs / 4;
  const sums = (text: (p: number, q: number) => string): string =>
    repeat(pixels, (p) => repeat(vectors, (q) => text(p, q), ' '));
  const body = `
  ${
    quad
      ? `let lane = t & 3u; let channelGroup = (t >> 2u) % ${groups}u; let tile = (t >> 2u) / ${groups}u * 4u + lane;`
      : `let channelGroup = t % ${groups}u; let tile = t / ${groups}u;`
  }
  let first = tile * ${pixels}u;
  ${repeat(pixels, (p) => startOf(p, shape, all))}
  ${sums((p, q) => `var sum_${p}_${q} = vec4f();`)}
  for (var i = 0u; i < ${9 * blocks}u; i++) {
    let tap = i / ${blocks}u; let ky = tap / 3u;
    let offset = (ky * ${width - 1}u + tap) * ${blocks}u + i - tap * ${blocks}u;
    ${weights.load}
    ${repeat(pixels, (p) => `let x_${p} = X[start_${p} + offset];`)}
    ${sums((p, q) => `sum_${p}_${q} += ${weights.product(q, `x_${p}`)};`)}
  }
  let outputStart = first * ${outputs / 4}u + channelGroup * ${vectors}u;
  ${repeat(pixels, (p) => {
    const stores = repeat(vectors, (q) => `Y[outputStart + ${(p * outputs) / 4 + q}u] = sum_${p}_${q};`, ' ');
    const exact = all % (quad ? LANES * pixels : pixels) === 0;
    return exact ? stores : `if (first + ${p}u < ${all}u) { ${stores} }`;
  })}`;
  return kernel({
    name: `${title}, ${height}x${width}, ${inputs} to ${outputs} channels, tile ${pixels}x${channels}${quad ? ', quad' : ''}`,
    bindings: [read('X'), read('K'), write('Y')],
    threads: (quad ? roundUp(tiles, LANES) : tiles) * groups,
    body,
    usesSubgroups: quad,
    flops: 2 * 9 * examples * height * width * inputs * outputs,
  });
}

/** Declares start_p: where the window of the tile's pixel p begins in X. Pixels beyond the last read what the last one reads. */
function startOf(p: number, { height, width, inputs }: ConvolutionShape, all: number): string {
  return `let pixel_${p} = min(first + ${p}u, ${all - 1}u); let row_${p} = pixel_${p} / ${width}u; let n_${p} = row_${p} / ${height}u;
  let start_${p} = (pixel_${p} + 2u * row_${p} + n_${p} * ${2 * (width + 2)}u) * ${inputs / 4}u;`;
}

/** Rows w_j_q: input channel j of the block, output vector q. */
function forwardWeights({ outputs }: ConvolutionShape, { channels, quad }: ConvolutionTile): Weights {
  const vectors = channels / 4;
  const across = outputs / 4;
  const base = `let wb = i * ${4 * across}u + channelGroup * ${vectors}u;`;
  const plain = repeat(4, (j) =>
    repeat(vectors, (q) => `let w_${j}_${q} = K[wb + ${j * across + q}u];`, ' '),
  );
  // Lane l loads element 4g + l of the (j, q) rows.
  const shared = repeat(vectors, (g) => {
    const from = Math.floor((g * LANES) / vectors) * across + ((g * LANES) % vectors);
    const lane = vectors === LANES ? 'lane' : `lane / ${vectors}u * ${across}u + lane % ${vectors}u`;
    const names = Array.from({ length: LANES }, (_, l) => g * LANES + l).map(
      (element) => `w_${Math.floor(element / vectors)}_${element % vectors}`,
    );
    return `let l_${g} = K[wb + ${from}u + ${lane}]; ${names.map((name, l) => `let ${name} = quadBroadcast(l_${g}, ${l}u);`).join(' ')}`;
  });
  return {
    load: `${base}\n${quad ? shared : plain}`,
    product: (q, x) => `mat4x4f(${[0, 1, 2, 3].map((j) => `w_${j}_${q}`).join(', ')}) * ${x}`,
  };
}

/** The forward kernel read for the input's gradient: rows m_i, one input channel of the layer, four outputs at a time. */
function transposedWeights(
  { inputs, outputs }: ConvolutionShape,
  { channels, quad }: ConvolutionTile,
): Weights {
  const down = inputs / 4;
  const base = `let wb = (8u - tap) * ${outputs * down}u + channelGroup * ${channels * down}u + i - tap * ${down}u;`;
  const plain = repeat(channels, (i) => `let m_${i} = K[wb + ${i * down}u];`, ' ');
  const shared = repeat(channels / LANES, (g) => {
    const broadcasts = repeat(LANES, (l) => `let m_${g * LANES + l} = quadBroadcast(l_${g}, ${l}u);`, ' ');
    return `let l_${g} = K[wb + ${g * LANES * down}u + lane * ${down}u]; ${broadcasts}`;
  });
  return {
    load: `${base}\n${quad ? shared : plain}`,
    product: (q, x) => `${x} * mat4x4f(${[0, 1, 2, 3].map((i) => `m_${4 * q + i}`).join(', ')})`,
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
