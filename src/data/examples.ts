/** A few examples as they looked before preprocessing, with the names of their classes. Loaded only when they are shown. */

import { DATASETS } from '../experiment/datasets.ts';
import type { DatasetId, Experiment } from '../experiment/experiment.ts';
import { type Dataset, loadDataset as load } from './dataset.ts';
import { fetchKept } from './keptData.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { SHAPE_CLASSES, SHAPE_STATISTICS } from './shapes.ts';
import { DataCache } from './shards.ts';

const cache = new DataCache();

/** Null where the data set is not there. */
export async function loadDataset(experiment: Experiment, baseUrl: string): Promise<Dataset | null> {
  const loading = await load(experiment, { baseUrl, cache, retryDelaysMs: [] });
  return loading.ok ? loading.dataset : null;
}

/** Names in the order of the labels, and what preprocessing takes away and divides by. */
export type Looks = Pick<Manifest, 'mean' | 'std'> & { classes: readonly string[] };

/** Throws DataError where the data set is not there. */
export async function looksOf(dataset: DatasetId, baseUrl: string): Promise<Looks> {
  if (dataset === 'shapes') return { classes: SHAPE_CLASSES, ...SHAPE_STATISTICS };
  const { signal } = new AbortController();
  const response = await fetchKept(`${baseUrl}${dataset}/manifest.json`, { signal, cache: 'default' });
  return readManifest(await response.text(), DATASETS[dataset]);
}
