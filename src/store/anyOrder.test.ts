import * as fc from 'fast-check';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { LAB_PROBLEM_KINDS, type LabState } from '../lab/lab.ts';
import { RunArchive } from '../lab/runArchive.ts';
import { RunLocks } from '../lab/runLocks.ts';
import type { Session } from '../lab/session.ts';
import { openSession, smallExperiment } from '../lab/testSession.ts';
import { memoryLocks, memoryStorage } from '../lab/testStorage.ts';
import { readRecord } from '../record/json.ts';
import { changeSettings, configure, enterText, returnToRun } from './experimentActions.ts';
import { continueInterrupted, discardInterrupted, keepInterrupted } from './interruptedActions.ts';
import { findInterrupted } from './interruptedNotice.ts';
import { openLink } from './linkActions.ts';
import { shownExperiment } from './recordedRuns.ts';
import { refusalOf } from './refusal.ts';
import { connect, connectedLab, pause, recordCopy, reset, run, step } from './runActions.ts';
import { clearRecord, currentRecord } from './runRecord.ts';
import { initialState, type PageState } from './state.ts';
import { isBusy, store } from './store.ts';
import { hoverAt, isolate, moveCursor, pinAt, toggleHidden } from './viewActions.ts';

const TINY = smallExperiment({
  network: 'dln:2x3',
  variants: ['none'],
  batchSize: 4,
  trainExamples: 8,
  testExamples: 4,
  steps: 6,
  probeEvery: 3,
  testEvery: 3,
  icsLayers: [1],
});

interface Tabs {
  page: Session;
  /** Another tab of the same browser. */
  other: Session;
  otherId: () => Promise<string>;
}
type Call = (tabs: Tabs) => unknown;
type Step = [name: string, waits: boolean];

/** What people, scripts, links, drivers and other tabs do. */
const CALLS: Record<string, Call> = {
  run: () => run(),
  step: () => step(2),
  pause: () => pause(),
  reset: () => reset(),
  record: () => recordCopy(),
  'last probe': () => connectedLab().probeBundle('none'),
  'probe of nothing': () => connectedLab().probeBundle('__proto__'),
  'lose the device': () => connectedLab().loseDevice(),
  'lose it soon': () =>
    new Promise((resolve) => setTimeout(resolve, 3)).then(() => connectedLab().loseDevice()),
  'two networks': () => changeSettings({ variants: ['none', 'batch'] }),
  'a rate that diverges': () => changeSettings({ learningRate: 10 }),
  'a batch too large': () => changeSettings({ batchSize: 4096 }),
  'a text for a number': () => enterText('steps', 'many'),
  'a number': () => enterText('steps', '4'),
  'settings of a script': () => configure({ ...TINY, steps: 5 }),
  'hostile settings': () => configure({ steps: Number.NaN, network: '<img>' } as never),
  'change back': () => returnToRun(),
  'a link': () =>
    openLink('#v=1&data=gaussian&net=dln:2x3&variants=none&batch=4&train=8&test=4&steps=3&every=3&ics=1'),
  'a hostile link': () => openLink('#v=9&steps=1e99&__proto__=1&net=vgg:M-M-M-M-M-M-M'),
  'settings straight to the lab': () => connectedLab().configure(TINY),
  'unusable settings straight to the lab': () => connectedLab().configure({ ...TINY, steps: -1 }),
  'run straight in the lab': () => connectedLab().run(),
  'strange steps straight in the lab': () => connectedLab().step(Number.NaN),
  'look for an interrupted run': ({ page }) => findInterrupted(page),
  continue: () => continueInterrupted(),
  keep: () => keepInterrupted(),
  discard: () => discardInterrupted(),
  'run in the other tab': ({ other }) => other.configure(TINY).then(() => other.run()),
  'stop in the other tab': ({ other }) => other.pause(),
  'continue in the other tab': async ({ other, otherId }) => other.resume(await otherId()),
  'discard in the other tab': async ({ other, otherId }) => other.discard(await otherId()),
  'hover, pin, move, hide': () => {
    hoverAt(3);
    moveCursor(1);
    pinAt(2);
    toggleHidden('none');
    isolate('batch');
  },
};

