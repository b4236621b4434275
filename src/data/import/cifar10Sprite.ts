/**
 * CIFAR-10 from the public sprite that TensorFlow.js's demos use: a PNG whose rows are images, 1,024 pixels each, the 50,000
 * of training first, and their labels one-hot, ten bytes an image.
 */
import { download, type Transport } from '../download.ts';
import type { Manifest } from '../manifest.ts';
import type { Bytes, Progress } from '../shards.ts';
import { type Cifar10Sums, Cifar10Writer, PUBLISHED, RECORD_BYTES, refused } from './cifar10Writer.ts';
import type { DataStore } from './splitWriter.ts';

const PIXELS = 32 * 32;
const CLASSES = 10;
const MOST_SPRITE_BYTES = 400_000_000;
/** Images turned into records at a time: 4 MB of pixels. */
const BLOCK = 1_000;

interface SpriteOptions {
  /** Ends with a slash. */
  folder: string;
  transport: Transport;
  store: DataStore;
  sums?: Cifar10Sums;
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** Fetches, verifies against the published sums of the batches, and keeps. Needs a browser's canvas. */
export async function importCifar10Sprite(options: SpriteOptions): Promise<Manifest> {
  const { folder, transport, store, sums = PUBLISHED, onProgress = () => {} } = options;
  const count = Object.keys(sums.files).length * sums.recordsPerFile;
  const labels = classesOf(
    await download(`${folder}cifar10_labels_uint8`, count * CLASSES, transport, 'default'),
    count,
  );
  const png = await download(`${folder}cifar10_images.png`, MOST_SPRITE_BYTES, transport, 'default', (done) =>
    onProgress({ done, total: Math.max(done, sums.archiveBytes) }),
  );
  const bitmap = await createImageBitmap(new Blob([png], { type: 'image/png' }), {
    colorSpaceConversion: 'none',
    premultiplyAlpha: 'none',
  }).catch((error: unknown) => {
    throw refused(`The sprite is not an image that can be read: ${String(error)}.`);
  });
  const writer = new Cifar10Writer(store, sums);
  try {
    if (bitmap.width !== PIXELS || bitmap.height !== count)
      throw refused(`The sprite has ${bitmap.width} x ${bitmap.height} pixels, not ${PIXELS} x ${count}.`);
    for (const [i, name] of Object.keys(sums.files).entries())
      await writer.file(name, recordsOf(bitmap, labels, i * sums.recordsPerFile, sums.recordsPerFile));
    return await writer.finish(`${folder}cifar10_images.png`);
  } catch (error) {
    await writer.discard();
    throw error;
  } finally {
    bitmap.close();
  }
}

/** One class an image. Throws DataError where an image has none, or several. */
function classesOf(oneHot: Bytes, count: number): Uint8Array {
  if (oneHot.length !== count * CLASSES)
    throw refused(`The labels have ${oneHot.length} bytes, not ${count * CLASSES}.`);
  return Uint8Array.from({ length: count }, (_, i) => {
    const row = oneHot.subarray(i * CLASSES, (i + 1) * CLASSES);
    const label = row.indexOf(1);
    if (label < 0 || row.some((byte, c) => byte !== (c === label ? 1 : 0)))
      throw refused(`The labels of image ${i} are ${[...row].join(' ')}, not one of ten.`);
    return label;
  });
}

/** Images as the archive has them: a label, then red, green and blue. */
async function* recordsOf(
  bitmap: ImageBitmap,
  labels: Uint8Array,
  first: number,
  count: number,
): AsyncGenerator<Uint8Array> {
  const canvas = new OffscreenCanvas(PIXELS, BLOCK);
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  for (let start = 0; start < count; start += BLOCK) {
    const rows = Math.min(BLOCK, count - start);
    context.clearRect(0, 0, PIXELS, BLOCK);
    context.drawImage(bitmap, 0, first + start, PIXELS, rows, 0, 0, PIXELS, rows);
    const { data } = context.getImageData(0, 0, PIXELS, rows);
    for (let row = 0; row < rows; row++) {
      const record = new Uint8Array(RECORD_BYTES);
      record[0] = labels[first + start + row]!;
      for (let pixel = 0; pixel < PIXELS; pixel++)
        for (let channel = 0; channel < 3; channel++)
          record[1 + channel * PIXELS + pixel] = data[4 * (row * PIXELS + pixel) + channel]!;
      yield record;
    }
  }
}
