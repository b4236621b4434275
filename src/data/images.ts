/** Labelled images, kept as bytes; they become numbers only when a minibatch asks for them. */
import { checkBatch } from './checkBatch.ts';
import type { CodedExamples, Examples } from './dataset.ts';
import { imageSize, type Manifest } from './manifest.ts';

const BYTE_VALUES = 256;

/** (byte / 255 − mean) / std for every byte, [channels][256]. */
function preprocessingTables(mean: readonly number[], std: readonly number[]): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: mean.length * BYTE_VALUES }, (_, i) => {
    const channel = Math.floor(i / BYTE_VALUES);
    return ((i % BYTE_VALUES) / 255 - mean[channel]!) / std[channel]!;
  });
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
  // Four at a time: a test set waits for this, and one at a time takes twice as long.
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
  const tableOf = Array.from({ length: channels }, (_, channel) =>
    tables.subarray(channel * BYTE_VALUES, (channel + 1) * BYTE_VALUES),
  );
  /** Where an example's image and label lie. */
  const find = (index: number): { shard: Uint8Array; image: number; label: number } => {
    const shard = shards[Math.floor(index / examplesPerShard)]!;
    const row = index % examplesPerShard;
    return { shard, image: row * size, label: (shard.length / (size + 1)) * size + row };
  };
  const coded: CodedExamples = {
    tables,
    fill(indices, codes, y) {
      checkBatch(indices, count, { x: codes.length, y: y.length }, { x: size, y: 1 });
      for (let i = 0; i < indices.length; i++) {
        const { shard, image, label } = find(indices[i]!);
        codes.set(shard.subarray(image, image + size), i * size);
        y[i] = shard[label]!;
      }
    },
  };
  return {
    count,
    coded,
    fill(indices, x, y) {
      checkBatch(indices, count, { x: x.length, y: y.length }, { x: size, y: 1 });
      for (let i = 0; i < indices.length; i++) {
        const { shard, image, label } = find(indices[i]!);
        const out = i * size;
        for (const [channel, table] of tableOf.entries())
          lookUp(table, shard, image - out, x, out + channel, out + size, channels);
        y[i] = shard[label]!;
      }
    },
  };
}
