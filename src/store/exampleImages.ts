/** The first training images, as pixels for the page to show: what the networks are trained on. */
import type { Experiment } from '../experiment/experiment.ts';

export interface ExampleImage {
  /** RGBA, row by row. */
  pixels: Uint8ClampedArray<ArrayBuffer>;
  width: number;
  height: number;
  label: string;
}

const CLASS_NAMES = new Map<string, readonly string[]>();

/** One image of each class, in the order of the classes; none where the data set has no images or is not there. */
export async function exampleImages(experiment: Experiment): Promise<ExampleImage[]> {
  if (experiment.dataset === 'gaussian') return [];
  const { classNames, loadDataset } = await import('../data/examples.ts');
  const few = { ...experiment, trainExamples: 200, testExamples: 0 };
  const baseUrl = new URL('data/', document.baseURI).href;
  const dataset = await loadDataset(few, baseUrl);
  if (!dataset) return [];
  const names = CLASS_NAMES.get(few.dataset) ?? (await classNames(few.dataset, baseUrl));
  CLASS_NAMES.set(few.dataset, names);
  const [height, width, channels] = dataset.shape;
  const size = height * width * channels;
  const [x, y] = [new Float32Array(200 * size), new Int32Array(200)];
  dataset.train.fill(
    Array.from({ length: 200 }, (_, i) => i),
    x,
    y,
  );
  return names.flatMap((label, c) => {
    const index = y.indexOf(c);
    if (index < 0) return [];
    return [
      { pixels: toPixels(x.subarray(index * size, (index + 1) * size), channels), width, height, label },
    ];
  });
}

/** Its darkest value black, its lightest white. */
function toPixels(image: Float32Array, channels: number): Uint8ClampedArray<ArrayBuffer> {
  const [low, high] = [image.reduce((a, b) => Math.min(a, b)), image.reduce((a, b) => Math.max(a, b))];
  const pixels = new Uint8ClampedArray((image.length / channels) * 4).fill(255);
  for (let i = 0; i < image.length / channels; i++)
    for (let c = 0; c < 3; c++)
      pixels[4 * i + c] =
        (255 * (image[i * channels + Math.min(c, channels - 1)]! - low)) / (high - low || 1);
  return pixels;
}
