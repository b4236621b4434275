/** 3x3 convolution of the first layer where images have one channel. Reference: engine/float64/convolution.ts. */
import type { ConvolutionShape } from './convolution.ts';
import { float, type KernelSource, kernel, read, repeat, write } from './wgsl.ts';

/**
 * X [N][H+2][W+2] -> Y [N][H][W][outputs]. Thread: a tile of pixels times eight
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
