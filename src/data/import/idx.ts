/** The idx format of MNIST and its kin: a magic number, dimensions, then one unsigned byte a number. */

const UNSIGNED_BYTE = 0x08;

export interface IdxContents {
  dimensions: number[];
  numbers: Uint8Array;
}

const hex = (word: number): string => `0x${word.toString(16).padStart(8, '0')}`;
const headerBytes = (rank: number): number => 4 + 4 * rank;
const magicOf = (rank: number): number => (UNSIGNED_BYTE << 8) | rank;

/**
 * What the file `name` holds, if it has one of the `ranks` (numbers of dimensions). Throws Error with what was found and
 * what was expected.
 */
export function readIdx(name: string, bytes: Uint8Array, ranks: readonly number[]): IdxContents {
  const shortest = headerBytes(Math.min(...ranks));
  if (bytes.length < shortest)
    throw new Error(`${name} is ${bytes.length} bytes long, shorter than its header of ${shortest}.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(0);
  const rank = ranks.find((each) => magicOf(each) === magic);
  if (rank === undefined)
    throw new Error(
      `${name} begins with ${hex(magic)}; an idx file of unsigned bytes in ${ranks.join(' or ')} dimensions begins with ${ranks.map((each) => hex(magicOf(each))).join(' or ')}.`,
    );
  const header = headerBytes(rank);
  if (bytes.length < header)
    throw new Error(`${name} is ${bytes.length} bytes long, shorter than its header of ${header}.`);
  const dimensions = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const length = dimensions.reduce((product, size) => product * size, 1);
  if (bytes.length !== header + length)
    throw new Error(`${name} holds ${bytes.length - header} numbers; its header promises ${length}.`);
  return { dimensions, numbers: bytes.subarray(header) };
}
