/** Changing what is asked. Nothing here starts a run, and nothing measured is lost. */
import { readExperiment } from '../experiment/check.ts';
import type { Experiment, ExperimentKey, Notice } from '../experiment/experiment.ts';
import { fromFragment } from '../experiment/permalink.ts';
import type { PresetSize } from '../experiment/presetSizes.ts';
import { presetExperiment } from '../experiment/presets.ts';
import { fromText, readSetting } from '../experiment/read.ts';
import { setting } from '../experiment/settings.ts';
import { sameExperiment, writeLink } from './link.ts';
import { dismissNotice } from './notices.ts';
import { PageError } from './pageError.ts';
import { shownExperiment } from './recordedRuns.ts';
import type { PageState } from './state.ts';
import { isBusy, store, updateView } from './store.ts';

function refuseWhileBusy(): void {
  if (isBusy(store.getState()))
    throw new PageError('busy', 'Networks are training; the experiment cannot change. Pause or reset first.');
}

/** Replaces what is asked. Throws `busy` while networks train. */
function setExperiment(experiment: Experiment, drafts: PageState['drafts'] = {}): void {
  refuseWhileBusy();
  const { view } = store.getState();
  store.setState({ experiment, drafts });
  updateView({ hidden: view.hidden.filter((id) => experiment.variants.includes(id)) });
  dismissNotice('refusal');
  writeLink(experiment);
}

/** Takes several settings at once, each already of the right type. Throws `busy` while networks train. */
export function changeSettings(change: Partial<Experiment>): void {
  const { experiment, drafts } = store.getState();
  const kept = Object.fromEntries(Object.entries(drafts).filter(([key]) => !(key in change)));
  setExperiment({ ...experiment, ...change }, kept);
}

/**
 * Takes the text of one control. A text that cannot be used stays in the control with its message; the
 * experiment keeps the value it had. Throws `busy` while networks train.
 */
export function enterText(key: ExperimentKey, text: string): void {
  const { value, problem } = readSetting(setting(key), fromText(setting(key), text));
  refuseWhileBusy();
  if (problem)
    store.setState(({ drafts }) => ({ drafts: { ...drafts, [key]: { text, message: problem.message } } }));
  else changeSettings({ [key]: value });
}

/**
 * Takes a link's fragment, or some settings, from anywhere: a fragment on top of the defaults, settings on top
 * of what is asked. What cannot be used is replaced and listed. Throws `busy` while networks train.
 */
export function configure(from: string | Partial<Experiment>): {
  experiment: Experiment;
  notices: Notice[];
} {
  refuseWhileBusy();
  const { experiment, notices } =
    typeof from === 'string' ? fromFragment(from) : readExperiment(from, store.getState().experiment);
  setExperiment(experiment);
  return { experiment: structuredClone(experiment), notices };
}

/** Asks for a figure of the paper, with the seeds that were asked for before. Throws `busy` while networks train. */
export function choosePreset(id: string, size: PresetSize): void {
  const { seed, seeds } = store.getState().experiment;
  setExperiment({ ...presetExperiment(id, size), seed, seeds });
  updateView({ preset: id });
}

/** Whether what is asked differs from the run whose curves are shown. */
export function isChangedSinceRun(experiment: Experiment): boolean {
  const shown = shownExperiment();
  return shown !== null && !sameExperiment(shown, experiment);
}

/** Asks again for the experiment whose curves are shown. */
export function returnToRun(): void {
  const shown = shownExperiment();
  if (shown) setExperiment(structuredClone(shown));
}
