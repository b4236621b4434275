/**
 * CIFAR-10 from the public sprite that TensorFlow.js's demos use: a PNG whose rows are images, 1,024 pixels each, the 50,000
 * of training first, and their labels one-hot, ten bytes an image.
 */
import { download, type Transport, unlessSilent } from '../download.ts';
import type { Manifest } from '../manifest.ts';
import { DataError } from '../problem.ts';
import type { Bytes, Progress } from '../shards.ts';
import { type Cifar10Sums, Cifar10Writer, PUBLISHED, RECORD_BYTES, refused } from './cifar10Writer.ts';
import { type PngRow, pngRows } from './pngRows.ts';
import type { DataStore } from './splitWriter.ts';

const PIXELS = 32 * 32;
const CLASSES = 10;
/** A PNG of images that cannot be packed is their bytes, a filter byte a row, and little more: 185 MB in all, as the page says. */
const MOST_OTHER_BYTES = 620_000;
const IMAGES = 'cifar10_images.png';
const LABELS = 'cifar10_labels_uint8';

interface SpriteOptions {
  /** Ends with a slash. */
  folder: string;
  transport: Transport;
  store: DataStore;
  sums?: Cifar10Sums;
  onProgress?: ((progress: Progress) => void) | undefined;
}

/**
 * Fetches, verifies against the published sums of the batches, and keeps. Rejects with DataError, or the signal's reason;
 * nothing is kept then.
 */
export async function importCifar10Sprite(options: SpriteOptions): Promise<Manifest> {
  const { folder, transport, store, sums = PUBLISHED } = options;
  const count = Object.keys(sums.files).length * sums.recordsPerFile;
  const labels = classesOf(await download(folder + LABELS, count * CLASSES, transport, 'default'), count);
  const most = count * (1 + 3 * PIXELS) + MOST_OTHER_BYTES;
  const rows = pngRows(await openImages(options, most), { width: PIXELS, height: count });
  const writer = new Cifar10Writer(store, sums);
  try {
    for (const [i, name] of Object.keys(sums.files).entries()) {
      const first = i * sums.recordsPerFile;
      await writer.file(name, recordsOf(rows, labels.subarray(first, first + sums.recordsPerFile)));
    }
    return await writer.finish(folder + IMAGES);
  } catch (error) {
    await writer.discard();
    transport.signal.throwIfAborted();
    if (error instanceof DataError) throw error;
    throw refused(`The sprite could not be read: ${error instanceof Error ? error.message : String(error)}.`);
  } finally {
    await rows.return(undefined);
  }
}

/** The PNG as it comes; how long it is, the server says only now. No more than `most` bytes of it are read. */
async function openImages({ folder, transport, onProgress = () => {} }: SpriteOptions, most: number) {
  const url = folder + IMAGES;
  const fail = (error: unknown): never => {
    transport.signal.throwIfAborted();
    throw unreachable(url, error instanceof Error ? error.message : String(error));
  };
  const begin = (signal: AbortSignal): Promise<Response> =>
    transport.fetch(url, { signal, cache: 'default' });
  const response = await unlessSilent(begin, transport.signal).catch(fail);
  if (!response.ok || !response.body) throw unreachable(url, `status ${response.status}`);
  const total = Number(response.headers.get('content-length')) || most;
  if (total > most) {
    await response.body.cancel();
    throw tooLong(most);
  }
  const reader = (response.body as ReadableStream<Bytes>).getReader();
  let came = 0;
  return new ReadableStream<Bytes>({
    async pull(controller) {
      const { done, value } = await unlessSilent(() => reader.read(), transport.signal).catch(fail);
      if (done) return controller.close();
      came += value.length;
      if (came > most) {
        await reader.cancel();
        throw tooLong(most);
      }
      onProgress({ done: came, total: Math.max(came, total) });
      controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

function tooLong(most: number): DataError {
  return refused(
    `The sprite is longer than ${most.toLocaleString('en-US')} bytes, more than its images need even where nothing packs them.`,
  );
}

function unreachable(url: string, why: string): DataError {
  return new DataError(
    'data-network',
    `${url} could not be fetched: ${why}.`,
    'Check the connection and try again, or bring the archive. Nothing was kept.',
  );
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

/** Images as the archive has them: a label, then red, green and blue. Takes a row for each label, and no more. */
async function* recordsOf(
  rows: AsyncGenerator<PngRow, undefined>,
  labels: Uint8Array,
): AsyncGenerator<Uint8Array> {
  const record = new Uint8Array(RECORD_BYTES);
  for (const label of labels) {
    const { done, value } = await rows.next();
    if (done) return;
    const { pixels, channels } = value;
    record[0] = label;
    for (let channel = 0; channel < 3; channel++)
      for (let pixel = 0; pixel < PIXELS; pixel++)
        record[1 + channel * PIXELS + pixel] = pixels[pixel * channels + channel]!;
    yield record;
  }
}
