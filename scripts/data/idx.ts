/** Reads the idx files of a folder, plain or gzip-compressed. */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { readIdx as read } from '../../src/data/import/idx.ts';

/**
 * The numbers of an idx file `path`, or of `path.gz`, whose dimensions must be `dimensions`. Throws, with what was found
 * and what was expected.
 */
export function readIdx(path: string, dimensions: readonly number[]): Uint8Array {
  const found = read(path, readPlainOrGzip(path), [dimensions.length]);
  if (found.dimensions.join() !== dimensions.join())
    throw new Error(
      `${path} has the dimensions ${found.dimensions.join(' x ')}; ${dimensions.join(' x ')} were expected. Is it the right file?`,
    );
  return found.numbers;
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
