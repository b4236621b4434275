/** Reads idx files, the format of MNIST and its kin: magic number, dimensions, then one unsigned byte a number. */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const UNSIGNED_BYTE = 0x08;

/**
 * The numbers of an idx file `path`, or of `path.gz`, whose dimensions must be `dimensions`. Throws, with what was found
 * and what was expected.
 */
export function readIdx(path: string, dimensions: readonly number[]): Uint8Array {
  const bytes = readPlainOrGzip(path);
  const header = 4 + 4 * dimensions.length;
  if (bytes.length < header)
    throw new Error(
      `${path} is ${bytes.length} bytes long, shorter than its header of ${header}. Fetch it again.`,
    );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = (UNSIGNED_BYTE << 8) | dimensions.length;
  if (view.getUint32(0) !== magic)
    throw new Error(
      `${path} begins with ${hex(view.getUint32(0))}; an idx file of unsigned bytes in ${dimensions.length} dimensions begins with ${hex(magic)}. Is it the right file?`,
    );
  const found = dimensions.map((_, i) => view.getUint32(4 + 4 * i));
  if (found.join() !== dimensions.join())
    throw new Error(
      `${path} has the dimensions ${found.join(' x ')}; ${dimensions.join(' x ')} were expected. Is it the right file?`,
    );
  const length = dimensions.reduce((product, size) => product * size, 1);
  if (bytes.length !== header + length)
    throw new Error(
      `${path} holds ${bytes.length - header} numbers; its header promises ${length}. Fetch it again.`,
    );
  return bytes.subarray(header);
}

function readPlainOrGzip(path: string): Uint8Array {
  if (existsSync(path)) return readFileSync(path);
  const compressed = `${path}.gz`;
  if (!existsSync(compressed))
    throw new Error(`Neither ${path} nor ${compressed} exists. Name the folder that holds the idx files.`);
  try {
    return gunzipSync(readFileSync(compressed));
  } catch (error) {
    throw new Error(`${compressed} could not be decompressed: ${(error as Error).message}. Fetch it again.`);
  }
}

function hex(word: number): string {
  return `0x${word.toString(16).padStart(8, '0')}`;
}
