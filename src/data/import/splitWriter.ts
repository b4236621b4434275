/** Cuts labelled images, as they come, into shards as src/data/manifest.ts describes them. */
import { bytesToHex } from '@noble/hashes/utils.js';
import { collect } from '../download.ts';
import type { Shard } from '../manifest.ts';
import type { Bytes } from '../shards.ts';

const EXAMPLES_PER_SHARD = 2_000;

/** Where imported files go: a folder, or the browser's storage. */
export interface DataStore {
  write(file: string, bytes: Bytes): Promise<void>;
  remove(file: string): Promise<void>;
}

export class SplitWriter {
  readonly shards: Shard[] = [];
  private readonly images: Bytes;
  private readonly labels = new Uint8Array(EXAMPLES_PER_SHARD);
  private held = 0;

  /** `name` begins the shards' names; `size` counts the bytes of one image. */
  constructor(
    private readonly store: DataStore,
    private readonly name: string,
    private readonly size: number,
  ) {
    this.images = new Uint8Array(EXAMPLES_PER_SHARD * size);
  }

  /** One image, [height, width, channels]. */
  async add(image: Uint8Array, label: number): Promise<void> {
    this.images.set(image, this.held * this.size);
    this.labels[this.held++] = label;
    if (this.held === EXAMPLES_PER_SHARD) await this.flush();
  }

  /** Writes what is left. */
  async flush(): Promise<void> {
    const { held, size } = this;
    if (held === 0) return;
    const contents = new Uint8Array(held * (size + 1));
    contents.set(this.images.subarray(0, held * size));
    contents.set(this.labels.subarray(0, held), held * size);
    this.held = 0;
    const compressed = await gzip(contents);
    const file = `${this.name}-${String(this.shards.length).padStart(2, '0')}.shard`;
    this.shards.push({
      file,
      examples: held,
      bytes: compressed.length,
      sha256: await sha256(compressed),
      contentsSha256: await sha256(contents),
    });
    await this.store.write(file, compressed);
  }
}

/** The browser's own, many times as fast as one in JavaScript; it needs the secure context that storage needs as well. */
export async function sha256(bytes: Bytes): Promise<string> {
  return bytesToHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}

function gzip(contents: Bytes): Promise<Bytes> {
  return collect(
    new Blob([contents]).stream().pipeThrough(new CompressionStream('gzip')),
    Number.POSITIVE_INFINITY,
  );
}
