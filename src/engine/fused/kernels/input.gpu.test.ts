import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { padInput } from './input.ts';
import {
  bitsOf,
  Draws,
  type Floats,
  printedSeed,
  stripChannels,
  stripHalo,
  TestKernels,
} from './testKernel.ts';
import { roundUp } from './wgsl.ts';

const RUNS = { numRuns: 12, seed: printedSeed('inputs') };
let kernels: TestKernels;
beforeAll(async () => {
  kernels = await TestKernels.open();
});

const cases = fc.record({
  examples: fc.integer({ min: 1, max: 5 }),
  height: fc.integer({ min: 1, max: 9 }),
  width: fc.integer({ min: 1, max: 17 }),
  channels: fc.oneof(fc.constantFrom(1, 3), fc.integer({ min: 1, max: 18 })),
  halo: fc.boolean(),
  seed: fc.nat(999),
});

type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

/** The minibatch as the kernel leaves it, without halo and padding. */
async function fed(test: Case, coded: boolean, x: Floats | Uint32Array<ArrayBuffer>): Promise<Floats> {
  const { examples, height, width, channels, halo } = test;
  // The single channel of an image stays single.
  const padded = halo && channels === 1 ? 1 : roundUp(channels, 4);
  const size = examples * padded * (halo ? (height + 2) * (width + 2) : height * width);
  const source = padInput(examples, [height, width, channels], padded, { halo, coded });
  const contents = { X: new Float32Array(size) };
  const { X } = await kernels.run(source, contents, { X: size }, { batch: { x, y: new Float32Array(4) } });
  const inside = halo ? stripHalo(X, test, padded) : X;
  return padded === 1 ? inside : stripChannels(inside, channels);
}

describe('the minibatch in the layout of the first layer', () => {
  it('holds the bits of its numbers', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (test) => {
        const { examples, height, width, channels, seed } = test;
        const x = new Draws(seed).normals(examples * height * width * channels);
        expect(bitsOf(await fed(test, false, x))).toEqual(bitsOf(x));
      }),
      RUNS,
    );
  });

  it('holds the bits of the numbers that its bytes stand for', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (test) => {
        const { examples, height, width, channels, seed } = test;
        const tables = new Draws(seed).normals(256 * channels);
        const size = examples * height * width * channels;
        const codes = new Uint8Array(roundUp(size, 4)).map((_, i) => (i * 97 + seed) % 256);
        const words = Uint32Array.of(...bitsOf(tables), ...new Uint32Array(codes.buffer));
        const expected = Float32Array.from(
          codes.subarray(0, size),
          (code, i) => tables[256 * (i % channels) + code]!,
        );
        expect(bitsOf(await fed(test, true, words))).toEqual(bitsOf(expected));
      }),
      RUNS,
    );
  });
});
