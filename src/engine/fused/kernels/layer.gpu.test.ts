/**
 * What follows a layer's raw output, forward and backward, as one chain of kernels: statistics, their table, activation, and
 * the way back; on the loss itself, on a smooth piece of it, and in evaluation.
 */
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Normalisation, RUNNING_WEIGHT, type Statistic } from '../../../network/network.ts';
import { type Normalised, normalise, normaliseBackward, normaliseOn } from '../../float64/normalise.ts';
import { choose, maxPool, maxPoolBackward, type Pooled } from '../../float64/pool.ts';
import { type Activation, activate } from './activate.ts';
import { activationGradient, activationGradientSums } from './activationGradient.ts';
import { isKinked, passesWords, signsWords } from './choices.ts';
import { choosePasses, chooseSigns, keepTable } from './choose.ts';
import {
  affineGradientOfExamples,
  finaliseExampleGradient,
  finaliseExampleStatistics,
  finaliseGradient,
  finaliseStatistics,
  tableFromRunning,
  tableOfPiece,
  updateRunning,
} from './finalise.ts';
import { floatsBeforePooling, floatsOfOutput, layerShape, outputSize, pixelsOf } from './shapes.ts';
import { partialRows, statistics } from './statistics.ts';
import { gradientTableFloats, TABLE_ROWS, tableFloats } from './tables.ts';
import {
  Draws,
  exactly,
  expectClose,
  type Floats,
  padChannels,
  printedSeed,
  stripChannels,
  stripHalo,
  TestKernels,
} from './testKernel.ts';

const SEED = printedSeed('layers');
/** Of each normalisation. */
const RUNS = 8;
let kernels: TestKernels;
beforeAll(async () => {
  kernels = await TestKernels.open();
});

interface Layer {
  activation: Activation;
  affine: boolean;
  /** Whether a convolution follows, and whether the layer is one. */
  haloAfter: boolean;
  haloBefore: boolean;
  chunks: number;
  gradientChunks: number;
  seed: number;
}

const sizes = fc.record({
  examples: fc.integer({ min: 1, max: 5 }),
  height: fc.integer({ min: 1, max: 9 }),
  width: fc.integer({ min: 1, max: 9 }),
  channels: fc.oneof(fc.constantFrom(1, 3), fc.integer({ min: 1, max: 9 })),
});
const switches = fc.record({
  pooled: fc.boolean(),
  rectified: fc.boolean(),
  noisy: fc.boolean(),
  stopped: fc.constantFrom(false, false, true),
  affine: fc.boolean(),
  haloAfter: fc.boolean(),
  haloBefore: fc.boolean(),
  group: fc.nat(8),
  chunks: fc.integer({ min: 1, max: 7 }),
  gradientChunks: fc.integer({ min: 1, max: 7 }),
  seed: fc.nat(999),
});

function normalisationOf(
  statistic: Statistic | 'none',
  channels: number,
  { stopped, group }: { stopped: boolean; group: number },
): Normalisation | null {
  if (statistic === 'none') return null;
  const divisors = Array.from({ length: channels }, (_, i) => i + 1).filter((n) => channels % n === 0);
  const groups = statistic === 'group' ? divisors[group % divisors.length]! : 1;
  return { statistic, groups, stopped, overBatch: statistic !== 'layer' && statistic !== 'group' };
}

/** Sets of few elements normalise to what is nearly constant: their gradient is rounding noise, in any arithmetic. */
const LEAST_OF_A_SET = 4;

function layersOf(statistic: Statistic | 'none'): fc.Arbitrary<Layer> {
  return fc
    .tuple(sizes, switches)
    .map(([{ examples, height, width, channels }, drawn]): Layer => {
      const { pooled, noisy, affine, haloAfter, haloBefore, chunks, gradientChunks, seed } = drawn;
      const normalisation = normalisationOf(statistic, channels, drawn);
      const perExample = normalisation?.overBatch === false;
      return {
        activation: {
          shape: layerShape(examples, height, width, channels, pooled),
          ...{ normalisation, noisy, onPiece: false },
          rectified: pooled || drawn.rectified,
        },
        affine: affine && normalisation !== null,
        ...{ haloAfter, haloBefore, seed },
        chunks: perExample ? examples : chunks,
        gradientChunks: perExample ? examples : gradientChunks,
      };
    })
    .filter(({ activation: { shape, normalisation } }) => {
      if (!normalisation) return true;
      const { overBatch, groups } = normalisation;
      const own = (shape.height * shape.width * shape.channels) / groups;
      return (overBatch ? pixelsOf(shape) : own) >= LEAST_OF_A_SET;
    });
}

