/**
 * The minibatch as the first layer wants it: channels padded, in a buffer with a halo where a convolution follows.
 * Thread: one number of the minibatch. Halo and padded channels are never written; they stay zero.
 */
import { type KernelSource, kernel, write } from './wgsl.ts';

/** Words of the tables that lie before the bytes of a minibatch: what each byte stands for, for every channel. */
const tableWords = (channels: number): number => 256 * channels;

/** batch x [N][H][W][channels], numbers or the bytes of `coded` inputs -> X [N][H(+2)][W(+2)][padded] */
export function padInput(
  examples: number,
  [height, width, channels]: readonly [number, number, number],
  padded: number,
  { halo, coded }: { halo: boolean; coded: boolean },
): KernelSource {
  const rim = halo ? 1 : 0;
  const value = coded
    ? `bitcast<f32>(batchX[256u * c + ((batchX[${tableWords(channels)}u + t / 4u] >> (8u * (t % 4u))) & 255u)])`
    : 'batchX[t]';
  const body = `
  let c = t % ${channels}u; let pixel = t / ${channels}u;
  let x = pixel % ${width}u; let imageRow = pixel / ${width}u; let y = imageRow % ${height}u; let n = imageRow / ${height}u;
  X[((n * ${height + 2 * rim}u + y + ${rim}u) * ${width + 2 * rim}u + x + ${rim}u) * ${padded}u + c] = ${value};`;
  return kernel({
    name: `input, ${height}x${width}x${channels}${coded ? ', of bytes' : ''}`,
    bindings: [write('X', 'f32')],
    usesBatch: coded ? 'coded' : true,
    threads: examples * height * width * channels,
    body,
  });
}
