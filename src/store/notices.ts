/** Notices: what was found, what was done about it, and one thing that the visitor can do. */
import type { Notice } from '../experiment/experiment.ts';
import { formatNumber } from '../experiment/read.ts';
import type { Device, LabEvent, LabProblem, LabProblemKind } from './lab.ts';
import type { NoticeAction, PageNotice } from './state.ts';
import { store } from './store.ts';

type Unkept = LabEvent & { type: 'unkept' };
type RunningEngine = LabEvent & { type: 'engine' };

export function showNotice(notice: PageNotice): void {
  store.setState(({ notices }) => ({
    notices: [...notices.filter(({ kind }) => kind !== notice.kind), notice],
  }));
}

export function dismissNotice(kind: PageNotice['kind']): void {
  store.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.kind !== kind) }));
}

/** Messages of browsers and drivers often end without a full stop. */
const asSentence = (message: string): string => (/[.!?…]$/.test(message) ? message : `${message}.`);

const LASTING_KINDS: PageNotice['kind'][] = [
  'link',
  'fallback',
  'engine',
  'interrupted',
  'unkept',
  'storage',
  'import',
  'newer-version',
];

/** Takes away what a new run makes obsolete: problems and refusals of the one before. */
export function dismissProblems(): void {
  store.setState(({ notices }) => ({
    notices: notices.filter(({ kind }) => LASTING_KINDS.includes(kind)),
  }));
}

const PROBLEM_ACTIONS: Record<LabProblemKind, NoticeAction[]> = {
  'invalid-experiment': ['show-settings'],
  busy: [],
  'data-missing': ['retry', 'copy-report'],
  'data-corrupt': ['retry', 'copy-report'],
  'data-network': ['retry', 'copy-report'],
  'out-of-memory': ['show-settings', 'copy-report'],
  'device-lost': ['run-again', 'copy-report'],
  'gpu-validation': ['run-again', 'copy-report'],
  kernel: ['run-again', 'copy-report'],
  'not-ready': [],
  internal: ['run-again', 'copy-report'],
};

/** What was found, where where that is known, and what to do next. */
export function showProblem({ kind, message, hint }: LabProblem, where = ''): void {
  const advice = [where, hint].filter(Boolean).join(' ');
  const canGoOn = store.getState().labState === 'paused';
  const actions = PROBLEM_ACTIONS[kind].map((action) =>
    canGoOn && action === 'run-again' ? 'go-on' : action,
  );
  showNotice({ kind, finding: asSentence(message), advice, actions });
}

/** Whether a notice says that already, perhaps with where it happened. */
export function isTold({ kind, message }: Pick<LabProblem, 'kind' | 'message'>): boolean {
  const { notices } = store.getState();
  return notices.some((notice) => notice.kind === kind && notice.finding === asSentence(message));
}

/** Says why the networks train elsewhere than on WebGPU, where they do, and what to do about it. */
export function showFallback({ backend, fallback }: Device): void {
  if (!fallback) return;
  const place = backend === 'cpu' ? 'the processor' : 'WebGL';
  const advice = `The networks train on ${place} instead, slowly. ${fallback.hint}`;
  showNotice({ kind: 'fallback', finding: asSentence(fallback.message), advice, actions: [] });
}

/** Says why the networks do not train on the fast engine, where they could not; no longer, where they do. */
export function showEngine({ engine, reason }: Pick<RunningEngine, 'engine' | 'reason'>): void {
  if (engine === 'fused' || reason === null) {
    dismissNotice('engine');
    return;
  }
  showNotice({
    kind: 'engine',
    finding: asSentence(`This network runs on the slower reference engine: ${reason}`),
    advice:
      'It measures the same, to rounding, but each step takes many times as long. Another browser or GPU may run it on the fast one.',
    actions: ['copy-report'],
  });
}

/** Says that a probe met a value that is not finite, at which network and step. */
export function showProbeProblem(network: string, step: number): void {
  showNotice({
    kind: 'probe',
    finding: `${network}: a probe at step ${formatNumber(step)} met values that are not finite.`,
    advice:
      'So far along the gradient the loss leaves the numbers that the GPU has. The figures leave a gap there, and the record keeps it. Lower the learning rate or the probe’s steps to see more.',
    actions: ['show-settings', 'copy-report'],
  });
}

/** Says that the GPU was lost and that the run goes on all the same. */
export function showRecovery(lostStep: number, step: number): void {
  showNotice({
    kind: 'recovery',
    finding: `The GPU was lost at step ${formatNumber(lostStep)}. The curves are kept.`,
    advice: `It was opened anew, and the run goes on from step ${formatNumber(step)}.`,
    actions: [],
  });
}

const UNKEPT_WORDS: Record<Unkept['reason'], string> = {
  full: 'The storage of this browser is full. Make room, or export the record before you close the page.',
  denied:
    'This browser gives the page no storage, as in private windows. Export the record before you close the page.',
  failed: 'The storage of this browser failed. Export the record before you close the page.',
};

/** Says that the run would be lost with its tab. */
export function showUnkept({ reason, message }: Unkept): void {
  const advice =
    reason === 'failed' ? `${UNKEPT_WORDS[reason]} It said: ${asSentence(message)}` : UNKEPT_WORDS[reason];
  showNotice({ kind: 'unkept', finding: 'The run goes on, but it is not stored.', advice, actions: [] });
}

/** Lists what of a link or a script could not be used as it came. */
export function showLinkNotices(notices: readonly Notice[]): void {
  dismissNotice('link');
  if (notices.length === 0) return;
  const count = notices.length === 1 ? 'One thing' : `${notices.length} things`;
  showNotice({
    kind: 'link',
    finding: `${count} could not be used as asked.`,
    advice: notices.map(({ message }) => message).join(' '),
    actions: [],
  });
}

/** Adds what else of a link could not be used, found by the page that it opened. */
export function addLinkNotice(message: string): void {
  const shown = store.getState().notices.find(({ kind }) => kind === 'link')?.advice ?? '';
  if (shown.includes(message)) return;
  showNotice({
    kind: 'link',
    finding: 'Some of the link could not be used as asked.',
    advice: `${shown} ${message}`.trim(),
    actions: [],
  });
}
