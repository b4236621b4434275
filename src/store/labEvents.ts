/** What the lab reports, taken into the store and the run record. */
import { formatNumber } from '../experiment/read.ts';
import { variantLabel, variantsOf } from '../experiment/variants.ts';
import type { Measured } from '../record/build.ts';
import { keepSpeed, recallSpeed } from './deviceSpeed.ts';
import { offerInterrupted } from './interruptedNotice.ts';
import type { Device, LabEvent, LabProblem, LabState } from './lab.ts';
import {
  dismissNotice,
  showEngine,
  showFallback,
  showProbeProblem,
  showProblem,
  showRecovery,
  showUnkept,
} from './notices.ts';
import { reductionOf } from './refusal.ts';
import { beginRecord, currentRecord, growRecord } from './runRecord.ts';
import { store, updateView } from './store.ts';

export function receive(event: LabEvent): void {
  switch (event.type) {
    case 'device':
      receiveDevice(event.device);
      return;
    case 'state':
      receiveState(event);
      return;
    case 'started':
      beginRecord(event.experiment, event.environment);
      updateView({ hoverStep: null, pinnedStep: null });
      return;
    case 'progress':
      store.setState({
        progress: { label: event.label, done: event.done, total: event.total, unit: event.unit },
      });
      return;
    case 'measured':
      growRecord(event.measured);
      store.setState({ step: event.step, stepsPerSecond: event.stepsPerSecond });
      announceDivergence(event.measured);
      reportProbes(event.measured);
      if (store.getState().flopsPerSecond === null) keepSpeed();
      return;
    case 'recovered':
      showRecovery(event.lostStep, event.step);
      return;
    case 'engine':
      store.setState({ engine: { engine: event.engine, reason: event.reason } });
      showEngine(event);
      return;
    case 'unkept':
      showUnkept(event);
      return;
    case 'interrupted':
      offerInterrupted(event.run);
      return;
    case 'problem':
      receiveProblem(event.problem);
      return;
    default:
      event satisfies never;
  }
}

function receiveDevice(device: Device): void {
  store.setState({ device, deviceState: 'open' });
  recallSpeed(device);
  dismissNotice('fallback');
  showFallback(device);
}

function receiveState({ state, step, steps }: { state: LabState; step: number; steps: number }): void {
  const before = store.getState().labState;
  store.setState({ labState: state, step, steps });
  if (state !== 'idle') store.setState({ starting: false });
  if (state !== 'preparing') store.setState({ progress: null });
  if (state === before) return;
  store.setState({ announcement: sentenceOf(state, step) });
  if (before === 'running') keepSpeed();
}

function sentenceOf(state: LabState, step: number): string {
  switch (state) {
    case 'idle':
      return 'Ready.';
    case 'preparing':
      return 'Preparing.';
    case 'running':
      return 'Running.';
    case 'paused':
      return `Paused at step ${step}.`;
    case 'finished':
      return `Finished at step ${step}.`;
    case 'failed':
      return `Stopped at step ${step} by a problem.`;
    default:
      return state satisfies never;
  }
}

function announceDivergence(measured: readonly Measured[]): void {
  const variants = currentRecord()?.variants ?? [];
  for (const one of measured) {
    if (one.kind !== 'status' || one.status !== 'diverged') continue;
    const [variant] = variantsOf([variants[one.variant]!.id]);
    store.setState({
      announcement: `${variantLabel(variant!)}: the loss is not finite at step ${one.step}. The others go on.`,
    });
  }
}

/** A probe whose point lies where the loss is not finite, though that of the network is: a result, once said. */
function reportProbes(measured: readonly Measured[]): void {
  if (store.getState().notices.some(({ kind }) => kind === 'probe')) return;
  for (const one of measured) {
    if (one.kind !== 'landscape' || !Number.isFinite(one.loss)) continue;
    const points = [one.gradientNorm, one.grid, one.fine].flatMap((of) =>
      typeof of === 'number' ? [of] : [...of.lossAt, ...of.gradientDifferenceAt],
    );
    const variant = currentRecord()?.variants[one.variant];
    if (!variant || points.every(Number.isFinite)) continue;
    showProbeProblem(variantLabel(variantsOf([variant.id])[0]!), one.step);
    return;
  }
}

function receiveProblem(problem: LabProblem): void {
  if (problem.kind === 'device-lost') store.setState({ deviceState: 'lost' });
  const { device, step } = store.getState();
  const where = device && step > 0 ? `At step ${formatNumber(step)}, on ${device.adapter}.` : '';
  const { experiment } = currentRecord() ?? store.getState();
  const hint = problem.kind === 'out-of-memory' ? `${problem.hint} ${reductionOf(experiment)}` : problem.hint;
  showProblem({ ...problem, hint }, where);
}
