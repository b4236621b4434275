/**
 * Which tiles a shape can run with. All tiles of a kernel add in the same order, so the choice among them changes its
 * speed, never its numbers; whatever does change the order (chunk counts) follows from the shape and the kind of device.
 */
import type { ConvolutionShape, ConvolutionTile } from './kernels/convolution.ts';
import { channelsTogether, type TogetherTile } from './kernels/convolutionTogether.ts';
import { type KernelGradientTile, kernelGradientTileFits } from './kernels/kernelGradient.ts';
import { convolutionFlops } from './kernels/shapes.ts';
import { divisorUpTo } from './kernels/wgsl.ts';

/** What the device is good at; a software adapter wants few threads with much work each. */
export interface DeviceTraits {
  software: boolean;
  subgroups: boolean;
  /** Operations of one slice of a dispatch, in place of what suits the kind of device. */
  sliceFlops?: number;
}

/** Below 100 ms at 0.8 GFLOP/s, a software adapter whose cores are busy with other things, and at 20 GFLOP/s on a weak GPU. */
const SLICE_FLOPS = { software: 8e7, hardware: 2e9 };

/** Most operations of one slice of a dispatch. */
export const sliceFlops = ({ software, sliceFlops: own }: DeviceTraits): number =>
  own ?? (software ? SLICE_FLOPS.software : SLICE_FLOPS.hardware);

/** Kernels whose tile is chosen by measurement. */
export type TiledKind = 'convolution' | 'input gradient' | 'kernel gradient';

export interface TileChoice {
  convolution(shape: ConvolutionShape): ConvolutionTile;
  inputGradient(shape: ConvolutionShape): ConvolutionTile;
  kernelGradient(shape: ConvolutionShape): KernelGradientTile;
}

/** Output channels of a thread: as many as divide the outputs. */
const channelsOf = (outputs: number, most: number): number => 4 * divisorUpTo(outputs / 4, most / 4);

/** A window of at most `most` pixels: columns that share a row evenly, and as many rows as there is room for. */
function windowSize({ height, width }: ConvolutionShape, most: number): { rows: number; columns: number } {
  const columns = Math.ceil(width / Math.ceil(width / most));
  return { rows: Math.min(height, Math.floor(most / columns)), columns };
}

/** Windows of fewer pixels save too little. */
const LEAST_WINDOW_PIXELS = 6;

/**
 * The tiles of a convolution that fit a shape, the likely best first, the plainest last. A software adapter wants many sums
 * for what it loads; a GPU wants many threads, and for wide layers perhaps workgroups that share
 * what they load. A software adapter's barriers are too slow for that (docs/performance.md).
 */
export function convolutionTiles(
  shape: ConvolutionShape,
  { software, subgroups }: DeviceTraits,
): ConvolutionTile[] {
  const channels = (most: number): number => channelsOf(shape.outputs, most);
  const run = (pixels: number, most: number) => ({ pixels, channels: channels(most) });
  const window = (pixels: number, most: number) => ({
    ...windowSize(shape, pixels),
    channels: channels(most),
  });
  const { rows, columns } = windowSize(shape, 8);
  const isWide = rows * columns >= LEAST_WINDOW_PIXELS;
  const sums = 256 / channels(16);
  const windows = isWide ? [window(sums, 16), window(sums, 32)] : [];
  const quads = software
    ? [...windows, run(8, 16), run(8, 8), run(4, 16)].slice(0, MOST_SOFTWARE_QUADS)
    : [run(4, 8), run(8, 8), run(8, 16), ...(isWide ? [window(4, 8), window(8, 8)] : [])];
  const plain = software
    ? [...(isWide ? [window(8, 8)] : []), run(8, 8), run(10, 8), run(4, 8)]
    : [run(4, 8), ...(isWide ? [window(4, 4)] : []), run(8, 4), run(8, 8), run(4, 4)];
  const tiles = (sizes: typeof quads, quad: boolean): ConvolutionTile[] =>
    unique(sizes).map((size) => ({ ...size, quad }));
  const [likely, ...others] = tiles(plain, false);
  const together = software ? [] : tilesTogether(shape);
  if (!subgroups) return [likely!, ...together, ...others];
  // On a software adapter sharing always pays; the plain tile is there for comparison.
  return [...tiles(quads, true), ...together, likely!, ...(software ? [] : others)];
}

