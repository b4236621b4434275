/** CIFAR-10's records, from wherever they come, as verified shards with their manifest. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { MANIFEST_FORMAT, MANIFEST_VERSION, type Manifest } from '../manifest.ts';
import { DataError } from '../problem.ts';
import { ChannelStatistics } from './channelStatistics.ts';
import { type DataStore, SplitWriter } from './splitWriter.ts';

const PIXELS = 32 * 32;
const IMAGE_BYTES = 3 * PIXELS;
/** A label, then 1,024 red bytes, 1,024 green, 1,024 blue (https://www.cs.toronto.edu/~kriz/cifar.html). */
export const RECORD_BYTES = 1 + IMAGE_BYTES;
const CLASSES = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'];

/** What an archive must be. Tests give those of archives that they make. */
export interface Cifar10Sums {
  archiveBytes: number;
  archiveSha256: string;
  recordsPerFile: number;
  /** By name of the file inside; the last one is the test set. */
  files: Readonly<Record<string, string>>;
}

/** The binary version's sums, as torchvision's counterparts and TensorFlow Datasets publish them. */
export const PUBLISHED: Cifar10Sums = {
  archiveBytes: 170_052_171,
  archiveSha256: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd',
  recordsPerFile: 10_000,
  files: {
    'data_batch_1.bin': 'cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5',
    'data_batch_2.bin': 'a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed',
    'data_batch_3.bin': 'bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67',
    'data_batch_4.bin': '014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48',
    'data_batch_5.bin': '755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add',
    'test_batch.bin': '8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b',
  },
};

/** A wrong source: nothing of it is kept. */
export function refused(message: string): DataError {
  return new DataError(
    'data-corrupt',
    message,
    'Nothing of it was kept. Fetch cifar-10-binary.tar.gz, the binary version, again from https://www.cs.toronto.edu/~kriz/cifar.html.',
  );
}

/** Takes the files in any order; `finish` and then the manifest come last, so that half an import is none. */
export class Cifar10Writer {
  private readonly statistics = new ChannelStatistics(3);
  private readonly splits = new Map<string, SplitWriter>();
  private readonly written: string[] = [];
  private readonly image = new Uint8Array(IMAGE_BYTES);
  private readonly store: DataStore;

  constructor(
    store: DataStore,
    private readonly sums: Cifar10Sums,
  ) {
    this.store = {
      write: async (file, bytes) => {
        this.written.push(file);
        await store.write(file, bytes);
      },
      remove: (file) => store.remove(file),
    };
  }

  /** One file's records, in pieces of any length. Throws DataError where they are not those of that name. */
  async file(name: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    const { recordsPerFile, files } = this.sums;
    if (this.splits.has(name)) throw refused(`The archive holds ${name} twice.`);
    const number = Object.keys(files).indexOf(name);
    const isTest = number === Object.keys(files).length - 1;
    const split = new SplitWriter(this.store, isTest ? 'test' : `train-${number + 1}`, IMAGE_BYTES);
    this.splits.set(name, split);
    const sum = sha256.create();
    const record = new Uint8Array(RECORD_BYTES);
    let [held, records] = [0, 0];
    for await (const piece of pieces) {
      sum.update(piece);
      for (let start = 0; start < piece.length; ) {
        const part = piece.subarray(start, start + RECORD_BYTES - held);
        record.set(part, held);
        start += part.length;
        held += part.length;
        if (held < RECORD_BYTES) continue;
        held = 0;
        if (++records > recordsPerFile) throw refused(`${name} holds more than ${recordsPerFile} images.`);
        await this.record(split, name, record, !isTest);
      }
    }
    if (records !== recordsPerFile || held > 0)
      throw refused(`${name} is cut: it holds ${records} whole images, not ${recordsPerFile}.`);
    const found = bytesToHex(sum.digest());
    const expected = files[name]!;
    if (found !== expected)
      throw refused(
        `${name} is corrupted: its sha256 sum begins with ${found.slice(0, 8)}, expected was ${expected.slice(0, 8)}.`,
      );
    await split.flush();
  }

  private async record(
    split: SplitWriter,
    name: string,
    record: Uint8Array,
    isTraining: boolean,
  ): Promise<void> {
    const label = record[0]!;
    if (label >= CLASSES.length) throw refused(`${name} holds the label ${label}; there are ten classes.`);
    const { image } = this;
    for (let pixel = 0; pixel < PIXELS; pixel++)
      for (let channel = 0; channel < 3; channel++)
        image[3 * pixel + channel] = record[1 + channel * PIXELS + pixel]!;
    if (isTraining) this.statistics.add(image);
    await split.add(image, label);
  }

  /** Writes and gives the manifest. Throws DataError where a file has not come. */
  async finish(source: string): Promise<Manifest> {
    const names = Object.keys(this.sums.files);
    const missing = names.find((name) => !this.splits.has(name));
    if (missing) throw refused(`The archive does not hold ${missing}.`);
    const shards = names.map((name) => this.splits.get(name)!.shards);
    const manifest: Manifest = {
      format: MANIFEST_FORMAT,
      version: MANIFEST_VERSION,
      name: 'CIFAR-10',
      shape: [32, 32, 3],
      classes: CLASSES,
      ...this.statistics.result(),
      train: shards.slice(0, -1).flat(),
      test: shards.at(-1)!,
      source,
      licence:
        'No licence is stated; cite Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009',
      licenceFile: 'https://www.cs.toronto.edu/~kriz/cifar.html',
    };
    const text = new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`);
    await this.store.write('manifest.json', text);
    return manifest;
  }

  /** Takes back everything written. */
  async discard(): Promise<void> {
    for (const file of this.written) await this.store.remove(file);
  }
}
