/**
 * Which tiles a shape can run with. All tiles of a kernel add in the same order, so the choice among them changes its
 * speed, never its numbers; whatever does change the order (chunk counts) follows from the shape and the kind of device.
 */
import type { ConvolutionShape, ConvolutionTile } from './kernels/convolution.ts';
import { type KernelGradientTile, kernelGradientTileFits } from './kernels/kernelGradient.ts';
import { divisorUpTo } from './kernels/wgsl.ts';

/** What the device is good at; a software adapter wants few threads with much work each. */
export interface DeviceTraits {
  software: boolean;
  subgroups: boolean;
}

/** Kernels whose tile is chosen by measurement. */
export type TiledKind = 'convolution' | 'input gradient' | 'kernel gradient';

export interface TileChoice {
  convolution(shape: ConvolutionShape): ConvolutionTile;
  inputGradient(shape: ConvolutionShape): ConvolutionTile;
  kernelGradient(shape: ConvolutionShape): KernelGradientTile;
}

/** Output channels of a thread: as many as divide the outputs. */
const channelsOf = (outputs: number, most: number): number => 4 * divisorUpTo(outputs / 4, most / 4);

/**
 * The tiles of a convolution that fit a shape, the likely best first, the plainest last. A software adapter wants many sums in
 * registers, just short of spilling; a GPU wants many threads.
 */
export function convolutionTiles(
  { outputs }: ConvolutionShape,
  { software, subgroups }: DeviceTraits,
): ConvolutionTile[] {
  const tiles = (sizes: [number, number][], quad: boolean): ConvolutionTile[] =>
    unique(sizes.map(([pixels, most]) => ({ pixels, channels: channelsOf(outputs, most), quad })));
  const quads: [number, number][] = software
    ? [
        [8, 16],
        [8, 8],
        [4, 16],
      ]
    : [
        [4, 8],
        [8, 8],
        [8, 16],
      ];
  const plain: [number, number][] = software
    ? [
        [8, 8],
        [10, 8],
        [4, 8],
      ]
    : [
        [4, 8],
        [8, 4],
        [8, 8],
        [4, 4],
      ];
  if (!subgroups) return tiles(plain, false);
  const shared = tiles(quads, true).filter(quadFits);
  // On a software adapter sharing always pays; the plain tile is there for comparison.
  return [...shared, ...tiles(software && shared.length > 0 ? plain.slice(0, 1) : plain, false)];
}

/** Four lanes share the weights of one, two or four output vectors evenly. */
const quadFits = ({ channels }: ConvolutionTile): boolean => [4, 8, 16].includes(channels);

/** Columns of a tile: the whole row if it is short, else the largest divisor of the width, else a part that leaves a rest. */
function divisorOrWhole(width: number, most: number): number {
  if (width <= most) return width;
  const divisor = divisorUpTo(width, most);
  return divisor >= most / 2 ? divisor : most;
}

function unique<T>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

/** The tiles of a kernel gradient that fit a shape, the likely best first. */
export function kernelGradientTiles(
  shape: ConvolutionShape,
  { software, subgroups }: DeviceTraits,
): KernelGradientTile[] {
  const row = divisorOrWhole(shape.width, 8);
  const tile = (
    columns: number,
    channels: number,
    inputBlocks: number,
  ): Omit<KernelGradientTile, 'quad'> => ({
    columns,
    channels,
    inputBlocks,
  });
  const likely = software
    ? [tile(2, 8, 2), tile(2, 8, 1), tile(2, 4, 2), tile(row, 8, 1), tile(2, 4, 1), tile(1, 4, 1)]
    : [tile(2, 8, 1), tile(2, 4, 1), tile(1, 8, 1), tile(2, 8, 2), tile(row, 4, 1), tile(1, 4, 1)];
  const sizes = unique(likely);
  const fitting = (quad: boolean): KernelGradientTile[] =>
    sizes.map((size) => ({ ...size, quad })).filter((each) => kernelGradientTileFits(each, shape));
  const [plain, quads] = [fitting(false), subgroups ? fitting(true) : []];
  return [...quads, ...(software && quads.length > 0 ? plain.slice(0, 1) : plain)];
}

/** Partial sums of one kernel gradient take at most this many floats. */
const MOST_PARTIAL_FLOATS = 4 << 20;
/** Numbers of the kernel's gradient that a thread sums in the likely tile. */
const NUMBERS_PER_THREAD = 96;

/** Chunks of a convolution's kernel gradient: enough threads for the device, at most one an image row. */
export function kernelGradientChunks(
  { examples, height, inputs, outputs }: ConvolutionShape,
  { software }: DeviceTraits,
): number {
  const size = 9 * inputs * outputs;
  const wanted = Math.ceil((software ? 700 : 8192) / Math.max(1, size / NUMBERS_PER_THREAD));
  return Math.max(1, Math.min(wanted, examples * height, Math.floor(MOST_PARTIAL_FLOATS / size)));
}

/** The same for images with one channel, where a thread holds all nine taps of up to eight channels. */
export function oneChannelChunks({ examples, height }: ConvolutionShape, { software }: DeviceTraits): number {
  return Math.min(software ? 224 : 2048, examples * height);
}

/** Chunks of a sum over pixels, for each of `vectors` channel vectors. */
export function sumChunks(pixels: number, vectors: number, { software }: DeviceTraits): number {
  return Math.max(1, Math.min(Math.ceil(pixels / 4), Math.floor((software ? 512 : 4096) / vectors)));
}

/** Pixels of a thread in the first layer of images with one channel. */
export function oneChannelTile({ height, width }: ConvolutionShape): { rows: number; columns: number } {
  return { rows: Math.min(2, height), columns: width % 7 === 0 ? 7 : Math.min(8, width) };
}

/** Pixels of an iteration of the first layer's kernel gradient: the most whose last one lies at most in the halo. */
export function oneChannelColumns(width: number): number {
  let columns = Math.min(8, width);
  while (Math.ceil(width / columns) * columns > width + 1) columns--;
  return columns;
}

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
