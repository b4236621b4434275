/**
 * 3x3 convolution of the first layer where images have one channel, with the statistics of its output on the way: a value costs
 * nine products, less than loading it again. Reference: engine/float64/convolution.ts and normalise.ts.
 */
import type { Statistic } from '../../../network/network.ts';
import type { ConvolutionShape } from './convolution.ts';
import { gather, partialRows } from './statistics.ts';
import { type KernelSource, kernel, read, repeat, write } from './wgsl.ts';

const TAPS = 9;

/** WGSL of an output from its nine inputs and weights, always added in the same order. */
export function sumOfTaps(input: (tap: number) => string, weight: (tap: number) => string): string {
  return Array.from({ length: TAPS }, (_, tap) => tap).reduce(
    (total, tap) => `fma(vec4f(${input(tap)}), ${weight(tap)}, ${total})`,
    'vec4f()',
  );
}

/** Channel vectors of a thread: eight channels, or four. */
export const vectorsOfOneChannel = (outputs: number): 1 | 2 => (outputs % 8 === 0 ? 2 : 1);

/** WGSL that declares the weights of a thread's channel group, w_tap_q. */
export function loadWeightsOfOneChannel(outputs: number): string {
  const vectors = vectorsOfOneChannel(outputs);
  return repeat(TAPS, (tap) =>
    repeat(
      vectors,
      (q) => `let w_${tap}_${q} = K[${(tap * outputs) / 4 + q}u + channelGroup * ${vectors}u];`,
      ' ',
    ),
  );
}

interface OneChannelTile {
  rows: number;
  columns: number;
}

/**
 * X [N][H+2][W+2] -> Y [N][H][W][outputs], and with a `statistic` the partial sums P [chunks][rows][outputs] of statistics.ts.
 * Thread: (chunk of tiles, eight channels or four); the nine taps are unrolled.
 */
export function convolutionOfOneChannel(
  { examples, height, width, outputs }: ConvolutionShape,
  { rows, columns }: OneChannelTile,
  chunks: number,
  statistic: Statistic | null = null,
): KernelSource {
  const vectors = vectorsOfOneChannel(outputs);
  const across = outputs / 4;
  const groups = across / vectors;
  const [tilesX, tilesY] = [Math.ceil(width / columns), Math.ceil(height / rows)];
  const tiles = examples * tilesX * tilesY;
  const perChunk = Math.ceil(tiles / chunks);
  const sums = statistic ? ['first', 'second', 'third'].slice(0, partialRows(statistic)) : [];
  const each = (text: (q: number) => string): string => (statistic ? repeat(vectors, text, ' ') : '');
  const output = (y: number, x: number, q: number): string =>
    sumOfTaps(
      (tap) => `x_${y + Math.floor(tap / 3)}_${x + (tap % 3)}`,
      (tap) => `w_${tap}_${q}`,
    );
  const pixel = (y: number, x: number, q: number): string => {
    const names = { value: 'value', shift: `shift_${q}` };
    const [first, second, third] = ['first', 'second', 'third'].map((name) => `${name}_${q}`);
    const gathered = statistic
      ? gather(statistic, { ...names, first: first!, second: second!, third: third! })
      : '';
    const store = `let value = ${output(y, x, q)}; Y[into + ${(y * width + x) * across + q}u] = value; ${gathered}`;
    const tests = [
      height % rows === 0 ? '' : `(y0 + ${y}u < ${height}u)`,
      width % columns === 0 ? '' : `(x0 + ${x}u < ${width}u)`,
    ].filter((test) => test !== '');
    return tests.length > 0 ? `if (${tests.join(' & ')}) { ${store} }` : `{ ${store} }`;
  };
  const body = `
  let channelGroup = t % ${groups}u; let chunk = t / ${groups}u;
  ${loadWeightsOfOneChannel(outputs)}
  ${each(
    (q) =>
      `let shift_${q} = ${sumOfTaps(
        (tap) => `X[${Math.floor(tap / 3) * (width + 2) + (tap % 3)}u]`,
        (tap) => `w_${tap}_${q}`,
      )}; ${sums.map((name) => `var ${name}_${q} = vec4f();`).join(' ')}`,
  )}
  let end = min((chunk + 1u) * ${perChunk}u, ${tiles}u);
  for (var tile = chunk * ${perChunk}u; tile < end; tile++) {
    let tileX = tile % ${tilesX}u; let tileRow = tile / ${tilesX}u;
    let y0 = tileRow % ${tilesY}u * ${rows}u; let n = tileRow / ${tilesY}u; let x0 = tileX * ${columns}u;
    let xb = (n * ${height + 2}u + y0) * ${width + 2}u + x0;
    let into = ((n * ${height}u + y0) * ${width}u + x0) * ${across}u + channelGroup * ${vectors}u;
    ${repeat(rows + 2, (y) => repeat(columns + 2, (x) => `let x_${y}_${x} = X[xb + ${y * (width + 2) + x}u];`, ' '))}
    ${repeat(rows, (y) => repeat(columns, (x) => repeat(vectors, (q) => pixel(y, x, q))))}
  }
  ${each((q) => sums.map((name, row) => `P[(chunk * ${sums.length}u + ${row}u) * ${across}u + channelGroup * ${vectors}u + ${q}u] = ${name}_${q};`).join(' '))}`;
  return kernel({
    name: `convolution of one channel, ${height}x${width}, to ${outputs} channels, tile ${rows}x${columns}, ${chunks} chunks${statistic ? `, with statistics (${statistic})` : ''}`,
    bindings: [read('X', 'f32'), read('K'), write('Y'), ...(statistic ? [write('P')] : [])],
    threads: chunks * groups,
    body,
    flops: 2 * TAPS * examples * height * width * outputs,
    numbers: examples * height * width * outputs,
  });
}
