/** Labelled images, kept as bytes; they become numbers only when a minibatch asks for them. */
import { checkBatch } from './checkBatch.ts';
import type { Examples } from './dataset.ts';
import { imageSize, type Manifest } from './manifest.ts';

const BYTE_VALUES = 256;

/** (byte / 255 − mean) / std for every byte of every channel: [channels * 256], channel by channel. */
function preprocessingTable(mean: readonly number[], std: readonly number[]): Float32Array {
  return Float32Array.from({ length: mean.length * BYTE_VALUES }, (_, i) => {
    const channel = Math.floor(i / BYTE_VALUES);
    return ((i % BYTE_VALUES) / 255 - mean[channel]!) / std[channel]!;
  });
}

/** The first `count` examples of shards that all, but the last, hold `examplesPerShard`. */
export function imageExamples(
  shards: readonly Uint8Array[],
  examplesPerShard: number,
  count: number,
  { shape, mean, std }: Pick<Manifest, 'shape' | 'mean' | 'std'>,
): Examples {
  const size = imageSize(shape);
  const channels = shape[2];
  const table = preprocessingTable(mean, std);
  return {
    count,
    fill(indices, x, y) {
      checkBatch(indices, count, { x: x.length, y: y.length }, { x: size, y: 1 });
      for (let i = 0; i < indices.length; i++) {
        const index = indices[i]!;
        const shard = shards[Math.floor(index / examplesPerShard)]!;
        const row = index % examplesPerShard;
        const image = row * size;
        const out = i * size;
        for (let channel = 0; channel < channels; channel++) {
          const base = channel * BYTE_VALUES;
          for (let k = channel; k < size; k += channels) x[out + k] = table[base + shard[image + k]!]!;
        }
        const labels = (shard.length / (size + 1)) * size;
        y[i] = shard[labels + row]!;
      }
    },
  };
}
