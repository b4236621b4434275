/** The gallery: which runs it holds, and its recording into a folder that lists them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Experiment } from '../../src/experiment/experiment.ts';
import { toFragment } from '../../src/experiment/permalink.ts';
import { PRESETS, presetExperiment } from '../../src/experiment/presets.ts';
import { GALLERY_VERSION, type GalleryIndex } from '../../src/record/galleryIndex.ts';
import { recordFromJson } from '../../src/record/json.ts';
import { outcome, recordTo, writeWhole } from '../record/record.ts';

/** By the names of their files. */
export type GalleryRuns = ReadonlyMap<string, Experiment>;

/** Every preset in the lab size, once however many figures ask for it, and three seeds of the default experiment. */
export function galleryRuns(): GalleryRuns {
  const runs = new Map<string, Experiment>();
  const links = new Set<string>();
  for (const { id } of PRESETS) {
    const experiment = presetExperiment(id, 'lab');
    const link = toFragment(experiment);
    if (!links.has(link)) runs.set(id, experiment);
    links.add(link);
  }
  runs.set('landscape-3-seeds', { ...presetExperiment('landscape', 'lab'), seeds: 3 });
  return runs;
}

/** Which of the runs are to be recorded: those named, or without names those that the folder lacks. */
export function wanted(runs: GalleryRuns, folder: string, names: readonly string[]): string[] {
  return [...runs.keys()].filter((name) =>
    names.length > 0 ? names.includes(name) : !existsSync(join(folder, `${name}.json`)),
  );
}

/** Lists every record of the folder. Throws on a file that is none. */
export function listGallery(folder: string): GalleryIndex {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json') && file !== 'index.json');
  const runs = files.sort().map((file) => {
    const reading = recordFromJson(readFileSync(join(folder, file), 'utf8'));
    if (!reading.ok) throw new Error(`${file}: ${reading.message}`);
    return { file, link: toFragment(reading.record.experiment) };
  });
  return { version: GALLERY_VERSION, runs };
}

export function writeIndex(folder: string): void {
  writeWhole(join(folder, 'index.json'), `${JSON.stringify(listGallery(folder), null, 2)}\n`);
}

/** Records what is wanted, one after another, each listed as soon as it is there. */
export async function recordGallery(
  runs: GalleryRuns,
  folder: string,
  names: readonly string[],
): Promise<void> {
  for (const name of wanted(runs, folder, names)) {
    console.log(name);
    console.log(outcome(await recordTo(join(folder, `${name}.json`), runs.get(name)!, null)));
    writeIndex(folder);
  }
}
