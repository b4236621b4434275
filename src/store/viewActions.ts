/** How the figures are shown: which networks, which axis, and the step at which all of them are read. */
import { shownRecord, shownRecorded } from './recordedRuns.ts';
import { store, updateView } from './store.ts';

/** The variants that the figures show: those of the run, or of what is asked where nothing has run. */
export function shownVariants(): string[] {
  return shownRecord()?.experiment.variants ?? store.getState().experiment.variants;
}

/** Shows one network alone; all of them where it is alone already. */
export function isolate(id: string): void {
  const others = shownVariants().filter((other) => other !== id);
  const { hidden } = store.getState().view;
  const alone = !hidden.includes(id) && others.every((other) => hidden.includes(other));
  updateView({ hidden: alone ? [] : others });
}

/** Hides one network, or shows it again. The last one shown stays. */
export function toggleHidden(id: string): void {
  const { hidden } = store.getState().view;
  const othersShown = shownVariants().some((other) => other !== id && !hidden.includes(other));
  if (hidden.includes(id)) updateView({ hidden: hidden.filter((other) => other !== id) });
  else if (othersShown) updateView({ hidden: [...hidden, id] });
}

/** The step at which the figures are read, or null where they are not. */
export function cursorStep({ view }: { view: { hoverStep: number | null; pinnedStep: number | null } }) {
  return view.hoverStep ?? view.pinnedStep;
}

/** The nearest step at which the run was probed, or its last one; where it was not, its nearest; null before a run. */
function measuredStepNear(step: number): number | null {
  const record = shownRecord();
  const last =
    record?.variants.reduce((most, { train }) => Math.max(most, train.step.at(-1) ?? -1), -1) ?? -1;
  if (!record || last < 0) return null;
  const every = record.experiment.probeEvery;
  const spacing = last >= every ? every : 1;
  const nearest = Math.round(step / spacing) * spacing;
  const probed = Math.max(0, Math.min(nearest, Math.floor(last / spacing) * spacing));
  return Math.abs(last - step) < Math.abs(probed - step) ? last : probed;
}

export function hoverAt(step: number | null): void {
  const hoverStep = step === null ? null : measuredStepNear(step);
  if (hoverStep !== store.getState().view.hoverStep) updateView({ hoverStep });
}

export function pinAt(step: number | null): void {
  updateView({ hoverStep: null, pinnedStep: step === null ? null : measuredStepNear(step) });
}

/** Pins the cursor at a step, or frees it where it is pinned there already. */
export function togglePin(step: number): void {
  pinAt(measuredStepNear(step) === store.getState().view.pinnedStep ? null : step);
}

/** Moves the cursor by so many probes, from the end of the run where there is none yet. */
export function moveCursor(probes: number): void {
  const state = store.getState();
  const every = shownRecord()?.experiment.probeEvery ?? 1;
  const from = cursorStep(state);
  pinAt(
    from === null
      ? (shownRecorded()?.record.experiment.steps ?? state.step)
      : Math.max(0, from + probes * every),
  );
}
