/** Words inside a PNG file: which set-up and which version made the picture, as the SVG says in its description. */
import { gzipSync } from 'fflate';

const SIGNATURE_BYTES = 8;
/** Length, name, thirteen bytes of size and kind, checksum. */
const HEADER_BYTES = 4 + 4 + 13 + 4;

/** CRC-32, most significant byte first; a gzip file ends with the same sum the other way round, and its length. */
const checksumOf = (bytes: Uint8Array): Uint8Array => gzipSync(bytes, { level: 0 }).slice(-8, -4).reverse();

function lengthOf(bytes: number): Uint8Array {
  const written = new Uint8Array(4);
  new DataView(written.buffer).setUint32(0, bytes);
  return written;
}

/** A chunk of international text (iTXt, PNG specification 11.3.3.4): keyword, not compressed, no language, no translation. */
function textChunk(words: string): Uint8Array {
  const named = new TextEncoder().encode(`iTXtDescription${'\0'.repeat(5)}${words}`);
  return new Uint8Array([...lengthOf(named.length - 4), ...named, ...checksumOf(named)]);
}

/** The same picture with a description. */
export function withDescription(png: Blob, words: string): Blob {
  const first = SIGNATURE_BYTES + HEADER_BYTES;
  return new Blob([png.slice(0, first), textChunk(words) as Uint8Array<ArrayBuffer>, png.slice(first)], {
    type: 'image/png',
  });
}
