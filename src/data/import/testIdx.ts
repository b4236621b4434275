/** Idx files as tests make them: Fashion-MNIST's real ones, from the shards that the page serves, and others. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { DATASETS } from '../../experiment/datasets.ts';
import { readManifest } from '../manifest.ts';
import type { Bytes } from '../shards.ts';
import { committed } from '../testing.ts';
import type { IdxFile } from './idxFiles.ts';
import { IDX_NAMES } from './idxSums.ts';

const PIXELS = 28 * 28;

/** An idx file of unsigned bytes. */
export function idx(dimensions: readonly number[], numbers: Uint8Array): Bytes {
  const header = Buffer.alloc(4 + 4 * dimensions.length);
  header.writeUInt32BE(0x800 | dimensions.length);
  for (const [i, size] of dimensions.entries()) header.writeUInt32BE(size, 4 + 4 * i);
  return new Uint8Array(Buffer.concat([header, numbers]));
}

export const idxFile = (name: string, bytes: Bytes): IdxFile => ({
  name,
  size: bytes.length,
  stream: () => new Blob([bytes]).stream(),
});

/** The four files of Fashion-MNIST by their published names, those of images packed. */
export function fashionFiles(): Map<string, Bytes> {
  const folder = 'fashion-mnist/';
  const manifest = readManifest(
    new TextDecoder().decode(committed(`${folder}manifest.json`)),
    DATASETS['fashion-mnist'],
  );
  const files = new Map<string, Bytes>();
  for (const split of ['train', 'test'] as const) {
    const shards = manifest[split].map(({ file, examples }) => {
      const contents = gunzipSync(committed(folder + file));
      return [contents.subarray(0, examples * PIXELS), contents.subarray(examples * PIXELS)] as const;
    });
    const images = Buffer.concat(shards.map(([pixels]) => pixels));
    const labels = Buffer.concat(shards.map(([, numbers]) => numbers));
    const packed = gzipSync(idx([labels.length, 28, 28], images), { level: 1 });
    files.set(`${IDX_NAMES[`${split} images`]}.gz`, new Uint8Array(packed));
    files.set(IDX_NAMES[`${split} labels`], idx([labels.length], labels));
  }
  return files;
}
