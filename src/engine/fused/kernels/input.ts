/**
 * The minibatch as the first layer wants it: channels padded, in a buffer with a halo where a convolution follows.
 * Thread: up to eight pixels of a row, or up to eight of many channels of one. Halo and padded channels are never written; they stay zero.
 */
import { divisorUpTo, type KernelSource, kernel, repeat, write } from './wgsl.ts';

const MOST_NUMBERS = 8;

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
  const own = channels > MOST_NUMBERS ? divisorUpTo(channels, MOST_NUMBERS) : channels;
  const pixels = own < channels ? 1 : divisorUpTo(width, MOST_NUMBERS);
  const [blocks, segments, numbers] = [channels / own, width / pixels, pixels * own];
  const value = (i: number): string => {
    if (!coded) return `batchX[start + ${i}u]`;
    const byte = `(batchX[${tableWords(channels)}u + (start + ${i}u) / 4u] >> (8u * ((start + ${i}u) % 4u))) & 255u`;
    return `bitcast<f32>(batchX[256u * (first + ${i % own}u) + (${byte})])`;
  };
  const body = `
  let first = t % ${blocks}u * ${own}u; let segment = t / ${blocks}u;
  let x0 = segment % ${segments}u * ${pixels}u; let imageRow = segment / ${segments}u;
  let y = imageRow % ${height}u; let n = imageRow / ${height}u;
  let start = t * ${numbers}u;
  let into = ((n * ${height + 2 * rim}u + y + ${rim}u) * ${width + 2 * rim}u + x0 + ${rim}u) * ${padded}u + first;
  ${repeat(numbers, (i) => `X[into + ${Math.floor(i / own) * padded + (i % own)}u] = ${value(i)};`)}`;
  return kernel({
    name: `input, ${height}x${width}x${channels}${coded ? ', of bytes' : ''}`,
    bindings: [write('X', 'f32')],
    usesBatch: coded ? 'coded' : true,
    threads: examples * height * segments * blocks,
    body,
    numbers: examples * height * width * channels,
  });
}
