/** Random permutations by address: the order of the examples in an epoch. */
import { RandomStream } from './streams.ts';

/** A permutation of 0 … length − 1 (Fisher-Yates) for one seed and epoch. */
export function permutation(length: number, seed: number, epoch: number): Uint32Array {
  const stream = new RandomStream(seed, 'shuffle');
  const order = Uint32Array.from({ length }, (_, i) => i);
  for (let i = length - 1; i > 0; i--) {
    const j = Math.floor((stream.bits(epoch, i)[0]! / 2 ** 32) * (i + 1));
    const kept = order[i]!;
    order[i] = order[j]!;
    order[j] = kept;
  }
  return order;
}
