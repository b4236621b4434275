/** A checkpoint as it lies in storage: with its vectors, or with its vectors in a file of its run. */
import * as v from 'valibot';
import { adjoiningVectors, type Checkpoint, type MemberState } from './checkpoint.ts';
import type { CheckpointFile, CheckpointFiles } from './checkpointFiles.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const vector = v.instance(Float32Array<ArrayBuffer>);

export const withVectorsSchema = v.object({
  next: count,
  members: v.array(
    v.object({ theta: vector, running: vector, velocity: v.nullable(vector), active: v.boolean() }),
  ),
});

/** The members have the lengths of their vectors, which follow one another in the file. */
export const inFileSchema = v.object({
  next: count,
  /** Where the first one begins, in bytes. */
  at: count,
  /** Checksum of all of them. */
  sum: count,
  members: v.array(
    v.object({ theta: count, running: count, velocity: v.nullable(count), active: v.boolean() }),
  ),
});

export type CheckpointInFile = v.InferOutput<typeof inFileSchema>;
export type StoredCheckpoint = Checkpoint | CheckpointInFile;

export const isInFile = (checkpoint: StoredCheckpoint): checkpoint is CheckpointInFile => 'sum' in checkpoint;

function vectorsOf({ members }: Checkpoint): Float32Array<ArrayBuffer>[] {
  const all = members.flatMap(({ theta, running, velocity }) => [theta, running, velocity]);
  return all.filter((each) => each !== null);
}

const bytesOfAll = (vectors: readonly Float32Array[]): number =>
  vectors.reduce((sum, { byteLength }) => sum + byteLength, 0);

export const bytesOf = (checkpoint: Checkpoint): number => bytesOfAll(vectorsOf(checkpoint));

/**
 * Writes the vectors where the run's last stored checkpoint is not, which stays whole until the database names this one.
 * Throws where storage is full.
 */
export function putInFile(
  file: CheckpointFile,
  checkpoint: Checkpoint,
  last: CheckpointInFile | null,
): CheckpointInFile {
  const bytes = inOnePiece(vectorsOf(checkpoint));
  const at = last?.at === 0 ? bytes.length : 0;
  file.write(bytes, at);
  const members = checkpoint.members.map(({ theta, running, velocity, active }) => ({
    theta: theta.length,
    running: running.length,
    velocity: velocity?.length ?? null,
    active,
  }));
  return { next: checkpoint.next, at, sum: checksumOf(bytes), members };
}

/** Null where the file does not hold what was written. */
export async function takeFromFile(
  files: CheckpointFiles,
  id: string,
  { next, at, sum, members }: CheckpointInFile,
): Promise<Checkpoint | null> {
  const lengths = members.flatMap(({ theta, running, velocity }) => [theta, running, velocity]);
  const sizes = lengths.filter((length) => length !== null);
  const bytes = Float32Array.BYTES_PER_ELEMENT * sizes.reduce((all, length) => all + length, 0);
  const stored = await files.read(id, at, bytes);
  if (stored.byteLength !== bytes || checksumOf(new Uint8Array(stored)) !== sum) return null;
  const vectors = adjoiningVectors(sizes, new Float32Array(stored));
  const states = members.map(
    ({ velocity, active }): MemberState => ({
      theta: vectors.shift()!,
      running: vectors.shift()!,
      velocity: velocity === null ? null : vectors.shift()!,
      active,
    }),
  );
  return { next, members: states };
}

/** The bytes of the vectors; a copy only where they do not adjoin. */
function inOnePiece(vectors: readonly Float32Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const bytes = bytesOfAll(vectors);
  let end = vectors[0]?.byteOffset ?? 0;
  const adjoin = vectors.every(({ buffer, byteOffset, byteLength }) => {
    const follows = buffer === vectors[0]!.buffer && byteOffset === end;
    end += byteLength;
    return follows;
  });
  if (adjoin && vectors[0]) return new Uint8Array(vectors[0].buffer, vectors[0].byteOffset, bytes);
  const copy = adjoiningVectors(vectors.map(({ length }) => length));
  for (const [i, numbers] of copy.entries()) numbers.set(vectors[i]!);
  return new Uint8Array(copy[0]?.buffer ?? new ArrayBuffer(0));
}

/** Odd, so that it comes upon every channel of a layer; at least four in each sector of 512 bytes. */
const SAMPLED_WORDS = 31;

/**
 * Fletcher's, over samples: a file that a power cut left partly written, sector by sector, is not taken for whole, and the sum
 * takes little of the time of writing.
 */
function checksumOf(bytes: Uint8Array<ArrayBuffer>): number {
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  let sum = 0;
  let sumOfSums = 0;
  for (let i = 0; i < words.length; i += SAMPLED_WORDS) {
    sum = (sum + words[i]!) | 0;
    sumOfSums = (sumOfSums + sum) | 0;
  }
  return (sum ^ Math.imul(sumOfSums, 0x9e3779b1)) >>> 0;
}
