/** Two layers of a deep linear network, forward and backward, with the finalising of their sums in between. */
import * as fc from 'fast-check';
import { beforeAll, it } from 'vitest';
import type { Normalisation } from '../../../network/network.ts';
import { multiply, multiplyBackward } from '../../float64/dense.ts';
import { type Normalised, normalise, normaliseBackward } from '../../float64/normalise.ts';
import { activationGradientSums } from './activationGradient.ts';
import {
  type DeepLinearLayer,
  deepLinearBackward,
  deepLinearForward,
  deepLinearSumsFloats,
} from './deepLinear.ts';
import { finaliseGradient, finaliseStatistics } from './finalise.ts';
import { reducePartials } from './reducePartials.ts';
import { layerShape } from './shapes.ts';
import { gradientTableFloats, tableFloats } from './tables.ts';
import {
  Draws,
  exactly,
  expectClose,
  type Floats,
  padChannels,
  printedSeed,
  stripChannels,
  TestKernels,
} from './testKernel.ts';
import { roundUp } from './wgsl.ts';

const RUNS = { numRuns: 12, seed: printedSeed('deep linear layers') };
let kernels: TestKernels;
beforeAll(async () => {
  kernels = await TestKernels.open();
});

const normalisations: fc.Arbitrary<Normalisation | null> = fc.option(
  fc.record({
    statistic: fc.constantFrom('batch', 'l1', 'l2', 'linf'),
    groups: fc.constant(1),
    stopped: fc.boolean(),
    overBatch: fc.constant(true),
  }),
  { freq: 4 },
);
/** What is normalised does not change with the length of its kernel: of one input or two, little of the gradient is left. */
const widths = fc.integer({ min: 3, max: 16 });
const cases = fc.record({
  examples: fc.integer({ min: 9, max: 41 }),
  widths: fc.tuple(widths, widths, widths),
  normalisations: fc.tuple(normalisations, normalisations),
  chunks: fc.integer({ min: 1, max: 11 }),
  vectors: fc.constantFrom<DeepLinearLayer['vectors']>('one', 'all'),
  seed: fc.nat(999),
});
type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

interface LayerNumbers {
  inputs: number;
  outputs: number;
  normalisation: Normalisation | null;
  kernel: Floats;
  gamma: Floats;
  beta: Floats;
}

function drawNumbers({ examples, widths, normalisations, seed }: Case) {
  const draws = new Draws(seed);
  const layer = (index: 0 | 1): LayerNumbers => {
    const [inputs, outputs] = [widths[index], widths[index + 1]!];
    return {
      ...{ inputs, outputs, normalisation: normalisations[index] },
      kernel: draws.normals(inputs * outputs, 1 / Math.sqrt(inputs)),
      gamma: draws.normals(outputs, 0.3, 1),
      beta: draws.normals(outputs),
    };
  };
  return {
    x: draws.normals(examples * widths[0], 1, 0.3),
    layers: [layer(0), layer(1)] as const,
    /** Of the second layer's normalised output. */
    gradient: draws.normals(examples * widths[2]),
  };
}

const denseOf = ({ inputs, outputs }: LayerNumbers) => ({
  ...({ kind: 'dense', name: 'dense1', inputs, outputs } as const),
  ...{ normalised: true, rectified: false, biased: false },
});

function exactForward(layer: LayerNumbers, input: Float64Array, examples: number) {
  const { normalisation, outputs, gamma, beta, kernel } = layer;
  const raw = multiply(denseOf(layer), input, exactly(kernel), null, examples);
  if (!normalisation) return { input, raw, normalised: null, z: raw };
  const normalised = normalise(normalisation, raw, { rows: examples, channels: outputs, pixels: 1 });
  const z = normalised.output.map((value, i) => gamma[i % outputs]! * value + beta[i % outputs]!);
  return { input, raw, normalised, z };
}

/** From the gradient of z to those of the input, the kernel, and γ with β behind. */
function exactBackward(
  layer: LayerNumbers,
  { input, raw, normalised }: { input: Float64Array; raw: Float64Array; normalised: Normalised | null },
  gradient: Float64Array,
  examples: number,
) {
  const { normalisation, outputs, gamma } = layer;
  const affine = new Float64Array(2 * outputs);
  let ofRaw = gradient;
  if (normalisation && normalised) {
    gradient.forEach((value, i) => {
      affine[i % outputs]! += value * normalised.output[i]!;
      affine[outputs + (i % outputs)]! += value;
    });
    const inner = gradient.map((value, i) => value * gamma[i % outputs]!);
    const shape = { rows: examples, channels: outputs, pixels: 1 };
    ofRaw = normaliseBackward(normalisation, raw, normalised, inner, shape);
  }
  const kernel = new Float64Array(layer.kernel.length);
  const back = multiplyBackward(denseOf(layer), input, exactly(layer.kernel), ofRaw, kernel, null, examples);
  return { input: back, kernel, affine };
}

/** One layer on the device. */
class OnDevice {
  readonly layer: DeepLinearLayer;
  private readonly numbers: LayerNumbers;
  private readonly contents: Record<'K' | 'gamma' | 'beta', Floats>;
  private readonly chunks: number;

  constructor(numbers: LayerNumbers, before: LayerNumbers | null, { examples, chunks, vectors }: Case) {
    const { inputs, outputs, normalisation, kernel, gamma, beta } = numbers;
    this.numbers = numbers;
    this.chunks = chunks;
    this.layer = {
      ...{ examples, chunks, vectors },
      inputs: roundUp(inputs, 4),
      outputs: roundUp(outputs, 4),
      before: (before?.normalisation ?? null) !== null,
      own: normalisation,
    };
    const K = new Float32Array(this.layer.inputs * this.layer.outputs);
    K.set(padChannels(kernel, outputs));
    this.contents = { K, gamma: padChannels(gamma, outputs), beta: padChannels(beta, outputs) };
  }

