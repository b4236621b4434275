/**
 * Records the gallery into public/runs and lists it there: `npm run gallery -- [name …]`. Without names it records every
 * run that is missing; a named one is recorded anew. `--list` only lists what is there.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Experiment } from '../src/experiment/experiment.ts';
import { toFragment } from '../src/experiment/permalink.ts';
import { PRESETS, presetExperiment } from '../src/experiment/presets.ts';
import { GALLERY_VERSION, type GalleryIndex } from '../src/record/galleryIndex.ts';
import { recordFromJson } from '../src/record/json.ts';
import { outcome, recordTo, writeWhole } from './record/record.ts';

const FOLDER = fileURLToPath(new URL('../public/runs', import.meta.url));

/** Every preset in the lab size, once however many figures ask for it, and three seeds of the default experiment. */
function galleryRuns(): Map<string, Experiment> {
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

/** Lists every record of the folder. Throws on a file that is none. */
function listGallery(): GalleryIndex {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json') && file !== 'index.json');
  const runs = files.sort().map((file) => {
    const reading = recordFromJson(readFileSync(join(FOLDER, file), 'utf8'));
    if (!reading.ok) throw new Error(`${file}: ${reading.message}`);
    return { file, link: toFragment(reading.record.experiment) };
  });
  return { version: GALLERY_VERSION, runs };
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { list: { type: 'boolean', default: false } },
  });
  const runs = galleryRuns();
  const unknown = positionals.filter((name) => !runs.has(name));
  if (unknown.length > 0) {
    console.error(`Not in the gallery: ${unknown.join(', ')}. It holds ${[...runs.keys()].join(', ')}.`);
    return 2;
  }
  for (const [name, experiment] of values.list ? [] : runs) {
    const path = join(FOLDER, `${name}.json`);
    if (positionals.length > 0 ? !positionals.includes(name) : existsSync(path)) continue;
    console.log(name);
    console.log(outcome(await recordTo(path, experiment, null)));
  }
  writeWhole(join(FOLDER, 'index.json'), `${JSON.stringify(listGallery(), null, 2)}\n`);
  return 0;
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  return 1;
});
