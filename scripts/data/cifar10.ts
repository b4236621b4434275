/** CIFAR-10 from its archive, on disk or at an address, verified as the page verifies it. */
import {
  createReadStream,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { importCifar10Archive } from '../../src/data/import/cifar10Archive.ts';
import { type Cifar10Sums, PUBLISHED } from '../../src/data/import/cifar10Writer.ts';
import type { Manifest } from '../../src/data/manifest.ts';

const ADDRESS = 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz';

interface Source {
  stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  bytes: number | null;
}

async function open(from: string): Promise<Source> {
  if (!/^https?:/.test(from)) {
    if (!existsSync(from))
      throw new Error(`${from} does not exist. Name cifar-10-binary.tar.gz, or its address.`);
    const stream = Readable.toWeb(createReadStream(from)) as unknown as Source['stream'];
    return { stream, bytes: statSync(from).size };
  }
  console.log(`fetching ${from}`);
  const response = await fetch(from).catch((error: Error) => {
    throw new Error(
      `${from} could not be fetched: ${(error.cause as Error | undefined)?.message ?? error.message}.`,
    );
  });
  if (!response.ok || !response.body) throw new Error(`${from} answered with status ${response.status}.`);
  return { stream: response.body, bytes: Number(response.headers.get('content-length')) || null };
}

/** Writes the data set into the folder `target`, or leaves everything as it was and rejects with what was wrong. */
export async function buildCifar10(
  target: string,
  from = ADDRESS,
  sums: Cifar10Sums = PUBLISHED,
): Promise<Manifest> {
  const partial = `${target}.partial`;
  rmSync(partial, { recursive: true, force: true });
  try {
    const source = await open(from);
    mkdirSync(partial, { recursive: true });
    const store = {
      write: async (file: string, bytes: Uint8Array) => writeFileSync(join(partial, file), bytes),
      remove: async (file: string) => rmSync(join(partial, file), { force: true }),
    };
    const manifest = await importCifar10Archive(source, { store, sums });
    rmSync(target, { recursive: true, force: true });
    renameSync(partial, target);
    return manifest;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}
