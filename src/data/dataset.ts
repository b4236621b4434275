/** The examples of one experiment. */
import { parseNetwork } from '../experiment/architecture.ts';
import { DATASETS } from '../experiment/datasets.ts';
import type { DatasetId, Experiment } from '../experiment/experiment.ts';
import { download, type Fetch, type Transport } from './download.ts';
import { gaussianDataset } from './gaussian.ts';
import { imageExamples } from './images.ts';
import { fetchKept } from './keptData.ts';
import { type Manifest, readManifest, type Shard, shardsFor } from './manifest.ts';
import { DataError, type DataProblem } from './problem.ts';
import { shapesDataset } from './shapes.ts';
import { type DataCache, loadShards, type Progress } from './shards.ts';

export interface Examples {
  count: number;
  /**
   * Writes examples, preprocessed: `x` [indices.length, height, width, channels]; `y` their classes, an Int32Array
   * [indices.length], or where the data set has no classes their target vectors, a Float32Array [indices.length,
   * outputs]. Throws RangeError on an index out of range or an array of another length.
   */
  fill(indices: ArrayLike<number>, x: Float32Array, y: Int32Array | Float32Array): void;
  /** The same examples as bytes, where they are kept so. */
  coded?: CodedExamples;
}

/** Examples with classes whose inputs are bytes until the device makes numbers of them. */
export interface CodedExamples {
  /** What each byte stands for after preprocessing, [channels][256]. */
  tables: Float32Array<ArrayBuffer>;
  /** As `Examples.fill`, with `codes` [indices.length, height, width, channels] in place of `x`. */
  fill(indices: ArrayLike<number>, codes: Uint8Array, y: Int32Array): void;
}

export interface Dataset {
  /** Height, width, channels of one example. */
  shape: readonly [number, number, number];
  /** Number of classes; 0 where the target is a vector as long as the input. */
  classes: number;
  train: Examples;
  test: Examples;
}

export interface LoadOptions {
  /** Absolute URL of the page's folder `data/`. */
  baseUrl: string;
  cache: DataCache;
  fetch?: Fetch | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: Progress) => void) | undefined;
  /** Pauses before a file is asked for again after a failure of the network. */
  retryDelaysMs?: readonly number[];
}

export type DatasetLoading = { ok: true; dataset: Dataset } | { ok: false; problem: DataProblem };

const RETRY_DELAYS_MS = [250, 1_000, 3_000] as const;
const MAX_MANIFEST_BYTES = 1_000_000;

/**
 * Loads, or makes, what a checked experiment trains on; nothing that it does not need is fetched. What goes wrong with
 * the data is a value; only an aborted signal rejects, with its reason.
 */
export async function loadDataset(experiment: Experiment, options: LoadOptions): Promise<DatasetLoading> {
  try {
    return { ok: true, dataset: await load(experiment, options) };
  } catch (error) {
    if (error instanceof DataError) return { ok: false, problem: error.problem };
    throw error;
  }
}

async function load(experiment: Experiment, options: LoadOptions): Promise<Dataset> {
  const { dataset } = experiment;
  switch (dataset) {
    case 'fashion-mnist':
    case 'mnist':
    case 'cifar-10':
      return loadImages(dataset, experiment, options);
    case 'gaussian':
      return makeGaussian(experiment);
    case 'shapes':
      return shapesDataset(experiment.seed, experiment.trainExamples, experiment.testExamples);
    default:
      return dataset satisfies never;
  }
}

function makeGaussian({ network, seed, trainExamples, testExamples }: Experiment): Dataset {
  const parsed = parseNetwork(network);
  if (!parsed.ok || parsed.value.kind !== 'dln')
    throw new RangeError(`Gaussian vectors need a deep linear network such as dln:25x10; found ${network}.`);
  return gaussianDataset(seed, parsed.value.width, trainExamples, testExamples);
}

async function loadImages(id: DatasetId, experiment: Experiment, options: LoadOptions): Promise<Dataset> {
  const { cache, onProgress = () => {} } = options;
  const folder = new URL(`${id}/`, options.baseUrl.replace(/\/?$/, '/')).href;
  const transport: Transport = {
    fetch: options.fetch ?? fetchKept,
    signal: options.signal ?? new AbortController().signal,
    retryDelaysMs: options.retryDelaysMs ?? RETRY_DELAYS_MS,
  };
  const manifest = cache.manifests.get(folder) ?? (await loadManifest(id, folder, transport));
  const train = shardsFor(manifest.train, experiment.trainExamples);
  const test = shardsFor(manifest.test, experiment.testExamples);
  const contents = await loadShards([...train, ...test], { folder, manifest, cache, transport }, onProgress);
  // Only now: a manifest whose shards do not fit it must be asked for again.
  cache.manifests.set(folder, manifest);
  const examples = (shards: Shard[], loaded: Uint8Array[], count: number): Examples =>
    imageExamples(loaded, shards[0]?.examples ?? 1, count, manifest);
  return {
    shape: manifest.shape,
    classes: manifest.classes.length,
    train: examples(train, contents.slice(0, train.length), experiment.trainExamples),
    test: examples(test, contents.slice(train.length), experiment.testExamples),
  };
}

async function loadManifest(id: DatasetId, folder: string, transport: Transport): Promise<Manifest> {
  // It names the sums of all other files, so a stale copy would make good shards look corrupted.
  const bytes = await download(`${folder}manifest.json`, MAX_MANIFEST_BYTES, transport, 'no-cache').catch(
    (error: unknown) => {
      throw error instanceof DataError && error.problem.kind === 'data-missing' ? absent(id, error) : error;
    },
  );
  return readManifest(new TextDecoder().decode(bytes), DATASETS[id]);
}

/** A page is published without them: whoever visits it brings them. */
const BROUGHT: Partial<Record<DatasetId, string>> = {
  'cifar-10': 'drop its archive or fetch it once',
  mnist: 'drop its four files',
};

function absent(id: DatasetId, error: DataError): DataError {
  const how = BROUGHT[id];
  if (!how) return error;
  return new DataError(
    'data-missing',
    `${DATASETS[id].label} is neither in this browser nor on the server.`,
    `Press the data set’s name in the sentence above: there you can ${how}. Shapes and textures need no file.`,
  );
}
