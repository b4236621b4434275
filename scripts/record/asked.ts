/** What shall be recorded: a preset, a link, or a file that holds a run or a link. */
import { existsSync, readFileSync } from 'node:fs';
import type { Experiment } from '../../src/experiment/experiment.ts';
import { fromFragment } from '../../src/experiment/permalink.ts';
import type { PresetSize } from '../../src/experiment/presetSizes.ts';
import { PRESETS, presetExperiment } from '../../src/experiment/presets.ts';
import { recordFromFile } from '../../src/record/file.ts';

/** What the caller asked for cannot be used. */
export class AskedError extends Error {}

function fromLink(link: string): Experiment {
  const { experiment, notices } = fromFragment(link.slice(link.indexOf('#')));
  if (notices.length > 0) throw new AskedError(notices.map(({ message }) => message).join('\n'));
  return experiment;
}

function fromFile(path: string): Experiment {
  const text = readFileSync(path, 'utf8');
  if (text.includes('#v=') && !text.trimStart().startsWith('{')) return fromLink(text.trim());
  const reading = recordFromFile(text);
  if (!reading.ok) throw new AskedError(`${path}: ${reading.message}`);
  return reading.record.experiment;
}

/** Throws `AskedError` with what was found and what was expected. */
export function askedExperiment(asked: string, size: PresetSize, seeds: number | null): Experiment {
  const isPreset = PRESETS.some(({ id }) => id === asked);
  let experiment: Experiment;
  if (isPreset) experiment = presetExperiment(asked, size);
  else if (asked.includes('#')) experiment = fromLink(asked);
  else if (existsSync(asked)) experiment = fromFile(asked);
  else
    throw new AskedError(
      `“${asked}” is neither a link (#v=1…) nor a file, nor one of the presets ${PRESETS.map(({ id }) => id).join(', ')}.`,
    );
  return seeds === null ? experiment : { ...experiment, seeds };
}