type Kind = (typeof LAB_PROBLEM_KINDS)[number];
/** The kind with which a call rejects; null where it works. */
type Outcome = Kind | null;

/** What a call must do. */
interface Rule {
  /** The refusal that is certain at once, whatever else is under way. */
  refusal?: (page: PageState) => Outcome;
  /** What else may come of it where nothing else is under way; to work alone where nothing is said. */
  alone?: (page: PageState) => Outcome[];
  /** Never rejects, whatever else is under way. */
  isSafe?: boolean;
  /** Where the lab is after it has worked alone. */
  leaves?: LabState[];
}

const whileBusy = (page: PageState): Outcome => (isBusy(page) ? 'busy' : null);
const ofInterrupted = (page: PageState): Outcome => (page.interrupted ? null : 'not-ready');
const start: Rule = {
  refusal: (page) => whileBusy(page) ?? refusalOf(page)?.kind ?? null,
  alone: ({ experiment }) => [experiment.dataset === 'gaussian' ? null : 'data-missing'],
};
const safe: Rule = { isSafe: true };
const setting: Rule = { refusal: whileBusy };
/** Another tab may have it, or have ended it. */
const takeOver: Rule = {
  refusal: (page) => ofInterrupted(page) ?? whileBusy(page),
  alone: () => [null, 'not-ready'],
};
/** Of the lab, whatever it was set up with. */
const straight: Rule = {
  alone: () => [null, 'not-ready', 'data-missing'],
  leaves: ['paused', 'finished'],
};
const elsewhere: Rule = { alone: () => [null, 'busy', 'not-ready'] };

const RULES: Record<keyof typeof CALLS, Rule> = {
  run: { ...start, leaves: ['finished'] },
  step: { ...start, leaves: ['paused', 'finished'] },
  pause: safe,
  reset: { ...safe, leaves: ['idle'] },
  record: { refusal: () => (currentRecord() ? null : 'not-ready') },
  'last probe': { alone: () => [null, 'not-ready'] },
  'probe of nothing': { alone: () => ['not-ready'] },
  'lose the device': safe,
  'lose it soon': safe,
  'two networks': setting,
  'a rate that diverges': setting,
  'a batch too large': setting,
  'a text for a number': setting,
  'a number': setting,
  'settings of a script': setting,
  'hostile settings': setting,
  'change back': { refusal: (page) => (shownExperiment() ? whileBusy(page) : null) },
  'a link': safe,
  'a hostile link': safe,
  'settings straight to the lab': { leaves: ['idle'] },
  'unusable settings straight to the lab': { alone: () => ['invalid-experiment'] },
  'run straight in the lab': straight,
  'strange steps straight in the lab': straight,
  'look for an interrupted run': safe,
  continue: { ...takeOver, leaves: ['finished'] },
  keep: { ...takeOver, leaves: ['finished'] },
  discard: { refusal: ofInterrupted },
  'run in the other tab': elsewhere,
  'stop in the other tab': safe,
  'continue in the other tab': elsewhere,
  'discard in the other tab': safe,
  'hover, pin, move, hide': safe,
};

function kindOf(error: unknown): unknown {
  const { kind, problem } = error as { kind?: unknown; problem?: { kind?: unknown } };
  return kind ?? problem?.kind ?? error;
}

/** Makes calls, waits for each or not, and compares what comes of them with the rules. */
class Follower {
  readonly kinds = new Set<unknown>();
  private readonly tabs: Tabs;
  private underWay = 0;
  private begun = 0;

  constructor(tabs: Tabs) {
    this.tabs = tabs;
  }

  async follow(sequence: Step[]): Promise<void> {
    const pending: Promise<void>[] = [];
    for (const [name, waits] of sequence) {
      const call = Promise.resolve().then(() => this.call(name));
      // Told at the end.
      call.catch(() => {});
      pending.push(call);
      if (waits) await call;
    }
    await Promise.all(pending);
  }

