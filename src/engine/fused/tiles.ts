/** Which tiles a shape can run with, and which of them to take where nothing has been measured yet. */
import { type ConvolutionShape, type ConvolutionTile, tileFits } from './kernels/convolution.ts';
import { type KernelGradientTile, kernelGradientTileFits } from './kernels/kernelGradient.ts';
import { divisorUpTo } from './kernels/wgsl.ts';

/** What the device is good at; a software adapter wants few threads with much work each. */
export interface DeviceTraits {
  software: boolean;
  subgroups: boolean;
}

/** Partial sums of one kernel gradient take at most this many floats. */
const MOST_PARTIAL_FLOATS = 4 << 20;

export interface TileChoice {
  convolution(shape: ConvolutionShape): ConvolutionTile;
  inputGradient(shape: ConvolutionShape): ConvolutionTile;
  kernelGradient(shape: ConvolutionShape): KernelGradientTile;
  oneChannel(shape: ConvolutionShape): { rows: number; columns: number };
  kernelGradientOfOneChannel(shape: ConvolutionShape): { columns: number; chunks: number };
  /** Chunks of a sum over pixels, for each of `vectors` channel vectors. */
  sumChunks(pixels: number, vectors: number): number;
}

const first = <T>(candidates: readonly T[], fits: (candidate: T) => boolean, otherwise: T): T =>
  candidates.find(fits) ?? otherwise;

/** Output channels of a thread: as many as divide the outputs. */
const channelsOf = (outputs: number, most: number): number => 4 * divisorUpTo(outputs / 4, most / 4);

/** The tiles of a direct convolution that fit a shape, the likely best first. */
export function convolutionTiles(
  { height, width, inputs, outputs }: ConvolutionShape,
  { software, subgroups }: DeviceTraits,
  transposed: boolean,
): ConvolutionTile[] {
  const wide = width % 7 === 0 ? 7 : Math.min(8, width);
  const channels = transposed ? channelsOf(inputs, 16) : channelsOf(outputs, 16);
  const half = Math.min(8, channels);
  const square = { rows: Math.min(2, height), columns: Math.min(4, width) };
  const sizes: Omit<ConvolutionTile, 'inputBlock' | 'quad'>[] = software
    ? width >= 7
      ? [
          { rows: 1, columns: wide, channels },
          { rows: 1, columns: wide, channels: half },
          { rows: 1, columns: Math.min(width, 2 * wide), channels: half },
        ]
      : [
          { ...square, channels: half },
          { ...square, channels },
        ]
    : [
        { rows: 1, columns: Math.min(4, width), channels: 4 },
        { rows: Math.min(2, height), columns: Math.min(4, width), channels: half },
        { rows: 1, columns: wide, channels: half },
      ];
  const blocks: (1 | 4)[] = transposed ? [4] : [4, 1];
  const all = sizes.flatMap((size) =>
    blocks.flatMap((inputBlock) => [
      ...(subgroups ? [{ ...size, inputBlock, quad: true }] : []),
      { ...size, inputBlock, quad: false },
    ]),
  );
  return all.filter((tile) => tileFits(tile, transposed ? inputs : outputs, transposed));
}

/** The tiles of a kernel gradient that fit a shape, the likely best first. */
export function kernelGradientTiles(shape: ConvolutionShape, traits: DeviceTraits): KernelGradientTile[] {
  const { inputs, outputs, width } = shape;
  const candidates: Omit<KernelGradientTile, 'chunks'>[] = [];
  for (const quad of traits.subgroups ? [true, false] : [false])
    for (const columns of [2, width % 7 === 0 ? 7 : Math.min(8, width), 1])
      for (const channels of [8, 4])
        for (const inputBlocks of channels === 4 ? ([2, 1] as const) : ([1] as const))
          candidates.push({ columns, channels, inputBlocks, quad });
  const threads = traits.software ? 700 : 8192;
  return candidates
    .map((tile) => {
      const perChunk = 3 * (inputs / 4 / tile.inputBlocks) * (outputs / tile.channels);
      return { ...tile, chunks: chunksFor(threads / perChunk, shape) };
    })
    .filter((tile) => kernelGradientTileFits(tile, shape));
}

/** At least one chunk, at most one an image row, and not more memory than partial sums may take. */
function chunksFor(wanted: number, { examples, height, inputs, outputs }: ConvolutionShape): number {
  const most = Math.floor(MOST_PARTIAL_FLOATS / (9 * inputs * outputs));
  return Math.max(1, Math.min(Math.ceil(wanted), examples * height, most));
}

/** Tiles that are likely to be good, without measuring. */
export function likelyTiles(traits: DeviceTraits): TileChoice {
  const plain: ConvolutionTile = { rows: 1, columns: 1, channels: 4, inputBlock: 4, quad: false };
  return {
    convolution: (shape) => convolutionTiles(shape, traits, false)[0] ?? plain,
    inputGradient: (shape) => convolutionTiles(shape, traits, true)[0] ?? plain,
    kernelGradient: (shape) =>
      first(kernelGradientTiles(shape, traits), () => true, {
        columns: 1,
        channels: 4,
        inputBlocks: 1,
        quad: false,
        chunks: 1,
      }),
    oneChannel: ({ height, width }) => ({
      rows: Math.min(2, height),
      columns: width % 7 === 0 ? 7 : Math.min(8, width),
    }),
    kernelGradientOfOneChannel: (shape) => ({
      columns: divisorUpTo(shape.width, 8),
      chunks: chunksFor(traits.software ? 224 : 2048, shape),
    }),
    sumChunks: (pixels, vectors) =>
      Math.max(1, Math.min(Math.ceil(pixels / 4), Math.floor((traits.software ? 512 : 4096) / vectors))),
  };
}
