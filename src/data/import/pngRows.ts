/**
 * The rows of a PNG while it streams in (W3C, Portable Network Graphics, sections 5 to 9): 8-bit colour, with or without
 * alpha, not interlaced. A canvas would hold a sprite of 60,000 images whole, 246 MB of it.
 */
import type { Bytes } from '../shards.ts';

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
const HEADER_BYTES = 13;
const RGB = 2;
const RGBA = 6;

interface PngShape {
  width: number;
  height: number;
}

/** Each row's pixels, `channels` bytes a pixel, in an array that the next row overwrites. */
export interface PngRow {
  pixels: Bytes;
  channels: 3 | 4;
}

/**
 * Throws Error where the stream is not such a PNG of exactly that shape, or is cut. The checksums of chunks are not looked
 * at: the caller verifies what comes out.
 */
export async function* pngRows(
  stream: ReadableStream<Bytes>,
  { width, height }: PngShape,
): AsyncGenerator<PngRow, undefined> {
  const file = new ByteReader(stream);
  try {
    const channels = await readHeader(file, { width, height });
    const rows = new ByteReader(
      streamOf(imageData(file)).pipeThrough(new DecompressionStream('deflate') as Decompression),
    );
    let before: Bytes = new Uint8Array(width * channels);
    let pixels: Bytes = new Uint8Array(width * channels);
    for (let row = 0; row < height; row++) {
      const [filter] = await rows.take(1);
      await rows.fill(pixels);
      unfilter(filter!, pixels, before, channels);
      yield { pixels, channels };
      [before, pixels] = [pixels, before];
    }
    await rows.cancel();
  } finally {
    await file.cancel();
  }
}

type Decompression = TransformStream<Bytes, Bytes>;

async function readHeader(file: ByteReader, expected: PngShape): Promise<3 | 4> {
  const start = await file.take(SIGNATURE.length);
  if (SIGNATURE.some((byte, i) => start[i] !== byte)) throw new Error('it is not a PNG');
  const { type, length } = await readChunk(file);
  if (type !== 'IHDR' || length !== HEADER_BYTES) throw new Error('its header is not that of a PNG');
  const header = await file.take(HEADER_BYTES);
  await file.take(4);
  const view = new DataView(header.buffer);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth, colour, , , interlace] = header.subarray(8);
  if (width !== expected.width || height !== expected.height)
    throw new Error(`it has ${width} x ${height} pixels, not ${expected.width} x ${expected.height}`);
  if (depth !== 8 || interlace !== 0 || (colour !== RGB && colour !== RGBA))
    throw new Error(
      `it has ${depth} bits a channel, colour type ${colour} and interlacing ${interlace}; 8, ${RGB} or ${RGBA}, and 0 can be read`,
    );
  return colour === RGB ? 3 : 4;
}

async function readChunk(file: ByteReader): Promise<{ type: string; length: number }> {
  const head = await file.take(8);
  return {
    length: new DataView(head.buffer).getUint32(0),
    type: String.fromCharCode(...head.subarray(4)),
  };
}

/** The contents of all IDAT chunks, one after the other, in the pieces in which they come. */
async function* imageData(file: ByteReader): AsyncGenerator<Bytes, undefined> {
  for (;;) {
    const { type, length } = await readChunk(file);
    if (type === 'IEND') return;
    for (let left = length; left > 0; ) {
      const piece = await file.some(left);
      left -= piece.length;
      if (type === 'IDAT') yield piece;
    }
    await file.take(4);
  }
}

function streamOf(pieces: AsyncGenerator<Bytes, undefined>): ReadableStream<Bytes> {
  return new ReadableStream<Bytes>({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}

/** Undoes a row's filter in place (section 9.2): each byte was written as its difference from a prediction. */
function unfilter(filter: number, row: Uint8Array, above: Uint8Array, channels: number): void {
  if (filter > 4) throw new Error(`a row has the filter ${filter}, which PNG does not define`);
  if (filter === 0) return;
  for (let i = 0; i < row.length; i++) {
    const left = i < channels ? 0 : row[i - channels]!;
    const up = above[i]!;
    if (filter === 1) row[i]! += left;
    else if (filter === 2) row[i]! += up;
    else if (filter === 3) row[i]! += (left + up) >> 1;
    else row[i]! += paeth(left, up, i < channels ? 0 : above[i - channels]!);
  }
}

/** Of the three neighbours, the one closest to left + up − corner. */
function paeth(left: number, up: number, corner: number): number {
  const [byLeft, byUp] = [Math.abs(up - corner), Math.abs(left - corner)];
  const byCorner = Math.abs(left + up - 2 * corner);
  if (byLeft <= byUp && byLeft <= byCorner) return left;
  return byUp <= byCorner ? up : corner;
}

/** Gives bytes in the numbers asked for, whatever the chunks of the stream. */
class ByteReader {
  private readonly reader: ReadableStreamDefaultReader<Bytes>;
  private held: Bytes = new Uint8Array(0);

  constructor(stream: ReadableStream<Bytes>) {
    this.reader = stream.getReader();
  }

  /** At least one byte, at most `most`. Throws Error at the end of the stream. */
  async some(most: number): Promise<Bytes> {
    while (this.held.length === 0) {
      const { done, value } = await this.reader.read();
      if (done) throw new Error('it is cut');
      this.held = value;
    }
    const piece = this.held.subarray(0, most);
    this.held = this.held.subarray(piece.length);
    return piece;
  }

  /** Exactly as many bytes as `target` holds. */
  async fill(target: Bytes): Promise<void> {
    for (let filled = 0; filled < target.length; ) {
      const piece = await this.some(target.length - filled);
      target.set(piece, filled);
      filled += piece.length;
    }
  }

  async take(count: number): Promise<Bytes> {
    const bytes = new Uint8Array(count);
    await this.fill(bytes);
    return bytes;
  }

  async cancel(): Promise<void> {
    await this.reader.cancel().catch(() => undefined);
  }
}
