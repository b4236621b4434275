/**
 * Runs an experiment in the built page, headless, and writes its record:
 *
 *   npm run record -- <preset | link | file> --out run.json [--size lab|paper] [--seeds 5] [--png folder]
 *
 * A recording that was interrupted goes on where it stood when the same command is given again. Exit codes: 0 written,
 * 1 not written (run it again to go on), 2 wrong arguments, 3 written without the figures.
 */
import { parseArgs } from 'node:util';
import { PRESET_SIZES, type PresetSize } from '../src/experiment/presetSizes.ts';
import { SETTINGS } from '../src/experiment/settings.ts';
import { AskedError, askedExperiment } from './record/asked.ts';
import { FiguresError, outcome, recordTo } from './record/record.ts';

const USAGE =
  'npm run record -- <preset | link | file> --out run.json [--size lab|paper] [--seeds 5] [--png folder]';

interface Asked {
  experiment: ReturnType<typeof askedExperiment>;
  out: string;
  png: string | null;
}

function readArguments(): Asked {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      out: { type: 'string' },
      size: { type: 'string', default: 'lab' },
      seeds: { type: 'string' },
      png: { type: 'string' },
    },
  });
  const { out, size, seeds: seedsText, png = null } = values;
  if (positionals.length !== 1 || out === undefined)
    throw new AskedError('One experiment and --out are needed.');
  if (!(PRESET_SIZES as readonly string[]).includes(size))
    throw new AskedError(`--size is “${size}”; it must be ${PRESET_SIZES.join(' or ')}.`);
  const seeds = seedsText === undefined ? null : Number(seedsText);
  const { min, max } = SETTINGS.seeds;
  if (seeds !== null && !(Number.isInteger(seeds) && seeds >= min && seeds <= max))
    throw new AskedError(`--seeds is “${seedsText}”; it must be a whole number from ${min} to ${max}.`);
  return { experiment: askedExperiment(positionals[0]!, size as PresetSize, seeds), out, png };
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
    const record = await recordTo(asked.out, asked.experiment, asked.png);
    console.log(`${asked.out}: ${outcome(record)}`);
    return 0;
  } catch (error) {
    if (error instanceof FiguresError) {
      console.error(error.message);
      return 3;
    }
    console.error(`Not recorded: ${(error as Error).message}\nGive the same command again to go on.`);
    return 1;
  }
}

process.exitCode = await main();
