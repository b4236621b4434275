/** CIFAR-10 from cifar-10-binary.tar.gz: unpacked as it streams, verified, and kept only if all of it is right. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { createTarDecoder, type ParsedTarEntry } from 'modern-tar';
import type { Manifest } from '../manifest.ts';
import { DataError } from '../problem.ts';
import type { Progress } from '../shards.ts';
import { type Cifar10Sums, Cifar10Writer, PUBLISHED, RECORD_BYTES, refused } from './cifar10Writer.ts';
import type { DataStore } from './splitWriter.ts';

const FOLDER = 'cifar-10-batches-bin/';
/** Files that the archive holds beside the images. */
const OTHERS = ['batches.meta.txt', 'readme.html'];
const MOST_OTHER_BYTES = 100_000;
/** Headers, filling and the end of the tar itself. */
const MOST_TAR_BYTES = 20_480;

interface Source {
  stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Bytes that the stream will give; null where its server does not say. */
  bytes: number | null;
}

interface ImportOptions {
  store: DataStore;
  sums?: Cifar10Sums;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** Writes shards and, last, their manifest. Rejects with DataError, or the signal's reason; nothing is kept then. */
export async function importCifar10Archive(source: Source, options: ImportOptions): Promise<Manifest> {
  const { store, sums = PUBLISHED } = options;
  const { archiveBytes } = sums;
  if (source.bytes !== null && source.bytes !== archiveBytes)
    throw refused(
      `This is not cifar-10-binary.tar.gz: it has ${source.bytes.toLocaleString('en-US')} bytes, not ${archiveBytes.toLocaleString('en-US')}.`,
    );
  const writer = new Cifar10Writer(store, sums);
  try {
    await unpack(source, writer, options);
    return await writer.finish('cifar-10-binary.tar.gz, https://www.cs.toronto.edu/~kriz/cifar.html');
  } catch (error) {
    await writer.discard();
    options.signal?.throwIfAborted();
    if (error instanceof DataError) throw error;
    throw refused(
      `The archive could not be unpacked: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
}

async function unpack(source: Source, writer: Cifar10Writer, options: ImportOptions): Promise<void> {
  const { sums = PUBLISHED, signal, onProgress = () => {} } = options;
  const names = Object.keys(sums.files);
  const sum = sha256.create();
  let done = 0;
  const watched = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      signal?.throwIfAborted();
      sum.update(chunk);
      done += chunk.length;
      onProgress({ done, total: Math.max(done, sums.archiveBytes) });
      controller.enqueue(chunk);
    },
  });
  const most =
    names.length * RECORD_BYTES * sums.recordsPerFile + OTHERS.length * MOST_OTHER_BYTES + MOST_TAR_BYTES;
  const entries = source.stream
    .pipeThrough(watched)
    .pipeThrough(new DecompressionStream('gzip'))
    .pipeThrough(atMost(most))
    .pipeThrough(createTarDecoder({ strict: true }))
    .getReader();
  for (;;) {
    const { done: isEnd, value: entry } = await entries.read();
    if (isEnd) break;
    await take(entry, writer, sums);
  }
  const found = bytesToHex(sum.digest());
  if (found !== sums.archiveSha256)
    throw refused(
      `The archive is corrupted: its sha256 sum begins with ${found.slice(0, 8)}, expected was ${sums.archiveSha256.slice(0, 8)}.`,
    );
}

/** A few kilobytes can unpack to gigabytes: no more than an honest archive holds is let through. */
function atMost(bytes: number): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let seen = 0;
  return new TransformStream({
    transform(chunk, controller) {
      seen += chunk.length;
      if (seen > bytes)
        throw refused(`The archive unpacks to more than ${bytes.toLocaleString('en-US')} bytes.`);
      controller.enqueue(chunk);
    },
  });
}

/** Only the known files, in their folder, as plain files: nothing else is so much as read. */
async function take(
  { header, body }: ParsedTarEntry,
  writer: Cifar10Writer,
  sums: Cifar10Sums,
): Promise<void> {
  const { name, type, size } = header;
  if (type === 'directory' && `${name.replace(/\/$/, '')}/` === FOLDER) {
    await body.cancel();
    return;
  }
  const file = name.startsWith(FOLDER) ? name.slice(FOLDER.length) : '';
  const isBatch = Object.hasOwn(sums.files, file);
  const shown = JSON.stringify(name.slice(0, 100));
  if (type !== 'file' || !(isBatch || OTHERS.includes(file)))
    throw refused(`The archive holds ${shown} (${type}), which CIFAR-10 does not.`);
  const expected = isBatch ? RECORD_BYTES * sums.recordsPerFile : MOST_OTHER_BYTES;
  if (isBatch ? size !== expected : size > expected)
    throw refused(
      `${file} has ${size.toLocaleString('en-US')} bytes, not ${expected.toLocaleString('en-US')}.`,
    );
  if (isBatch) await writer.file(file, piecesOf(body));
  else await body.cancel();
}

async function* piecesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
