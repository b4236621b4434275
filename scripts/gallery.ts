/**
 * Records the gallery into public/runs and lists it there: `npm run gallery -- [name …]`. Without names it records every
 * run that is missing; a named one is recorded anew. `--list` only lists what is there. Exit codes: 0 done, 1 not all
 * recorded (run it again to go on), 2 wrong arguments.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { galleryRuns, recordGallery, writeIndex } from './gallery/gallery.ts';

const FOLDER = fileURLToPath(new URL('../public/runs', import.meta.url));
const USAGE = 'npm run gallery -- [--list] [name …]';

interface Asked {
  names: string[];
  onlyList: boolean;
}

/** Throws with what was found and what was expected. */
function readArguments(): Asked {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { list: { type: 'boolean', default: false } },
  });
  const known = [...galleryRuns().keys()];
  const unknown = positionals.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new Error(`Not in the gallery: ${unknown.join(', ')}. It holds ${known.join(', ')}.`);
  return { names: positionals, onlyList: values.list };
}

async function main(): Promise<number> {
  let asked: Asked;
  try {
    asked = readArguments();
  } catch (error) {
    console.error(`${(error as Error).message}\n${USAGE}`);
    return 2;
  }
  try {
    if (asked.onlyList) writeIndex(FOLDER);
    else await recordGallery(galleryRuns(), FOLDER, asked.names);
    return 0;
  } catch (error) {
    console.error(`${(error as Error).message}\nGive the same command again to go on.`);
    return 1;
  }
}

process.exitCode = await main();
