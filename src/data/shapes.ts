/**
 * Shapes and textures: 32x32 colour images that need no download. A class is one of five shapes filled with one of two
 * textures, so that neither alone tells it. Every pixel is a function of (seed, split, index): nothing is remembered.
 */
import { RandomStream, toUniform } from '../random/streams.ts';
import { checkBatch } from './checkBatch.ts';
import type { Dataset, Examples } from './dataset.ts';

const SIZE = 32;
const CHANNELS = 3;
const PIXELS = SIZE * SIZE;
/** Streams of purpose `data`; those of the Gaussian vectors are 0 to 2. */
const STREAM = { train: 3, test: 4 } as const;
/** Draws of one example before those of its pixels. */
const PIXEL_DRAWS = 16;
/** Half the width of the uniform noise on every channel of every pixel. */
const NOISE = 0.2;
/** Least value and range of the colours, by part: the shape's light and dark halves, the background's. */
const PALETTE = [
  [0.6, 0.4],
  [0, 0.4],
  [0.35, 0.3],
  [0.35, 0.3],
] as const;
/** Values lie in [0, 1]; they are centred and scaled by these, as are those of the other image sets by theirs. */
const MEAN = 0.5;
const STD = 0.25;
export const SHAPE_STATISTICS = {
  mean: Array<number>(CHANNELS).fill(MEAN),
  std: Array<number>(CHANNELS).fill(STD),
};

type Inside = (u: number, v: number) => boolean;

/** Coordinates of the shape: its centre is 0, its radius 1. */
const SHAPES: readonly Inside[] = [
  (u, v) => u * u + v * v < 0.81,
  (u, v) => Math.max(Math.abs(u), Math.abs(v)) < 0.8,
  (u, v) => v > -0.5 && 1.7320508 * Math.abs(u) + v < 1,
  (u, v) => u * u + v * v < 1 && u * u + v * v > 0.3,
  (u, v) => Math.min(Math.abs(u), Math.abs(v)) < 0.33 && Math.max(Math.abs(u), Math.abs(v)) < 1,
];
const SHAPE_NAMES = ['disc', 'square', 'triangle', 'ring', 'cross'] as const;
const TEXTURE_NAMES = ['striped', 'chequered'] as const;

/** Class 2s + t is shape s with texture t. */
export const SHAPE_CLASSES: readonly string[] = SHAPE_NAMES.flatMap((shape) =>
  TEXTURE_NAMES.map((texture) => `${texture} ${shape}`),
);

/** Whether a point lies on the lighter half of a texture of `period` pixels. */
function isLight(texture: number, u: number, v: number, period: number, phase: number): boolean {
  const across = Math.sin((2 * Math.PI * u) / period + phase);
  return texture === 0 ? across > 0 : across * Math.sin((2 * Math.PI * v) / period + phase) > 0;
}

/** Uniform numbers in [0, 1) by place, in pairs. */
function drawsOf(stream: RandomStream, index: number): Float64Array {
  const draws = new Float64Array(2 * PIXEL_DRAWS);
  for (let pair = 0; pair < PIXEL_DRAWS; pair++) {
    const bits = stream.bits(index, pair);
    draws[2 * pair] = toUniform(bits[0]!);
    draws[2 * pair + 1] = toUniform(bits[1]!);
  }
  return draws;
}

/** The class of an example. */
const classOf = (draws: Float64Array): number => Math.floor(draws[0]! * SHAPE_CLASSES.length);

/**
 * Writes one image, values in [0, 1] [32, 32, 3]. Draws 1 to 5: angle, centre, radius, texture's period; 6, 7: phases;
 * 8 to 10: the background's texture, its period and angle; 11 to 22: four colours.
 */
function paint(stream: RandomStream, index: number, draws: Float64Array, out: Float32Array): void {
  const label = classOf(draws);
  const inside = SHAPES[label >> 1]!;
  const angle = 2 * Math.PI * draws[1]!;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [x0, y0] = [12 + 7 * draws[2]!, 12 + 7 * draws[3]!];
  const radius = 8 + 4 * draws[4]!;
  const period = 5 + 2 * draws[5]!;
  const ground = Math.floor(2 * draws[8]!);
  const groundPeriod = 4 + 2 * draws[9]!;
  const groundAngle = 2 * Math.PI * draws[10]!;
  const [groundCos, groundSin] = [Math.cos(groundAngle), Math.sin(groundAngle)];
  for (let pixel = 0; pixel < PIXELS; pixel++) {
    const x = (pixel % SIZE) - x0;
    const y = Math.floor(pixel / SIZE) - y0;
    const [u, v] = [cos * x + sin * y, cos * y - sin * x];
    const [gu, gv] = [groundCos * x + groundSin * y, groundCos * y - groundSin * x];
    const isShape = inside(u / radius, v / radius);
    const light = isShape
      ? isLight(label & 1, u, v, period, 2 * Math.PI * draws[6]!)
      : isLight(ground, gu, gv, groundPeriod, 2 * Math.PI * draws[7]!);
    const part = (isShape ? 0 : 2) + (light ? 0 : 1);
    const [least, range] = PALETTE[part]!;
    const bits = stream.bits(index, PIXEL_DRAWS + pixel);
    for (let channel = 0; channel < CHANNELS; channel++) {
      const noise = ((bits[0]! >>> (8 * channel)) & 255) / 127.5 - 1;
      const value = least + range * draws[11 + 3 * part + channel]! + NOISE * noise;
      out[pixel * CHANNELS + channel] = Math.min(1, Math.max(0, value));
    }
  }
}

function shapeExamples(seed: number, layer: number, count: number): Examples {
  const stream = new RandomStream(seed, 'data', layer);
  const size = PIXELS * CHANNELS;
  return {
    count,
    fill(indices, x, y) {
      checkBatch(indices, count, { x: x.length, y: y.length }, { x: size, y: 1 });
      for (let i = 0; i < indices.length; i++) {
        const draws = drawsOf(stream, indices[i]!);
        const image = x.subarray(i * size, (i + 1) * size);
        paint(stream, indices[i]!, draws, image);
        for (let k = 0; k < size; k++) image[k] = (image[k]! - MEAN) / STD;
        y[i] = classOf(draws);
      }
    },
  };
}

/** The data set of one seed; its first examples do not depend on how many there are. */
export function shapesDataset(seed: number, trainExamples: number, testExamples: number): Dataset {
  return {
    shape: [SIZE, SIZE, CHANNELS],
    classes: SHAPE_CLASSES.length,
    train: shapeExamples(seed, STREAM.train, trainExamples),
    test: shapeExamples(seed, STREAM.test, testExamples),
  };
}
