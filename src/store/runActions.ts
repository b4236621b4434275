/** Run, pause, step and reset, with any lab. */
import type { RunRecord } from '../record/record.ts';
import { keepPace } from './deviceSpeed.ts';
import { findInterrupted } from './interruptedNotice.ts';
import type { Device, Lab } from './lab.ts';
import { receive } from './labEvents.ts';
import { sameExperiment } from './link.ts';
import { dismissNotice, dismissProblems, isTold, showNotice, showProblem } from './notices.ts';
import { PageError, toPageError } from './pageError.ts';
import { refusalOf } from './refusal.ts';
import { clearRecord, currentRecord } from './runRecord.ts';
import type { NoticeAction } from './state.ts';
import { isBusy, store, updateView } from './store.ts';

let lab: Lab | null = null;
/** A pause was asked for while a run was starting, when the lab may have nothing to pause yet. */
let pauseAsked = false;
/** The call that starts a run or takes one over, or null. */
let underWay: Promise<unknown> | null = null;

/** Takes a lab and opens its device. Never rejects: a failure becomes a notice. */
export async function connect(newLab: Lab): Promise<Device | null> {
  lab = newLab;
  lab.subscribe(receive);
  try {
    const device = await lab.open();
    receive({ type: 'device', device });
    void findInterrupted(lab);
    return device;
  } catch (error) {
    store.setState({ deviceState: 'failed' });
    report(error);
    return null;
  }
}

/** Throws `not-ready` before a lab is connected. */
export function connectedLab(): Lab {
  if (!lab) throw new PageError('not-ready', 'The lab has not been opened yet.');
  return lab;
}

function report(error: unknown): PageError {
  const { kind, message, hint } = toPageError(error);
  if (!isTold({ kind, message })) showProblem({ kind, message, hint });
  return new PageError(kind, message, hint);
}

/** Shows the first obstacle as a notice and throws it. */
function refuse(): void {
  const refusal = refusalOf(store.getState());
  if (!refusal) return;
  const actions: NoticeAction[] = refusal.kind === 'not-ready' ? [] : ['show-settings'];
  showNotice({ kind: 'refusal', finding: refusal.message, advice: refusal.hint, actions });
  throw new PageError(refusal.kind, refusal.message, refusal.hint);
}

/** Whether the lab can go on with the run it has, rather than begin a new one. */
export function canGoOn(): boolean {
  const { labState, experiment } = store.getState();
  const begun = currentRecord()?.experiment;
  return labState === 'paused' && begun !== undefined && sameExperiment(begun, experiment);
}

/** What holds until another run takes the place of this one, which may be paused and go on meanwhile. */
function forgetEngine(): void {
  store.setState({ engine: null });
  dismissNotice('engine');
}

/** Does what makes the page busy until it settles. Rejects with a `PageError`. */
async function start(work: () => Promise<unknown>): Promise<void> {
  store.setState({ starting: true });
  try {
    underWay = work();
    await underWay;
  } catch (error) {
    pauseAsked = false;
    throw report(error);
  } finally {
    underWay = null;
    store.setState({ starting: false });
  }
}

/** Begins a run, or goes on with a paused one, and does `work` with it. Rejects with a `PageError`. */
async function advance(work: (lab: Lab) => Promise<unknown>): Promise<void> {
  if (isBusy(store.getState())) throw new PageError('busy', 'Networks are training already.');
  dismissProblems();
  refuse();
  const goesOn = canGoOn();
  // One asked for while a run was taken over holds that one back.
  if (!goesOn) pauseAsked = false;
  await start(async () => {
    if (!goesOn) {
      forgetEngine();
      await connectedLab().configure(structuredClone(store.getState().experiment));
    }
    if (!pauseAsked) await work(connectedLab());
    pauseAsked = false;
  });
}

/** Takes over a run that another tab began: the lab tells its record. Rejects with a `PageError`. */
export async function takeOver(work: (lab: Lab) => Promise<void>): Promise<void> {
  dismissProblems();
  forgetEngine();
  pauseAsked = false;
  await start(() => work(connectedLab()));
}

/** Runs until the end, a pause or a problem; resolves with the record as it then is. Rejects with a `PageError`. */
export async function run(): Promise<RunRecord> {
  await advance((theLab) => theLab.run());
  return recordCopy();
}

/** Runs `count` steps. Rejects with a `PageError`. */
export async function step(count = 1): Promise<void> {
  await advance((theLab) => theLab.step(count));
}

export async function pause(): Promise<void> {
  pauseAsked = underWay !== null;
  await connectedLab().pause();
  await underWay?.catch(() => {});
}

/** Stops, and forgets what was measured. */
export async function reset(): Promise<void> {
  if (isBusy(store.getState())) await pause();
  await connectedLab().reset();
  dismissProblems();
  forgetEngine();
  clearRecord();
  store.setState({ labState: 'idle', step: 0, stepsPerSecond: 0, progress: null });
  updateView({ hoverStep: null, pinnedStep: null });
}

/** Measures for a second or two how fast the device is, so that times can be told before anything runs. Never rejects. */
export async function measureDevice(): Promise<void> {
  const { device, isMeasuringPace } = store.getState();
  if (!device || isMeasuringPace || isBusy(store.getState())) return;
  store.setState({ isMeasuringPace: true });
  try {
    const pace = await connectedLab().measurePace();
    if (pace) keepPace(device, pace);
  } catch (error) {
    report(error);
  } finally {
    store.setState({ isMeasuringPace: false });
  }
}

/** A copy of the record. Throws `not-ready` before the first run. */
export function recordCopy(): RunRecord {
  const record = currentRecord();
  if (!record) throw new PageError('not-ready', 'Nothing has run yet.');
  return structuredClone(record);
}
