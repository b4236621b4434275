/** Sums, copies and inner products of flat vectors, and the sums over the chunks of kernel gradients. */
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { compareRange, addScaled as exactSum, Float64Vector, numbersOf } from '../../float64/vectors.ts';
import {
  type PartialSums,
  reducePartials,
  sharesOfSquares,
  squaredNorm,
  squareShares,
} from './reducePartials.ts';
import { bitsOf, Draws, exactly, expectClose, type Floats, printedSeed, TestKernels } from './testKernel.ts';
import {
  addScaled,
  addScaledInPlace,
  compareShares,
  compareStage1,
  compareStage2,
  copy,
  join,
  matchNorm,
} from './vectors.ts';
import { roundUp } from './wgsl.ts';

const RUNS = { numRuns: 8, seed: printedSeed('vectors'), endOnFailure: true };
let kernels: TestKernels;
beforeAll(async () => {
  kernels = await TestKernels.open();
});

/** Floats; the longest are added up in several groups of threads. */
const lengths = fc
  .oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 200, max: 20_000 }))
  .map((vectors) => 4 * vectors);
const pairs = fc.record({ length: lengths, seed: fc.nat(999) });
/** Two vectors of ordinary numbers; not part of what is told of a failure. */
function drawPair({ length, seed }: { length: number; seed: number }) {
  const draws = new Draws(seed);
  return { length, a: draws.normals(length), b: draws.normals(length, 2, 0.5) };
}
const vector = (values: ArrayLike<number>): Float64Vector => new Float64Vector(Float64Array.from(values));

/** ‖a‖², ‖b‖², ⟨a, b⟩ and ‖a − b‖² over the vectors `step` … `step + count − 1`, in the slot `result`. */
async function compared(
  { length, a, b }: { length: number; a: Floats; b: Floats },
  place: { step: number; count: number; result: number },
): Promise<Floats> {
  const call = { arguments: place };
  const size = 4 * compareShares(length);
  const { P } = await kernels.run(compareStage1(length), { A: a, B: b }, { P: size }, call);
  const floats = 4 * (place.result + 1);
  const { results } = await kernels.run(compareStage2(length), { P }, { results: floats }, call);
  return results.subarray(4 * place.result);
}

describe('flat vectors equal float64', () => {
  it('a + factor·b, into another vector and in place', async () => {
    await fc.assert(
      fc.asyncProperty(pairs, fc.constantFrom(-0.1, 0.37, 1, -30), async (pair, factor) => {
        const { length, a, b } = drawPair(pair);
        const call = { arguments: { factor } };
        const sizes = { into: length };
        const exact = vector(a);
        exactSum(exact, vector(a), factor, vector(b));
        const sum = await kernels.run(addScaled(length), { A: a, B: b }, sizes, call);
        expectClose(sum.into, exact.data, 'the sum');
        const onA = await kernels.run(addScaledInPlace(length, 'a'), { other: b, into: a }, sizes, call);
        expectClose(onA.into, exact.data, 'the sum in place of a');
        const onB = await kernels.run(addScaledInPlace(length, 'b'), { other: a, into: b }, sizes, call);
        expectClose(onB.into, exact.data, 'the sum in place of b');
      }),
      RUNS,
    );
  });

  it('copies and joins, to the last bit', async () => {
    await fc.assert(
      fc.asyncProperty(pairs, fc.double({ min: 0, max: 1, noNaN: true }), async (pair, share) => {
        const { length, a, b } = drawPair(pair);
        const copied = await kernels.run(copy(length), { A: a }, { into: length });
        expect(bitsOf(copied.into)).toEqual(bitsOf(a));
        const count = Math.round((share * length) / 4);
        const call = { arguments: { count } };
        const { into } = await kernels.run(join(length), { A: a, B: b }, { into: length }, call);
        const expected = b.slice();
        expected.set(a.subarray(0, 4 * count));
        expect(bitsOf(into)).toEqual(bitsOf(expected));
      }),
      RUNS,
    );
  });

  it('norms and inner products, of all and of a part', async () => {
    const parts = fc.tuple(fc.nat(3), fc.nat(3), fc.nat(2));
    await fc.assert(
      fc.asyncProperty(pairs, parts, async (pair, [before, behind, result]) => {
        const drawn = drawPair(pair);
        const vectors = drawn.length / 4;
        const step = Math.floor((before * vectors) / 8);
        const count = vectors - step - Math.floor((behind * vectors) / 8);
        const actual = await compared(drawn, { step, count, result });
        const exact = compareRange(vector(drawn.a), vector(drawn.b), 4 * step, 4 * (step + count));
        const expected = numbersOf(exact);
        // Each by itself, but for the inner product, which may be near 0: it is small against the norms then.
        for (const i of [0, 1, 3]) expectClose([actual[i]!], [expected[i]!], `number ${i}`);
        const norms = Math.sqrt(expected[0]! * expected[1]!);
        expectClose([actual[2]! + norms], [expected[2]! + norms], 'the inner product');
      }),
      RUNS,
    );
  });

  it('a vector brought to the norm of another, into a third and in place', async () => {
    await fc.assert(
      fc.asyncProperty(pairs, async (pair) => {
        const drawn = drawPair(pair);
        const { length, a, b } = drawn;
        const norms = await compared(drawn, { step: 0, count: length / 4, result: 0 });
        const squares = (values: Floats): number =>
          exactly(values).reduce((sum, value) => sum + value ** 2, 0);
        const ratio = Math.sqrt(squares(b) / squares(a));
        const exact = exactly(a).map((value) => value * ratio);
        const other = await kernels.run(matchNorm(length, false), { A: a, norms }, { into: length });
        expectClose(other.into, exact, 'the vector');
        const own = await kernels.run(matchNorm(length, true), { into: a, norms }, { into: length });
        expectClose(own.into, exact, 'the vector in place');
      }),
      RUNS,
    );
  });
});

