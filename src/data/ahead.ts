/** The files of an experiment's data, brought into the cache of the service worker before anything trains on them. */
import { DATASETS } from '../experiment/datasets.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { readManifest, shardsFor } from './manifest.ts';

/**
 * The addresses of the shards that an experiment on a data set of files needs, its manifest's first. Fetches the manifest.
 * Throws DataError where it is not one, and what `fetch` throws.
 *
 * @param baseUrl the folder of all data sets, with a slash at its end
 */
export async function neededFiles(experiment: Experiment, baseUrl: string): Promise<string[]> {
  const { dataset, trainExamples, testExamples } = experiment;
  const folder = `${baseUrl}${dataset}/`;
  const response = await fetch(`${folder}manifest.json`);
  const { train, test } = readManifest(await response.text(), DATASETS[dataset]);
  const shards = [...shardsFor(train, trainExamples), ...shardsFor(test, testExamples)];
  return shards.map(({ file }) => folder + file);
}
