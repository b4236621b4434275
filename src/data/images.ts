/** Labelled images, kept as bytes; they become numbers only when a minibatch asks for them. */
import { checkBatch } from './checkBatch.ts';
import type { Examples } from './dataset.ts';
import { imageSize, type Manifest } from './manifest.ts';

const BYTE_VALUES = 256;

/** (byte / 255 − mean) / std for every byte: a table for each channel. */
function preprocessingTables(mean: readonly number[], std: readonly number[]): Float32Array[] {
  return mean.map((channelMean, channel) =>
    Float32Array.from({ length: BYTE_VALUES }, (_, byte) => (byte / 255 - channelMean) / std[channel]!),
  );
}

/** into[i] ← the table's entry for the byte at i + shift, for every `stride`-th i from `start` to `end`. */
function lookUp(
  table: Float32Array,
  bytes: Uint8Array,
  shift: number,
  into: Float32Array,
  start: number,
  end: number,
  stride: number,
): void {
  const [second, third] = [2 * stride, 3 * stride];
  let to = start;
  // Four at a time: every step of training waits for this, and one at a time takes twice as long.
  for (; to + third < end; to += 4 * stride) {
    const from = to + shift;
    into[to] = table[bytes[from]!]!;
    into[to + stride] = table[bytes[from + stride]!]!;
    into[to + second] = table[bytes[from + second]!]!;
    into[to + third] = table[bytes[from + third]!]!;
  }
  for (; to < end; to += stride) into[to] = table[bytes[to + shift]!]!;
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
  const tables = preprocessingTables(mean, std);
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
        for (const [channel, table] of tables.entries())
          lookUp(table, shard, image - out, x, out + channel, out + size, channels);
        const labels = (shard.length / (size + 1)) * size;
        y[i] = shard[labels + row]!;
      }
    },
  };
}
