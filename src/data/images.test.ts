import { expect, it } from 'vitest';
import { imageExamples } from './images.ts';

it.each([
  [1, 1, 1],
  [5, 7, 1],
  [3, 5, 3],
])(
  'images of %d x %d x %d are bytes / 255, less the mean and over the deviation of their channel',
  (height, width, channels) => {
    const size = height * width * channels;
    const bytes = Uint8Array.from({ length: 4 * (size + 1) }, (_, i) => (i * 167 + 13) % 256);
    const mean = [0.1, 0.5, 0.9].slice(0, channels);
    const std = [0.2, 0.3, 0.4].slice(0, channels);
    const examples = imageExamples([bytes], 4, 4, { shape: [height, width, channels], mean, std });
    const [x, y] = [new Float32Array(2 * size), new Int32Array(2)];
    examples.fill([2, 0], x, y);
    const value = (image: number, k: number): number =>
      Math.fround((bytes[image * size + k]! / 255 - mean[k % channels]!) / std[k % channels]!);
    expect([...x]).toEqual(
      [2, 0].flatMap((image) => Array.from({ length: size }, (_, k) => value(image, k))),
    );
    expect([...y]).toEqual([bytes[4 * size + 2], bytes[4 * size]]);
    const { tables, fill } = examples.coded!;
    const [codes, classes] = [new Uint8Array(2 * size), new Int32Array(2)];
    fill([2, 0], codes, classes);
    expect([...codes].map((code, k) => tables[256 * (k % channels) + code])).toEqual([...x]);
    expect(classes).toEqual(y);
  },
);