interface Affine {
  gamma: Floats;
  beta: Floats;
}

/** Raw outputs around a value of each channel's own, in eighths: windows have several maxima, channels several largest. */
function drawNumbers({ activation: { shape }, seed }: Layer) {
  const { channels } = shape;
  const draws = new Draws(seed);
  const [elements, outputs] = [
    pixelsOf(shape) * channels,
    floatsOfOutput({ ...shape, padded: channels }, false),
  ];
  const centres = draws.normals(channels, 2);
  const inEighths = (value: number): number => Math.round(8 * value) / 8;
  const raw = draws.normals(elements).map((value, i) => inEighths(value + centres[i % channels]!));
  const affine: Affine = { gamma: draws.normals(channels), beta: draws.normals(channels) };
  return {
    raw,
    affine,
    incoming: draws.normals(outputs),
    noise: { scale: draws.normals(elements, 0.3, 1), shift: draws.normals(elements, 0.3) },
    /** Another point nearby. */
    moved: {
      raw: draws.normals(elements, 0.05).map((value, i) => value + raw[i]!),
      affine: {
        gamma: draws.normals(channels, 0.1).map((value, i) => value + affine.gamma[i]!),
        beta: draws.normals(channels, 0.1).map((value, i) => value + affine.beta[i]!),
      },
    },
  };
}
type Numbers = ReturnType<typeof drawNumbers>;

/** In float64, as engine/float64/network.ts has it. */
interface Pass {
  raw: Float64Array;
  normalised: Normalised | null;
  /** Before the ReLU. */
  activation: Float64Array;
  pooled: Pooled | null;
  output: Float64Array;
}

const setsShape = ({ shape }: Activation) => ({
  rows: pixelsOf(shape),
  channels: shape.channels,
  pixels: shape.height * shape.width,
});

function exactForward(
  { activation: how, affine }: Layer,
  { noise }: Numbers,
  at: { raw: Floats; affine: Affine },
  there: Pass | null = null,
): Pass {
  const { shape, normalisation } = how;
  const { channels } = shape;
  const raw = exactly(at.raw);
  const kept = there?.normalised && { raw: there.raw, normalised: there.normalised };
  const normalised =
    normalisation &&
    (kept
      ? normaliseOn(normalisation, raw, setsShape(how), kept)
      : normalise(normalisation, raw, setsShape(how)));
  const { gamma, beta } = at.affine;
  const activation = (normalised?.output ?? raw).map((value, i) => {
    const z = affine ? gamma[i % channels]! * value + beta[i % channels]! : value;
    return how.noisy ? noise.scale[i]! * z + noise.shift[i]! : z;
  });
  const decides = (there ?? { activation }).activation;
  const rectified = how.rectified ? activation.map((z, i) => (decides[i]! > 0 ? z : 0)) : activation;
  const pooled = shape.pooled ? poolOf(how, rectified, there) : null;
  return { raw, normalised, activation, pooled, output: pooled?.output ?? rectified };
}

function poolOf({ shape }: Activation, values: Float64Array, there: Pass | null): Pooled {
  if (there?.pooled) return choose(there.pooled, values);
  const { height, width, channels, examples } = shape;
  const layer = {
    ...({ kind: 'convolution', name: 'conv1', pooled: true, normalised: true } as const),
    ...{ height, width, inputs: 1, outputs: channels },
  };
  return maxPool(layer, values, examples);
}

function exactBackward(
  { activation: how, affine }: Layer,
  { noise, incoming }: Numbers,
  { gamma }: Affine,
  pass: Pass,
  there: Pass = pass,
) {
  const { shape, normalisation } = how;
  const { channels } = shape;
  let gradient: Float64Array = exactly(incoming);
  if (pass.pooled) gradient = maxPoolBackward(pass.pooled, gradient, pass.raw.length);
  if (how.rectified) gradient = gradient.map((value, i) => (there.activation[i]! > 0 ? value : 0));
  if (how.noisy) gradient = gradient.map((value, i) => value * noise.scale[i]!);
  const { normalised } = pass;
  if (!normalisation || !normalised) return { raw: gradient, affine: new Float64Array(0) };
  // ∂γ, then ∂β.
  const ofAffine = new Float64Array(2 * channels);
  gradient.forEach((value, i) => {
    ofAffine[i % channels]! += value * normalised.output[i]!;
    ofAffine[channels + (i % channels)]! += value;
  });
  const inner = affine ? gradient.map((value, i) => value * gamma[i % channels]!) : gradient;
  return {
    raw: normaliseBackward(normalisation, pass.raw, normalised, inner, setsShape(how)),
    affine: ofAffine,
  };
}

