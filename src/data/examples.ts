/** A few examples with the names of their classes, for showing. Loaded only when they are. */

import { DATASETS } from '../experiment/datasets.ts';
import type { DatasetId, Experiment } from '../experiment/experiment.ts';
import { type Dataset, loadDataset as load } from './dataset.ts';
import { fetchKept } from './keptData.ts';
import { readManifest } from './manifest.ts';
import { SHAPE_CLASSES } from './shapes.ts';
import { DataCache } from './shards.ts';

const cache = new DataCache();

/** Null where the data set is not there. */
export async function loadDataset(experiment: Experiment, baseUrl: string): Promise<Dataset | null> {
  const loading = await load(experiment, { baseUrl, cache, retryDelaysMs: [] });
  return loading.ok ? loading.dataset : null;
}

/** In the order of the labels. Throws DataError where the data set is not there. */
export async function classNames(dataset: DatasetId, baseUrl: string): Promise<readonly string[]> {
  if (dataset === 'shapes') return SHAPE_CLASSES;
  const { signal } = new AbortController();
  const response = await fetchKept(`${baseUrl}${dataset}/manifest.json`, { signal, cache: 'default' });
  return readManifest(await response.text(), DATASETS[dataset]).classes;
}
