/**
 * The minibatch as the first layer wants it: channels padded, in a buffer with a halo where a convolution follows.
 * Thread: one number of the minibatch. Halo and padded channels are never written; they stay zero.
 */
import { type KernelSource, kernel, write } from './wgsl.ts';

/** batch x [N][H][W][channels] -> X [N][H(+2)][W(+2)][padded] */
export function padInput(
  examples: number,
  [height, width, channels]: readonly [number, number, number],
  padded: number,
  halo: boolean,
): KernelSource {
  const rim = halo ? 1 : 0;
  const body = `
  let c = t % ${channels}u; let pixel = t / ${channels}u;
  let x = pixel % ${width}u; let imageRow = pixel / ${width}u; let y = imageRow % ${height}u; let n = imageRow / ${height}u;
  X[((n * ${height + 2 * rim}u + y + ${rim}u) * ${width + 2 * rim}u + x + ${rim}u) * ${padded}u + c] = batchX[t];`;
  return kernel({
    name: `input, ${height}x${width}x${channels}`,
    bindings: [write('X', 'f32')],
    usesBatch: true,
    threads: examples * height * width * channels,
    body,
  });
}