/** Where the numbers lie that each output is the largest of, in the kernels' order; beyond the edge the last ones again. */
function windowsOf({ shape }: Activation): number[][] {
  const { examples, height, width, channels, pooled } = shape;
  const at = (n: number, y: number, x: number, c: number): number =>
    ((n * height + Math.min(y, height - 1)) * width + Math.min(x, width - 1)) * channels + c;
  const out = outputSize(shape);
  return Array.from({ length: examples * out.height * out.width * channels }, (_, o) => {
    if (!pooled) return [o];
    const [c, pixel] = [o % channels, Math.floor(o / channels)];
    const [x, imageRow] = [2 * (pixel % out.width), Math.floor(pixel / out.width)];
    const [y, n] = [2 * (imageRow % out.height), Math.floor(imageRow / out.height)];
    return [at(n, y, x, c), at(n, y, x + 1, c), at(n, y + 1, x, c), at(n, y + 1, x + 1, c)];
  });
}

/** Numbers so near to one another may change places by rounding, unless they are the same. */
const NEAR = 1e-5;
/** Sets that hardly vary are normalised to rounding noise. */
const LEAST_VARIANCE = 0.01;

/** Whether float32 must choose as float64 does. */
function isDecided(layer: Layer): boolean {
  const { activation: how } = layer;
  const numbers = drawNumbers(layer);
  const { activation, normalised } = exactForward(layer, numbers, numbers);
  const isCentred = how.normalisation && !['l1', 'l2', 'linf'].includes(how.normalisation.statistic);
  if (isCentred && normalised!.statistics.spread.some((variance) => variance < LEAST_VARIANCE)) return false;
  return windowsOf(how).every((window) => {
    const values = window.map((i) => activation[i]!);
    const top = Math.max(...values);
    if (how.rectified && Math.abs(top) <= NEAR && (how.normalisation || top !== 0)) return false;
    return values.every((value) => value === top || top - value > NEAR);
  });
}

/** What a piece of the loss keeps, by the names of its bindings. */
type Choices = Partial<Record<'C' | 'D' | 'F', Floats>>;

/** The layer's numbers as the kernels bind them. */
function contentsOf(
  { activation: { shape } }: Layer,
  { noise, incoming }: Numbers,
  at: { raw: Floats; affine: Affine },
) {
  const { channels } = shape;
  // Noise is none in padded channels.
  const scale = padChannels(
    noise.scale.map((value) => value - 1),
    channels,
  ).map((value) => value + 1);
  return {
    Y: padChannels(at.raw, channels),
    gamma: padChannels(at.affine.gamma, channels),
    beta: padChannels(at.affine.beta, channels),
    S: scale,
    M: padChannels(noise.shift, channels),
    dA: padChannels(incoming, channels),
  };
}
type Contents = ReturnType<typeof contentsOf> & Choices;

async function tableOf({ activation, affine, chunks }: Layer, contents: Contents): Promise<Floats> {
  const { shape, normalisation, onPiece } = activation;
  if (!normalisation) return new Float32Array(4);
  const options = { affine };
  const size = { T: tableFloats(shape, normalisation) };
  if (contents.F) return (await kernels.run(tableOfPiece(shape, normalisation, options), contents, size)).T;
  const { P } = await kernels.run(statistics(shape, normalisation, chunks, onPiece), contents, {
    P: partialRows(normalisation.statistic) * shape.padded * chunks,
  });
  const finalise = normalisation.overBatch
    ? finaliseStatistics(shape, normalisation, chunks, options, onPiece)
    : finaliseExampleStatistics(shape, normalisation, options);
  return (await kernels.run(finalise, { ...contents, P }, size)).T;
}

async function outputOf({ activation, haloAfter }: Layer, contents: Contents, T: Floats): Promise<Floats> {
  const { shape } = activation;
  const size = floatsOfOutput(shape, haloAfter);
  const around = haloAfter ? { A: new Float32Array(size) } : {};
  const { A } = await kernels.run(
    activate(activation, haloAfter),
    { ...contents, T, ...around },
    { A: size },
  );
  return stripChannels(haloAfter ? stripHalo(A, outputSize(shape), shape.padded) : A, shape.channels);
}

