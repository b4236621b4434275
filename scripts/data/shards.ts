/** Writes a data set of images as shards with their manifest; src/data/manifest.ts describes both. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, gzipSync } from 'node:zlib';
import { ChannelStatistics } from '../../src/data/import/channelStatistics.ts';
import {
  imageSize,
  MANIFEST_FORMAT,
  MANIFEST_VERSION,
  type Manifest,
  type Shard,
} from '../../src/data/manifest.ts';

const EXAMPLES_PER_SHARD = 2_000;
/** The tenth byte of gzip names the operating system; 255 says that it is unknown, wherever the script runs. */
const GZIP_SYSTEM_BYTE = 9;
const UNKNOWN_SYSTEM = 255;

/** Images one byte a number, row by row, channels last; one label an image. */
export interface Images {
  images: Uint8Array;
  labels: Uint8Array;
}

type Head = Pick<Manifest, 'name' | 'shape' | 'classes' | 'source' | 'licence' | 'licenceFile'>;

/**
 * Writes shards, manifest and licence into `folder`, after removing what shards are there. The contents depend on nothing
 * but the images; their compressed form may differ between versions of zlib.
 */
export function writeDataset(
  folder: string,
  head: Head,
  splits: { train: Images; test: Images },
  licenceText: string,
): Manifest {
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(folder)) if (file.endsWith('.shard')) rmSync(join(folder, file));
  const size = imageSize(head.shape);
  const statistics = new ChannelStatistics(head.shape[2]);
  statistics.add(splits.train.images);
  const manifest: Manifest = {
    format: MANIFEST_FORMAT,
    version: MANIFEST_VERSION,
    ...head,
    ...statistics.result(),
    train: writeShards(folder, 'train', splits.train, size),
    test: writeShards(folder, 'test', splits.test, size),
  };
  writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  writeFileSync(join(folder, head.licenceFile), licenceText);
  return manifest;
}

function writeShards(folder: string, split: string, { images, labels }: Images, size: number): Shard[] {
  const shards: Shard[] = [];
  for (let first = 0; first < labels.length; first += EXAMPLES_PER_SHARD) {
    const last = Math.min(first + EXAMPLES_PER_SHARD, labels.length);
    const contents = Buffer.concat([
      images.subarray(first * size, last * size),
      labels.subarray(first, last),
    ]);
    const compressed = gzipSync(contents, { level: constants.Z_BEST_COMPRESSION, memLevel: 9 });
    compressed[GZIP_SYSTEM_BYTE] = UNKNOWN_SYSTEM;
    const file = `${split}-${String(shards.length).padStart(2, '0')}.shard`;
    writeFileSync(join(folder, file), compressed);
    shards.push({
      file,
      examples: last - first,
      bytes: compressed.length,
      sha256: sha256(compressed),
      contentsSha256: sha256(contents),
    });
  }
  return shards;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