/** Tiles of workgroups that share what they load. */
const tilesTogether = ({ outputs }: ConvolutionShape): TogetherTile[] =>
  [8, 4]
    .map((channels) => ({ together: true as const, channels, quad: false as const }))
    .filter((tile) => outputs % channelsTogether(tile) === 0);

/** Every candidate costs seconds of calibration on a software adapter. */
const MOST_SOFTWARE_QUADS = 3;

function unique<T>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

/** The most columns, up to `most`, whose last one lies at most in the halo. */
function columnsWithHalo(width: number, most: number): number {
  let columns = Math.min(most, width);
  while (Math.ceil(width / columns) * columns > width + 1) columns--;
  return columns;
}

/** The tiles of a kernel gradient that fit a shape, the likely best first. */
export function kernelGradientTiles(
  shape: ConvolutionShape,
  { software, subgroups }: DeviceTraits,
): KernelGradientTile[] {
  const row = columnsWithHalo(shape.width, 8);
  const tile = (columns: number, channels: number, inputBlocks: number, rows: 1 | 3 = 1) => ({
    ...{ columns, channels, inputBlocks, rows },
  });
  const likely = software
    ? [tile(row, 8, 2, 3), tile(row, 4, 2, 3), tile(row, 8, 1, 3), tile(row, 4, 1, 3), tile(1, 4, 1)]
    : [tile(2, 8, 1), tile(2, 4, 1), tile(1, 8, 1), tile(2, 8, 2), tile(row, 4, 1), tile(1, 4, 1)];
  const sizes = unique(likely);
  const fitting = (quad: boolean): KernelGradientTile[] =>
    sizes.map((size) => ({ ...size, quad })).filter((each) => kernelGradientTileFits(each, shape));
  const [plain, quads] = [fitting(false), subgroups ? fitting(true) : []];
  if (!software || quads.length === 0) return [...quads, ...plain];
  return [...quads.slice(0, MOST_SOFTWARE_QUADS), plain.at(-1)!];
}

/** Partial sums of one kernel gradient take at most this many floats. */
const MOST_PARTIAL_FLOATS = 4 << 20;
/** Numbers of the kernel's gradient that a thread sums in a small tile; the largest have six times as many. */
const NUMBERS_PER_THREAD = 96;

/** Chunks of a convolution's kernel gradient: enough threads for the device, at most one an image row. */
export function kernelGradientChunks(shape: ConvolutionShape, { software }: DeviceTraits): number {
  const { examples, height, inputs, outputs } = shape;
  const size = 9 * inputs * outputs;
  // Enough threads for every slice.
  const threads = software ? 192 * Math.ceil(convolutionFlops(shape) / SLICE_FLOPS.software) : 8192;
  const wanted = Math.ceil(threads / Math.max(1, size / NUMBERS_PER_THREAD));
  return Math.max(1, Math.min(wanted, examples * height, Math.floor(MOST_PARTIAL_FLOATS / size)));
}

/** The same for images with one channel, where a thread holds all nine taps of up to eight channels. */
export function oneChannelChunks({ examples, height }: ConvolutionShape, { software }: DeviceTraits): number {
  return Math.min(software ? 128 : 2048, examples * height);
}

/** Chunks of a sum over pixels, for each of `vectors` channel vectors. */
export function sumChunks(pixels: number, vectors: number, { software }: DeviceTraits): number {
  return Math.max(1, Math.min(Math.ceil(pixels / 4), Math.floor((software ? 512 : 4096) / vectors)));
}

/** Pixels of a thread in the first layer of images with one channel. */
export function oneChannelTile({ height, width }: ConvolutionShape): { rows: number; columns: number } {
  return { rows: Math.min(2, height), columns: width % 7 === 0 ? 7 : Math.min(8, width) };
}

/** Pixels of an iteration of the first layer's kernel gradient. */
export const oneChannelColumns = (width: number): number => columnsWithHalo(width, 8);

/** The input gradient's shape as a convolution: inputs and outputs trade places. */
export const turned = (shape: ConvolutionShape): ConvolutionShape => ({
  ...shape,
  inputs: shape.outputs,
  outputs: shape.inputs,
});

/** Tiles that are likely to be good, without measuring. */
export function likelyTiles(traits: DeviceTraits): TileChoice {
  return {
    convolution: (shape) => convolutionTiles(shape, traits)[0]!,
    inputGradient: (shape) => convolutionTiles(turned(shape), traits)[0]!,
    kernelGradient: (shape) => kernelGradientTiles(shape, traits)[0]!,
  };
}