/** dY, and dγ with dβ behind where the layer has them. */
async function gradientsOf(layer: Layer, contents: Contents, T: Floats) {
  const { activation, affine, haloBefore } = layer;
  const { shape, normalisation } = activation;
  const size = floatsBeforePooling(shape, haloBefore);
  const { Q, ofAffine } =
    normalisation && (affine || !normalisation.stopped)
      ? await gradientTableOf(layer, normalisation, { ...contents, T })
      : { Q: new Float32Array(4), ofAffine: null };
  const around = haloBefore ? { dY: new Float32Array(size) } : {};
  const source = activationGradient(activation, haloBefore);
  const { dY } = await kernels.run(source, { ...contents, T, Q, ...around }, { dY: size });
  const raw = stripChannels(haloBefore ? stripHalo(dY, shape, shape.padded) : dY, shape.channels);
  return { raw, ofAffine };
}

async function gradientTableOf(
  { activation, affine, gradientChunks: chunks }: Layer,
  normalisation: Normalisation,
  contents: Contents & { T: Floats },
) {
  const { shape } = activation;
  const { padded, channels } = shape;
  const { P } = await kernels.run(activationGradientSums(activation, chunks), contents, {
    P: 2 * padded * chunks,
  });
  const sizes = { Q: gradientTableFloats(shape, normalisation), dGamma: padded, dBeta: padded };
  const given = { ...contents, P };
  const finalise = normalisation.overBatch
    ? finaliseGradient(shape, normalisation, chunks, { affine })
    : finaliseExampleGradient(shape, normalisation, { affine });
  const { Q, ...own } = await kernels.run(finalise, given, sizes);
  if (!affine) return { Q, ofAffine: null };
  const { dGamma, dBeta } = normalisation.overBatch
    ? own
    : await kernels.run(affineGradientOfExamples(shape, normalisation), given, sizes);
  return { Q, ofAffine: [...stripChannels(dGamma, channels), ...stripChannels(dBeta, channels)] };
}

/** Mean and spread of a layer that normalises over the minibatch, as its table has them. */
function expectStatistics({ activation: { shape, normalisation } }: Layer, T: Floats, pass: Pass): void {
  if (!normalisation?.overBatch) return;
  const { mean, spread } = pass.normalised!.statistics;
  for (const [name, exact] of Object.entries({ mean, spread })) {
    const start = TABLE_ROWS.indexOf(name as 'mean' | 'spread') * shape.padded;
    expectClose(stripChannels(T.slice(start, start + shape.padded), shape.channels), exact, `the ${name}`);
  }
}

const EVERY = ['none', 'batch', 'l1', 'l2', 'linf', 'layer', 'group'] as const;

describe.each(EVERY)('a layer with normalisation %s equals float64', (statistic) => {
  const layers = layersOf(statistic).filter(isDecided);
  // The same cases on the loss and on its pieces: most kernels are compiled once.
  const runs = { numRuns: RUNS, seed: SEED + EVERY.indexOf(statistic) };

  it('forward and backward', async () => {
    await fc.assert(
      fc.asyncProperty(layers, async (layer) => {
        const numbers = drawNumbers(layer);
        const contents = contentsOf(layer, numbers, numbers);
        const pass = exactForward(layer, numbers, numbers);
        const T = await tableOf(layer, contents);
        expectStatistics(layer, T, pass);
        expectClose(await outputOf(layer, contents, T), pass.output, 'the output');
        const exact = exactBackward(layer, numbers, numbers.affine, pass);
        const { raw, ofAffine } = await gradientsOf(layer, contents, T);
        expectClose(raw, exact.raw, 'the gradient of the raw output');
        if (ofAffine) expectClose(ofAffine, exact.affine, 'the gradient of γ and β');
      }),
      runs,
    );
  });

  it('on a smooth piece of the loss, forward and backward', async () => {
    await fc.assert(
      fc.asyncProperty(layers, async (layer) => {
        const numbers = drawNumbers(layer);
        const there = exactForward(layer, numbers, numbers);
        const choices = await choicesOf(layer, contentsOf(layer, numbers, numbers), there);
        const { moved } = numbers;
        const kept = { ...layer, activation: { ...layer.activation, onPiece: true } };
        const contents = { ...contentsOf(layer, numbers, moved), ...choices };
        const pass = exactForward(layer, numbers, moved, there);
        const T = await tableOf(kept, contents);
        expectStatistics(layer, T, pass);
        expectClose(await outputOf(kept, contents, T), pass.output, 'the output');
        const exact = exactBackward(layer, numbers, moved.affine, pass, there);
        const { raw, ofAffine } = await gradientsOf(kept, contents, T);
        expectClose(raw, exact.raw, 'the gradient of the raw output');
        if (ofAffine) expectClose(ofAffine, exact.affine, 'the gradient of γ and β');
      }),
      runs,
    );
  });
});

