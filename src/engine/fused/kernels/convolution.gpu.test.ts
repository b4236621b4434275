import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ConvolutionLayer } from '../../../experiment/architecture.ts';
import { convolve, convolveBackward } from '../../float64/convolution.ts';
import { normals, relativeError } from '../../testNetworks.ts';
import { openTestDevice, runKernel } from '../testDevice.ts';
import {
  convolutionTiles,
  kernelGradientChunks,
  kernelGradientTiles,
  oneChannelChunks,
  oneChannelColumns,
  oneChannelTile,
  turned,
} from '../tiles.ts';
import { type ConvolutionShape, convolution, convolutionInputGradient } from './convolution.ts';
import { convolutionOfOneChannel } from './convolutionOfOneChannel.ts';
import { kernelGradient, kernelGradientOfOneChannel } from './kernelGradient.ts';
import { reducePartials } from './reducePartials.ts';
import { printedSeed } from './testKernel.ts';

const TOLERANCE = 1e-5;
const RUNS = { numRuns: 12, seed: printedSeed('convolutions', 2018) };
/** As wide as workgroups that work together need, with pixels that do not fill the last one. */
const WIDE: ConvolutionShape = { examples: 3, height: 5, width: 7, inputs: 8, outputs: 64 };
let device: GPUDevice;
beforeAll(async () => {
  device = await openTestDevice();
});

const shapes = fc.record({
  examples: fc.integer({ min: 1, max: 5 }),
  height: fc.integer({ min: 1, max: 12 }),
  width: fc.integer({ min: 1, max: 17 }),
  inputs: fc.integer({ min: 1, max: 8 }).map((n) => 4 * n),
  outputs: fc.integer({ min: 1, max: 8 }).map((n) => 4 * n),
});

const layerOf = ({ height, width, inputs, outputs }: ConvolutionShape): ConvolutionLayer => ({
  kind: 'convolution',
  name: 'conv1',
  ...{ height, width, inputs, outputs },
  pooled: false,
  normalised: true,
});

/** [n, H, W, C] with a halo of zeros. */
function withHalo(
  values: Float32Array,
  { examples, height, width }: ConvolutionShape,
  channels: number,
): Float32Array<ArrayBuffer> {
  const result = new Float32Array(examples * (height + 2) * (width + 2) * channels);
  for (let n = 0; n < examples; n++)
    for (let y = 0; y < height; y++) {
      const row = values.subarray(
        (n * height + y) * width * channels,
        (n * height + y + 1) * width * channels,
      );
      result.set(row, ((n * (height + 2) + y + 1) * (width + 2) + 1) * channels);
    }
  return result;
}

function numbers(shape: ConvolutionShape) {
  const pixels = shape.examples * shape.height * shape.width;
  const x = normals(pixels * shape.inputs, 1);
  const kernel = normals(9 * shape.inputs * shape.outputs, 2);
  const gradient = normals(pixels * shape.outputs, 3);
  const exactKernelGradient = new Float64Array(kernel.length);
  const [x64, kernel64, gradient64] = [x, kernel, gradient].map((values) => Float64Array.from(values));
  const layer = layerOf(shape);
  const exactInputGradient = convolveBackward(
    layer,
    x64!,
    kernel64!,
    gradient64!,
    exactKernelGradient,
    shape.examples,
  );
  return {
    x: withHalo(x, shape, shape.inputs),
    kernel,
    gradient: withHalo(gradient, shape, shape.outputs),
    exact: convolve(layer, x64!, kernel64!, shape.examples),
    exactInputGradient,
    exactKernelGradient,
  };
}

const everyTrait = [
  { software: true, subgroups: true },
  { software: false, subgroups: true },
];

/** Runs every tile; all must agree with float64, and with one another to the last bit. */
async function expectSameBits<Tile>(
  tiles: Tile[],
  run: (tile: Tile) => Promise<Float32Array>,
  exact: Float64Array,
): Promise<void> {
  const plain = await run(tiles.at(-1)!);
  expect(relativeError(plain, exact)).toBeLessThan(TOLERANCE);
  for (const tile of tiles) expect(await run(tile), JSON.stringify(tile)).toEqual(plain);
}

const distinct = <T>(items: T[]): T[] => [
  ...new Map(items.map((item) => [JSON.stringify(item), item])).values(),
];

describe('every tile equals float64, and every other tile bit for bit', () => {
  it('convolution', async () => {
    expect(device.features.has('subgroups')).toBe(true);
    await fc.assert(
      fc.asyncProperty(shapes, async (shape) => {
        const { x, kernel, exact } = numbers(shape);
        await expectSameBits(
          distinct(everyTrait.flatMap((traits) => convolutionTiles(shape, traits))),
          (tile) => runKernel(device, convolution(shape, tile), [x, kernel], exact.length),
          exact,
        );
      }),
      { ...RUNS, examples: [[WIDE]] },
    );
  });

  it('gradient of the input', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async (shape) => {
        const { gradient, kernel, exactInputGradient } = numbers(shape);
        await expectSameBits(
          distinct(everyTrait.flatMap((traits) => convolutionTiles(turned(shape), traits))),
          (tile) =>
            runKernel(
              device,
              convolutionInputGradient(shape, tile),
              [gradient, kernel],
              exactInputGradient.length,
            ),
          exactInputGradient,
        );
      }),
      { ...RUNS, examples: [[turned(WIDE)]] },
    );
  });

  it('gradient of the kernel, summed over its chunks', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async (shape) => {
        const { x, gradient, exactKernelGradient } = numbers(shape);
        const size = exactKernelGradient.length;
        for (const traits of everyTrait) {
          const chunks = kernelGradientChunks(shape, traits);
          const run = async (tile: Parameters<typeof kernelGradient>[1]) => {
            const source = kernelGradient(shape, tile, chunks);
            const partials = await runKernel(device, source, [x, gradient], chunks * size);
            const sum = reducePartials([{ from: 0, into: 0, size, chunks }], 0);
            return runKernel(device, sum, [Float32Array.from(partials)], size);
          };
          await expectSameBits(kernelGradientTiles(shape, traits), run, exactKernelGradient);
        }
      }),
      RUNS,
    );
  });
});

describe('the first layer of images with one channel equals float64', () => {
  const oneChannel = shapes.map((shape) => ({ ...shape, inputs: 1 }));

  it('forward', async () => {
    await fc.assert(
      fc.asyncProperty(oneChannel, async (shape) => {
        const { x, kernel, exact } = numbers(shape);
        const source = convolutionOfOneChannel(shape, oneChannelTile(shape), 5);
        expect(relativeError(await runKernel(device, source, [x, kernel], exact.length), exact)).toBeLessThan(
          TOLERANCE,
        );
      }),
      RUNS,
    );
  });

  it('gradient of the kernel', async () => {
    await fc.assert(
      fc.asyncProperty(oneChannel, async (shape) => {
        const { x, gradient, exactKernelGradient } = numbers(shape);
        const chunks = oneChannelChunks(shape, everyTrait[0]!);
        const size = exactKernelGradient.length;
        const source = kernelGradientOfOneChannel(shape, oneChannelColumns(shape.width), chunks);
        const partials = await runKernel(device, source, [x, gradient], chunks * size);
        const sum = reducePartials([{ from: 0, into: 0, size, chunks }], 0);
        const result = await runKernel(device, sum, [Float32Array.from(partials)], size);
        expect(relativeError(result, exactKernelGradient)).toBeLessThan(TOLERANCE);
      }),
      RUNS,
    );
  });
});
