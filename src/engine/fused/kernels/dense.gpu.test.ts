import * as fc from 'fast-check';
import { beforeAll, describe, it } from 'vitest';
import { multiply, multiplyBackward } from '../../float64/dense.ts';
import { biasGradient, type DenseShape, dense, denseInputGradient, denseKernelGradient } from './dense.ts';
import { reducePartials } from './reducePartials.ts';
import {
  Draws,
  exactly,
  expectClose,
  padChannels,
  printedSeed,
  stripChannels,
  TestKernels,
} from './testKernel.ts';
import { roundUp } from './wgsl.ts';

const RUNS = { numRuns: 10, seed: printedSeed('dense layers') };
let kernels: TestKernels;
beforeAll(async () => {
  kernels = await TestKernels.open();
});

/** Sizes of the network, not multiples of four. */
interface Case extends DenseShape {
  seed: number;
  chunks: number;
}
const cases: fc.Arbitrary<Case> = fc.record({
  examples: fc.integer({ min: 1, max: 9 }),
  inputs: fc.integer({ min: 1, max: 21 }),
  outputs: fc.integer({ min: 1, max: 21 }),
  chunks: fc.integer({ min: 1, max: 5 }),
  seed: fc.nat(999),
});
/** So many that a thread has several rows. */
const MANY: Case = { examples: 258, inputs: 27, outputs: 30, chunks: 17, seed: 1 };

function numbers({ examples, inputs, outputs, seed }: Case) {
  const draws = new Draws(seed);
  const layer = {
    ...({ kind: 'dense', name: 'dense1', inputs, outputs } as const),
    ...{ normalised: false, rectified: false, biased: true },
  };
  const [x, kernel, bias, gradient] = [
    draws.normals(examples * inputs),
    draws.normals(inputs * outputs),
    draws.normals(outputs),
    draws.normals(examples * outputs),
  ];
  const columns = roundUp(outputs, 4);
  const paddedKernel = new Float32Array(roundUp(inputs, 4) * columns);
  paddedKernel.set(padChannels(kernel, outputs));
  return {
    layer,
    exact: { x: exactly(x), kernel: exactly(kernel), bias: exactly(bias), gradient: exactly(gradient) },
    onDevice: { examples, inputs: roundUp(inputs, 4), outputs: columns },
    contents: {
      X: padChannels(x, inputs),
      K: paddedKernel,
      bias: padChannels(bias, outputs),
      dY: padChannels(gradient, outputs),
    },
  };
}

function exactGradients(test: Case) {
  const { layer, exact } = numbers(test);
  const [kernel, bias] = [new Float64Array(exact.kernel.length), new Float64Array(exact.bias.length)];
  const input = multiplyBackward(layer, exact.x, exact.kernel, exact.gradient, kernel, bias, test.examples);
  return { input, kernel, bias };
}

describe('dense layers equal float64', () => {
  it('forward, with and without a bias', async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.boolean(), async (test, biased) => {
        const { layer, exact, onDevice, contents } = numbers(test);
        const size = test.examples * onDevice.outputs;
        const { Y } = await kernels.run(dense(onDevice, biased), contents, { Y: size });
        const expected = multiply(layer, exact.x, exact.kernel, biased ? exact.bias : null, test.examples);
        expectClose(stripChannels(Y, test.outputs), expected, 'the output');
      }),
      { ...RUNS, examples: [[MANY, true]] },
    );
  });

  it('gradient of the input', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (test) => {
        const { onDevice, contents } = numbers(test);
        const size = test.examples * onDevice.inputs;
        const { dX } = await kernels.run(denseInputGradient(onDevice), contents, { dX: size });
        expectClose(stripChannels(dX, test.inputs), exactGradients(test).input, 'the gradient');
      }),
      { ...RUNS, examples: [[MANY]] },
    );
  });

  it('gradients of the kernel, summed over its chunks, and of the bias', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (test) => {
        const { onDevice, contents } = numbers(test);
        const { inputs, outputs } = onDevice;
        const { chunks } = test;
        const size = inputs * outputs;
        const { P } = await kernels.run(denseKernelGradient(onDevice, chunks), contents, {
          P: chunks * size,
        });
        const sum = reducePartials([{ from: 0, into: 0, size, chunks }], 0);
        const { G } = await kernels.run(sum, { P }, { G: size });
        const real = G.subarray(0, test.inputs * outputs);
        const expected = exactGradients(test);
        expectClose(stripChannels(real, test.outputs), expected.kernel, 'the gradient of the kernel');
        expectClose(G.subarray(real.length), new Float32Array(size - real.length), 'the padding');
        const { dBias } = await kernels.run(biasGradient(onDevice), contents, { dBias: outputs });
        expectClose(stripChannels(dBias, test.outputs), expected.bias, 'the gradient of the bias');
      }),
      { ...RUNS, examples: [[MANY]] },
    );
  });
});