/** What a layer chooses, which must be what it chooses in float64. */
async function choicesOf(layer: Layer, contents: Contents, there: Pass): Promise<Choices> {
  const { activation: how } = layer;
  const { shape, normalisation, rectified } = how;
  const T = await tableOf(layer, contents);
  const choices: Choices = {};
  if (rectified) {
    const source = choosePasses(how);
    choices.C = (await kernels.run(source, { ...contents, T }, { C: passesWords(shape) })).C;
    const codes = windowsOf(how).map((window) => {
      const values = window.map((i) => there.activation[i]!);
      const top = Math.max(...values);
      return top > 0 ? 1 + values.indexOf(top) : 0;
    });
    expect(codesOf(choices.C, shape.channels), 'what the outputs pass').toEqual(codes);
  }
  if (normalisation && isKinked(normalisation)) {
    const source = chooseSigns(shape, normalisation);
    choices.D = (await kernels.run(source, { ...contents, T }, { D: signsWords(shape) })).D;
    const { spread } = there.normalised!.statistics;
    const codes = Array.from(there.raw, (value, i) => {
      const counts = normalisation.statistic === 'l1' || Math.abs(value) === spread[i % shape.channels];
      return counts && value !== 0 ? (value > 0 ? 1 : 2) : 0;
    });
    expect(codesOf(choices.D, shape.channels), 'the signs').toEqual(codes);
  }
  if (normalisation?.stopped) {
    const { F } = await kernels.run(keepTable(shape, normalisation), { T }, { F: T.length });
    expect(F).toEqual(T);
    choices.F = F;
  }
  return choices;
}

/** Codes of the real channels, four bytes to a word on the device; those of padded ones are 0. */
function codesOf(words: Floats, channels: number): number[] {
  const bytes = Float32Array.from(new Uint8Array(words.buffer, words.byteOffset, 4 * words.length));
  return [...stripChannels(bytes, channels)];
}

const OVER_BATCH = ['batch', 'l1', 'l2', 'linf'] as const;

describe('running statistics equal float64', () => {
  it('in evaluation, without noise', async () => {
    const layers = fc.constantFrom(...OVER_BATCH).chain(layersOf);
    await fc.assert(
      fc.asyncProperty(layers, async (layer) => {
        const { shape, normalisation } = layer.activation;
        const { channels } = shape;
        const numbers = drawNumbers(layer);
        const draws = new Draws(layer.seed + 1000);
        const [mean, spread] = [draws.normals(channels, 2), draws.normals(channels).map((z) => 0.3 + z * z)];
        const contents = {
          ...contentsOf(layer, numbers, numbers),
          running: Float32Array.of(...padChannels(mean, channels), ...padChannels(spread, channels)),
        };
        const how = { ...layer.activation, noisy: false };
        const source = tableFromRunning(shape, normalisation!, layer);
        const size = { T: tableFloats(shape, normalisation!) };
        const { T } = await kernels.run(source, contents, size);
        const given = { mean: exactly(mean), spread: exactly(spread) };
        const { output } = normalise(normalisation!, exactly(numbers.raw), setsShape(how), given);
        const { gamma, beta } = numbers.affine;
        const values = output.map((value, i) => {
          const z = layer.affine ? gamma[i % channels]! * value + beta[i % channels]! : value;
          return how.rectified ? Math.max(z, 0) : z;
        });
        const expected = shape.pooled ? poolOf(how, values, null).output : values;
        expectClose(await outputOf({ ...layer, activation: how }, contents, T), expected, 'the output');
      }),
      { numRuns: 8, seed: SEED },
    );
  });

  it('when they follow the minibatch, in all layers at once', async () => {
    const widths = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(widths, fc.nat(999), async (vectors, seed) => {
        let [table, running] = [0, 0];
        const parts = vectors.map((each) => {
          const part = { table, running, padded: 4 * each };
          table += 64 * Math.ceil((TABLE_ROWS.length * part.padded) / 64);
          running += 64 * Math.ceil((2 * part.padded) / 64);
          return part;
        });
        const draws = new Draws(seed);
        const [T, before] = [draws.normals(table), draws.normals(running)];
        const exact = exactly(before);
        for (const part of parts)
          for (let i = 0; i < 2 * part.padded; i++) {
            const name = i < part.padded ? 'mean' : 'spread';
            const now = T[part.table + TABLE_ROWS.indexOf(name) * part.padded + (i % part.padded)]!;
            exact[part.running + i]! += RUNNING_WEIGHT * (now - exact[part.running + i]!);
          }
        const contents = { T, running: before };
        const after = await kernels.run(updateRunning(parts), contents, { running });
        expectClose(after.running, exact, 'the running statistics');
      }),
      { numRuns: 8, seed: SEED },
    );
  });
});
