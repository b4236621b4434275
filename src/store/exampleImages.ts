/** The first training images, as pixels for the page to show: what the networks are trained on. */
import type { Looks } from '../data/examples.ts';
import type { Experiment } from '../experiment/experiment.ts';

export interface ExampleImage {
  /** RGBA, row by row. */
  pixels: Uint8ClampedArray<ArrayBuffer>;
  width: number;
  height: number;
  label: string;
}

/** So many are looked through for one of each class; they lie in one shard. */
const LOOKED_AT = 200;

const LOOKS = new Map<string, Looks>();

/** One image of each class, in the order of the classes; none where the data set has no images or is not there. */
export async function exampleImages(experiment: Experiment): Promise<ExampleImage[]> {
  if (experiment.dataset === 'gaussian') return [];
  const { looksOf, loadDataset } = await import('../data/examples.ts');
  const few = { ...experiment, trainExamples: LOOKED_AT, testExamples: 0 };
  const baseUrl = new URL('data/', document.baseURI).href;
  const dataset = await loadDataset(few, baseUrl);
  if (!dataset) return [];
  const looks = LOOKS.get(few.dataset) ?? (await looksOf(few.dataset, baseUrl));
  LOOKS.set(few.dataset, looks);
  const [height, width, channels] = dataset.shape;
  const size = height * width * channels;
  const [x, y] = [new Float32Array(LOOKED_AT * size), new Int32Array(LOOKED_AT)];
  dataset.train.fill(
    Array.from({ length: LOOKED_AT }, (_, i) => i),
    x,
    y,
  );
  return looks.classes.flatMap((label, c) => {
    const index = y.indexOf(c);
    if (index < 0) return [];
    return [{ pixels: toPixels(x.subarray(index * size, (index + 1) * size), looks), width, height, label }];
  });
}

/** The image as it was before it was centred and scaled. */
function toPixels(image: Float32Array, { mean, std }: Looks): Uint8ClampedArray<ArrayBuffer> {
  const channels = mean.length;
  const pixels = new Uint8ClampedArray((image.length / channels) * 4).fill(255);
  for (let i = 0; i < image.length / channels; i++)
    for (let c = 0; c < 3; c++) {
      const from = Math.min(c, channels - 1);
      pixels[4 * i + c] = 255 * (image[i * channels + from]! * std[from]! + mean[from]!);
    }
  return pixels;
}