/** Layers one behind the other, in the partial sums and in the gradient, each where a binding may begin. */
const layers = fc
  .array(fc.record({ vectors: fc.integer({ min: 1, max: 150 }), chunks: fc.integer({ min: 1, max: 11 }) }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((all) => {
    let [from, into] = [0, 0];
    return all.map(({ vectors, chunks }): PartialSums => {
      const sums = { from, into, size: 4 * vectors, chunks };
      from += roundUp(chunks * sums.size, 64);
      into += roundUp(sums.size, 64);
      return sums;
    });
  });
/** Floats of a vector that holds all of them. */
const spanOf = (all: readonly PartialSums[]): number =>
  Math.max(...all.map(({ into, size }) => roundUp(into + size, 64)));

describe('sums over layers equal float64', () => {
  it('chunks of kernel gradients, with and without weight decay', async () => {
    await fc.assert(
      fc.asyncProperty(layers, fc.constantFrom(0, 0.05), fc.nat(999), async (all, decay, seed) => {
        const draws = new Draws(seed);
        const span = spanOf(all);
        const partials = draws.normals(
          Math.max(...all.map(({ from, size, chunks }) => from + size * chunks)),
        );
        const theta = draws.normals(span);
        const exact = new Float64Array(span);
        for (const { from, into, size, chunks } of all)
          for (let i = 0; i < size; i++) {
            exact[into + i] = decay * theta[into + i]!;
            for (let chunk = 0; chunk < chunks; chunk++)
              exact[into + i]! += partials[from + chunk * size + i]!;
          }
        const contents = { P: partials, theta, G: new Float32Array(span) };
        const { G } = await kernels.run(reducePartials(all, decay), contents, { G: span });
        expectClose(G, exact, 'the gradient');
      }),
      RUNS,
    );
  });

  it('the squared norm of all kernels', async () => {
    await fc.assert(
      fc.asyncProperty(layers, fc.constantFrom(0.5, 0.0025), fc.nat(999), async (all, factor, seed) => {
        const theta = new Draws(seed).normals(spanOf(all));
        const ranges = all.map(({ into, size }) => ({ offset: into, size }));
        const shares = squareShares(ranges);
        const { S } = await kernels.run(sharesOfSquares(ranges), { theta }, { S: shares });
        const { penalty } = await kernels.run(squaredNorm(shares, factor), { S: S! }, { penalty: 1 });
        let squares = 0;
        for (const { offset, size } of ranges)
          for (const value of theta.subarray(offset, offset + size)) squares += value ** 2;
        expectClose(penalty, [factor * squares], 'the penalty');
      }),
      RUNS,
    );
  });
});