  private get shape() {
    return layerShape(this.layer.examples, 1, 1, this.numbers.outputs, false);
  }

  /** Y and the table. T: that of the layer before. */
  async forward(X: Floats, T: Floats): Promise<{ Y: Floats; T: Floats }> {
    const { layer, numbers, chunks, shape } = this;
    const { normalisation } = numbers;
    const sizes = { Y: layer.examples * layer.outputs, P: deepLinearSumsFloats(layer) };
    const source = deepLinearForward(layer, normalisation?.statistic ?? null);
    const { Y, P } = await kernels.run(source, { ...this.contents, X, T }, sizes);
    if (!normalisation) return { Y, T };
    const finalise = finaliseStatistics(shape, normalisation, chunks, { affine: true });
    const size = { T: tableFloats(shape, normalisation) };
    return { Y, ...(await kernels.run(finalise, { ...this.contents, P, Y }, size)) };
  }

  /** The table of the backward pass, and dγ with dβ behind, from the sums P. */
  async gradientTable(P: Floats, T: Floats): Promise<{ Q: Floats; affine: number[] }> {
    const { numbers, chunks, shape } = this;
    const { normalisation, outputs } = numbers;
    const { padded } = shape;
    const source = finaliseGradient(shape, normalisation!, chunks, { affine: true });
    const sizes = { dGamma: padded, dBeta: padded, Q: gradientTableFloats(shape, normalisation!) };
    const { dGamma, dBeta, Q } = await kernels.run(source, { P, T }, sizes);
    return { Q, affine: [...stripChannels(dGamma, outputs), ...stripChannels(dBeta, outputs)] };
  }

  /** Sums of the gradient of z, as the layer behind takes them on its way. */
  async sumsOf(D: Floats, Y: Floats, T: Floats): Promise<Floats> {
    const activation = {
      ...{ shape: this.shape, normalisation: this.numbers.normalisation },
      ...{ noisy: false, rectified: false, onPiece: false },
    };
    const source = activationGradientSums(activation, this.chunks);
    return (await kernels.run(source, { dA: D, Y, T }, { P: 2 * this.layer.outputs * this.chunks })).P;
  }

  /** dX unless the layer is the first; the kernel's gradient; the sums P of the layer before. T: its table. */
  async backward(D: Floats, own: { Y: Floats; Q: Floats }, X: Floats, T: Floats, isFirst: boolean) {
    const { layer, numbers, chunks } = this;
    const { examples, inputs, outputs } = layer;
    const [sums, size] = [deepLinearSumsFloats(layer), inputs * outputs];
    const sizes = { P: sums + chunks * size, dX: examples * inputs };
    const contents = { ...this.contents, D, ...own, X, T };
    const { P, dX } = await kernels.run(deepLinearBackward(layer, isFirst), contents, sizes);
    const sum = reducePartials([{ from: sums, into: 0, size, chunks }], 0);
    const { G } = await kernels.run(sum, { P }, { G: size });
    const real = stripChannels(G.subarray(0, numbers.inputs * outputs), numbers.outputs);
    return { dX, kernel: real, P };
  }
}

/** For bindings of tables that a layer does not have. */
const NO_TABLE = new Float32Array(4);

it('layers of a deep linear network equal float64, forward and backward', async () => {
  await fc.assert(
    fc.asyncProperty(cases, async (test) => {
      const { examples } = test;
      const { x, layers, gradient } = drawNumbers(test);
      const passes = [exactForward(layers[0], exactly(x), examples)];
      passes.push(exactForward(layers[1], passes[0]!.z, examples));
      const second = exactBackward(layers[1], passes[1]!, exactly(gradient), examples);
      const first = exactBackward(layers[0], passes[0]!, second.input, examples);

      const [one, two] = [new OnDevice(layers[0], null, test), new OnDevice(layers[1], layers[0], test)];
      const X = padChannels(x, test.widths[0]);
      const D = padChannels(gradient, test.widths[2]);
      const a = await one.forward(X, NO_TABLE);
      const b = await two.forward(a.Y, a.T);
      expectClose(stripChannels(a.Y, test.widths[1]), passes[0]!.raw, 'the first raw output');
      expectClose(stripChannels(b.Y, test.widths[2]), passes[1]!.raw, 'the second raw output');

      let Q = NO_TABLE;
      if (layers[1].normalisation) {
        const table = await two.gradientTable(await two.sumsOf(D, b.Y, b.T), b.T);
        expectClose(table.affine, second.affine, 'the gradient of the second γ and β');
        Q = table.Q;
      }
      const backTwo = await two.backward(D, { Y: b.Y, Q }, a.Y, a.T, false);
      expectClose(backTwo.kernel, second.kernel, 'the gradient of the second kernel');
      expectClose(stripChannels(backTwo.dX, test.widths[1]), second.input, 'the gradient of the input');
      Q = NO_TABLE;
      if (layers[0].normalisation) {
        const table = await one.gradientTable(backTwo.P, a.T);
        expectClose(table.affine, first.affine, 'the gradient of the first γ and β');
        Q = table.Q;
      }
      const backOne = await one.backward(backTwo.dX, { Y: a.Y, Q }, X, NO_TABLE, true);
      expectClose(backOne.kernel, first.kernel, 'the gradient of the first kernel');
    }),
    RUNS,
  );
});
