/** Ties curves to their set-up: a link whose set-up was changed must not show the curves of another. */
import { sha256 } from '@noble/hashes/sha2.js';
import type { Experiment } from '../../experiment/experiment.ts';
import { toFragment } from '../../experiment/permalink.ts';

export const CHECKSUM_BYTES = 4;

export function checksumOf(experiment: Experiment, body: Uint8Array): Uint8Array {
  const setUp = new TextEncoder().encode(toFragment(experiment));
  return sha256(new Uint8Array([...setUp, ...body])).slice(0, CHECKSUM_BYTES);
}