  private async call(name: string): Promise<void> {
    const begun = ++this.begun;
    const isFirst = this.underWay++ === 0;
    const { refusal = () => null, alone = () => [null], isSafe, leaves } = RULES[name]!;
    const page = store.getState();
    const refused = refusal(page);
    const expected = refused ? [refused] : isSafe ? [null] : alone(page);
    const outcome = await this.outcomeOf(name);
    this.underWay--;
    const isAlone = isFirst && begun === this.begun;
    if (isAlone || refused || isSafe) expect(expected, name).toContain(outcome);
    if (!isAlone) return;
    if (leaves && !outcome) expect(leaves, name).toContain(store.getState().labState);
    checkPage();
  }

  private async outcomeOf(name: string): Promise<unknown> {
    try {
      await CALLS[name]!(this.tabs);
      return null;
    } catch (error) {
      const kind = kindOf(error);
      expect(LAB_PROBLEM_KINDS, name).toContain(kind);
      this.kinds.add(kind);
      return kind;
    }
  }
}

/** What holds whenever nothing is under way. */
function checkPage(): void {
  const page = store.getState();
  expect(isBusy(page)).toBe(false);
  expect(page.progress).toBeNull();
  expect(page.step).toBeGreaterThanOrEqual(0);
  expect(page.step).toBeLessThanOrEqual(page.steps);
  const record = currentRecord();
  if (!record) return;
  expect(readRecord(structuredClone(record))).toMatchObject({ ok: true });
  for (const { train } of record.variants) expect(train.step).toEqual(train.step.map((_, i) => i));
}

/** An interrupted run in storage, as a closed tab leaves it. */
async function closedTab(): Promise<Map<string, unknown>> {
  const storage = memoryStorage();
  const { session } = openSession(undefined, new RunArchive(storage, new RunLocks(memoryLocks())));
  await session.configure(TINY);
  await session.step(3);
  return structuredClone(storage.values);
}

describe('calls and clicks in any order', () => {
  afterAll(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
    clearRecord();
    store.setState(initialState(), true);
  });

  it('each works or rejects with a kind, and the lab works afterwards: 500 sequences', async () => {
    vi.stubGlobal('fetch', async () => new Response(null, { status: 404 }));
    // Tabs that hold a run for good are not waited for so long.
    const timeout = AbortSignal.timeout;
    vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => timeout.call(AbortSignal, ms / 50));
    const left = await closedTab();
    const waits = fc.constantFrom(true, true, false);
    const call = fc.tuple(fc.constantFrom(...Object.keys(CALLS)), waits);
    const upTo = (maxLength: number) => fc.array(call, { minLength: 1, maxLength, size: 'max' });
    const sequences = fc.oneof({ weight: 2, arbitrary: upTo(14) }, { weight: 1, arbitrary: upTo(100) });
    const seen = new Set<unknown>();
    await fc.assert(
      fc.asyncProperty(sequences, async (sequence) => {
        const storage = memoryStorage(structuredClone(left));
        const locks = memoryLocks();
        const tab = (): Session =>
          openSession(undefined, new RunArchive(storage, new RunLocks(locks))).session;
        const [page, other] = [tab(), tab()];
        clearRecord();
        store.setState(initialState(), true);
        await connect(page);
        configure(TINY);
        const otherId = async (): Promise<string> => (await other.interrupted())?.id ?? 'none';
        const follower = new Follower({ page, other, otherId });
        await follower.follow(sequence);
        for (const kind of follower.kinds) seen.add(kind);
        await reset();
        configure(TINY);
        const record = await run();
        expect(readRecord(record).ok).toBe(true);
        expect(record.variants[0]!.train.step).toEqual([0, 1, 2, 3, 4, 5, 6]);
        expect(record.variants[0]!.status).toBe('finished');
        page.dispose();
        other.dispose();
      }),
      { numRuns: 500, seed: 500 },
    );
    expect([...seen]).toEqual(
      expect.arrayContaining(['busy', 'data-missing', 'invalid-experiment', 'not-ready']),
    );
  }, 600_000);
});
