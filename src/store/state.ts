/** What the page knows at one moment. The measured series are not here but in the run record (runRecord.ts). */
import type { DevicePace } from '../experiment/duration.ts';
import type { Experiment, ExperimentKey } from '../experiment/experiment.ts';
import { defaultExperiment } from '../experiment/settings.ts';
import type { ImportProblemKind } from '../worker/importMessages.ts';
import type { Device, InterruptedSummary, LabProblemKind, LabState } from './lab.ts';

/** A text in a control that cannot be used. The experiment keeps its last usable value meanwhile. */
export interface Draft {
  text: string;
  message: string;
}

export type NoticeAction =
  | 'retry'
  | 'run-again'
  | 'go-on'
  | 'show-settings'
  | 'copy-report'
  | 'reload'
  | 'continue-interrupted'
  | 'keep-interrupted'
  | 'discard-interrupted';

export interface PageNotice {
  /** One notice of each kind is shown at a time; a later one takes its place. */
  kind:
    | 'link'
    | 'fallback'
    | 'gallery'
    | 'refusal'
    | 'recovery'
    | 'engine'
    | 'interrupted'
    | 'unkept'
    | 'storage'
    | 'import'
    | 'probe'
    | 'hidden'
    | 'newer-version'
    | LabProblemKind;
  /** What was found. */
  finding: string;
  /** What was done about it, or what can be done. */
  advice: string;
  actions: NoticeAction[];
}

export interface Progress {
  label: string;
  done: number;
  total: number;
  unit: 'bytes' | 'items';
}

/** How fast a device computed, and in gradients of what size: small ones use a GPU worse than large ones. */
export interface DeviceSpeed {
  /** Floating-point operations a second. */
  flopsPerSecond: number;
  /** Operations of one gradient of one network. */
  flopsPerGradient: number;
}

/** Data sets that visitors bring into their browser. */
export const BROUGHT_DATASETS = ['cifar-10', 'mnist', 'fashion-mnist'] as const;
export type BroughtDataset = (typeof BROUGHT_DATASETS)[number];

/** Where such a data set is. */
export type DataImport =
  | { is: 'unknown' | 'absent' | 'kept' | 'served' }
  | { is: 'importing'; done: number; total: number }
  | { is: 'failed'; kind: ImportProblemKind; message: string; hint: string };

/** null follows the system. */
export type Theme = 'light' | 'dark' | null;

export const PAGES = ['lab', 'theory', 'runs', 'bench', 'lecture', 'glossary'] as const;
export type PageId = (typeof PAGES)[number];

/** Steps of the run, whole numbers. */
export type StepRange = readonly [from: number, to: number];

export interface View {
  page: PageId;
  /** What pages keep in links about themselves, unread. */
  pageViews: Partial<Record<PageId, string>>;
  theme: Theme;
  /** Null leaves it to the number of networks: side by side from three on. */
  bands: 'columns' | 'overlaid' | null;
  scale: 'log' | 'linear';
  /** What the horizontal axis counts. */
  time: 'steps' | 'seconds';
  /** What the figures over time show of the run; null for all of it. */
  zoom: StepRange | null;
  /** Of an exponential mean over the curves, 0 to 0.99; null for our running medians. */
  smoothing: number | null;
  /** Names of the figures shown; null for all. */
  figures: readonly string[] | null;
  /** The page is one figure in a frame of another page. */
  isEmbedded: boolean;
  /** Ids of the variants that the figures leave out. */
  hidden: string[];
  /** The step under the pointer, over all figures. */
  hoverStep: number | null;
  /** The step that arrow keys or the scrubber chose. */
  pinnedStep: number | null;
  settingsOpen: boolean;
  /** The id of the preset chosen last: several ask for the same run. */
  preset: string | null;
}

export interface PageState {
  /** What is asked: the next run's set-up. It may contradict itself while it is being changed. */
  experiment: Experiment;
  drafts: Partial<Record<ExperimentKey, Draft>>;
  deviceState: 'opening' | 'open' | 'failed' | 'lost';
  device: Device | null;
  /** Of the device, from the last run on it; null until something has run. */
  flopsPerSecond: number | null;
  /** Of that run. */
  flopsPerGradient: number | null;
  /** Of the device, from a short measurement; null until one was asked for, here or in an earlier visit. */
  pace: DevicePace | null;
  isMeasuringPace: boolean;
  engine: { engine: 'reference' | 'fused'; reason: string | null } | null;
  labState: LabState;
  /** A run was asked for, and the lab has not answered yet. */
  starting: boolean;
  step: number;
  steps: number;
  stepsPerSecond: number;
  progress: Progress | null;
  imports: Record<BroughtDataset, DataImport>;
  /** Grows with every change of the run record. */
  recordVersion: number;
  /** A run of an earlier visit that can be gone on with. */
  interrupted: InterruptedSummary | null;
  notices: PageNotice[];
  /** The last change of state in one sentence, for screen readers. */
  announcement: string;
  view: View;
}

export function initialState(): PageState {
  const experiment = defaultExperiment();
  return {
    experiment,
    drafts: {},
    deviceState: 'opening',
    device: null,
    flopsPerSecond: null,
    flopsPerGradient: null,
    pace: null,
    isMeasuringPace: false,
    engine: null,
    labState: 'idle',
    starting: false,
    step: 0,
    steps: experiment.steps,
    stepsPerSecond: 0,
    progress: null,
    imports: {
      'cifar-10': { is: 'unknown' },
      mnist: { is: 'unknown' },
      'fashion-mnist': { is: 'unknown' },
    },
    recordVersion: 0,
    interrupted: null,
    notices: [],
    announcement: '',
    view: {
      page: 'lab',
      pageViews: {},
      theme: null,
      bands: null,
      scale: 'log',
      time: 'steps',
      zoom: null,
      smoothing: null,
      figures: null,
      isEmbedded: false,
      hidden: [],
      hoverStep: null,
      pinnedStep: null,
      settingsOpen: false,
      preset: null,
    },
  };
}
