/** `window.normscape`: the page driven by a script. Documented in docs/links-and-scripting.md. */
import type { Experiment, Notice } from '../experiment/experiment.ts';
import type { Environment, RunRecord } from '../record/record.ts';
import { linkWithCurves } from './curvesLink.ts';
import { configure } from './experimentActions.ts';
import { continueInterrupted } from './interruptedActions.ts';
import { findInterrupted } from './interruptedNotice.ts';
import type { Device, InterruptedSummary } from './lab.ts';
import { addressOf } from './link.ts';
import { showLinkNotices } from './notices.ts';
import { PageError, toPageError } from './pageError.ts';
import { connectedLab, pause, recordCopy, reset, run, step } from './runActions.ts';
import { currentRecord } from './runRecord.ts';
import { store } from './store.ts';

export interface ScriptedDevice {
  backend: Environment['backend'];
  adapter: string;
  software: boolean;
}

export interface RunProgress {
  step: number;
  steps: number;
  stepsPerSecond: number;
}

/** Rejected promises and thrown errors carry a `kind`, see `LabProblemKind`. */
export interface Scripting {
  /** Resolves when the device is open; rejects where none could be opened. */
  ready: Promise<ScriptedDevice>;
  /** A copy of what is asked. */
  experiment(): Experiment;
  /** Some settings, on top of what is asked; or a link's fragment, on top of the defaults. Throws `busy` during a run. */
  configure(from: Partial<Experiment> | string): { experiment: Experiment; notices: Notice[] };
  /** Begins or goes on; resolves with a copy of the record when the run ends or is paused. */
  run(): Promise<RunRecord>;
  /** Resolves when everything measured up to the pause is in the record. */
  pause(): Promise<void>;
  step(count?: number): Promise<void>;
  reset(): Promise<void>;
  /** How far the run is. */
  progress(): RunProgress;
  /** The latest run whose tab was closed or crashed, or null. */
  interrupted(): Promise<InterruptedSummary | null>;
  /** Goes on with that run; resolves as `run` does. */
  continueInterrupted(): Promise<RunRecord>;
  /** A copy of the record, or null before the first run. */
  record(): RunRecord | null;
  /** The address of the page with the set-up, and with the curves shown where they are asked for: `not-ready` before any. */
  permalink(options?: { curves?: boolean }): Promise<string>;
  /** The last probe of a network as a safetensors file. */
  probeBundle(variantId: string): Promise<ArrayBuffer>;
  debug: {
    /** Destroys the GPU device, as a driver that fails would. */
    loseDevice(): Promise<void>;
  };
}

declare global {
  interface Window {
    normscape: Scripting;
  }
}

const withKind = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw toPageError(error);
  }
};

async function permalink({ curves = false }: { curves?: boolean } = {}): Promise<string> {
  if (curves) return (await linkWithCurves()).address;
  const { experiment, view } = store.getState();
  return addressOf(experiment, location, view);
}

/** The scripting interface over a device that is being opened. */
export function createScripting(opening: Promise<Device | null>): Scripting {
  const ready = opening.then((device): ScriptedDevice => {
    if (!device) throw new PageError('not-ready', 'No device could be opened; the page says why.');
    return { backend: device.backend, adapter: device.adapter, software: device.software };
  });
  // After a run that was asked for before.
  const afterReady = async <T>(work: () => Promise<T>): Promise<T> => {
    await ready.catch(() => undefined);
    return withKind(work);
  };
  return {
    ready,
    experiment: () => structuredClone(store.getState().experiment),
    configure: (from) => {
      const configured = configure(from);
      showLinkNotices(configured.notices);
      return configured;
    },
    run: async () => {
      await ready;
      return run();
    },
    pause: () => afterReady(pause),
    step: async (count) => {
      await ready;
      return step(count);
    },
    reset: () => afterReady(reset),
    progress: () => {
      const { step, steps, stepsPerSecond } = store.getState();
      return { step, steps, stepsPerSecond };
    },
    interrupted: () =>
      withKind(async () => {
        await findInterrupted(connectedLab());
        return store.getState().interrupted;
      }),
    continueInterrupted: () => withKind(continueInterrupted),
    record: () => (currentRecord() ? recordCopy() : null),
    permalink,
    probeBundle: (variantId) => withKind(async () => connectedLab().probeBundle(variantId)),
    debug: { loseDevice: () => withKind(async () => connectedLab().loseDevice()) },
  };
}
