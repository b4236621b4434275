import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { crossEntropy as exactCrossEntropy, halfSquaredError as exactError } from '../../float64/loss.ts';
import { crossEntropy, halfSquaredError } from './loss.ts';
import {
  Draws,
  exactly,
  expectClose,
  padChannels,
  printedSeed,
  stripChannels,
  TestKernels,
} from './testKernel.ts';
import { type KernelSource, roundUp } from './wgsl.ts';

const RUNS = { numRuns: 10, seed: printedSeed('losses') };
/** The call's slot among the results. */
const SLOT = 2;
let kernels: TestKernels;
beforeAll(async () => {
  kernels = await TestKernels.open();
});

interface Case {
  examples: number;
  outputs: number;
  /** Examples of the plan that the minibatch does not fill. */
  missing: number;
  hasGradient: boolean;
  penalty: number | null;
  seed: number;
}
const cases: fc.Arbitrary<Case> = fc
  .record({
    // One, few, and more than the workgroup has threads.
    examples: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 60, max: 150 })),
    outputs: fc.integer({ min: 2, max: 13 }),
    missing: fc.nat(3),
    hasGradient: fc.boolean(),
    penalty: fc.constantFrom(null, 0.75),
    seed: fc.nat(999),
  })
  .map((test) => ({ ...test, missing: Math.min(test.missing, test.examples - 1) }));

/** Loss and accuracy, and the gradient, which must be 0 for the examples that do not count. */
async function run(
  source: KernelSource,
  { examples, outputs, missing, hasGradient, penalty }: Case,
  output: Float32Array,
  y: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>,
) {
  const Z = padChannels(output, outputs);
  const { results, dZ } = await kernels.run(
    source,
    { Z, penalty: Float32Array.of(penalty ?? 0, 9, 9, 9) },
    { results: 4 * (SLOT + 1), dZ: Z.length },
    { arguments: { count: examples - missing, result: SLOT }, batch: { x: new Float32Array(4), y } },
  );
  const [loss, accuracy] = results.subarray(4 * SLOT);
  return { loss: loss!, accuracy, gradient: hasGradient ? stripChannels(dZ, outputs) : null };
}

/** Examples that do not count have rows of zeros at the end. */
const filledUp = (gradient: Float64Array, length: number): Float64Array => {
  const result = new Float64Array(length);
  result.set(gradient);
  return result;
};

describe('losses equal float64', () => {
  const shapeOf = ({ examples, outputs }: Case) => ({ examples, outputs, padded: roundUp(outputs, 4) });

  it.each([
    ['of ordinary outputs', 1],
    ['of outputs whose exponentials are beyond float32', 100],
  ])('cross-entropy, accuracy and gradient %s', async (_, size) => {
    await fc.assert(
      fc.asyncProperty(cases, async (test) => {
        const { examples, outputs, missing, hasGradient, penalty, seed } = test;
        const draws = new Draws(seed);
        const output = draws.normals(examples * outputs, size);
        const classes = Uint32Array.from({ length: examples }, (__, n) => (7 * n + seed) % outputs);
        // One answer is certainly wrong: a loss that rounds to 0 has no relative error.
        const first = output.subarray(0, outputs);
        classes[0] = first.indexOf(Math.min(...first));
        const source = crossEntropy(shapeOf(test), hasGradient, penalty !== null);
        const { loss, accuracy, gradient } = await run(source, test, output, classes);
        const counted = examples - missing;
        const exact = exactCrossEntropy(exactly(output.subarray(0, counted * outputs)), classes, counted);
        expectClose([loss], [exact.loss + (penalty ?? 0)], 'the loss');
        expect(accuracy).toBeCloseTo(exact.accuracy, 6);
        if (gradient) expectClose(gradient, filledUp(exact.gradient, output.length), 'the gradient');
      }),
      RUNS,
    );
  });

  it('half the squared error and its gradient', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (test) => {
        const { examples, outputs, missing, hasGradient, penalty, seed } = test;
        const draws = new Draws(seed);
        const [output, target] = [draws.normals(examples * outputs), draws.normals(examples * outputs)];
        const source = halfSquaredError(shapeOf(test), hasGradient, penalty !== null);
        const { loss, gradient } = await run(source, test, output, target);
        const counted = (examples - missing) * outputs;
        const exact = exactError(exactly(output.subarray(0, counted)), target);
        expectClose([loss], [exact.loss + (penalty ?? 0)], 'the loss');
        if (gradient) expectClose(gradient, filledUp(exact.gradient, output.length), 'the gradient');
      }),
      RUNS,
    );
  });
});
