import * as fc from 'fast-check';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { LAB_PROBLEM_KINDS } from '../lab/lab.ts';
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
import { connect, connectedLab, pause, recordCopy, reset, run, step } from './runActions.ts';
import { clearRecord } from './runRecord.ts';
import { initialState } from './state.ts';
import { store } from './store.ts';
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

function kindOf(error: unknown): unknown {
  const { kind, problem } = error as { kind?: unknown; problem?: { kind?: unknown } };
  return kind ?? problem?.kind ?? error;
}

/** Calls and waits a little or not at all; gives the kinds of all rejections once everything has settled. */
async function follow(tabs: Tabs, sequence: [name: string, waits: boolean][]): Promise<unknown[]> {
  const kinds: unknown[] = [];
  const pending: Promise<unknown>[] = [];
  for (const [name, waits] of sequence) {
    const call = Promise.resolve()
      .then(() => CALLS[name]!(tabs))
      .catch((error: unknown) => kinds.push(kindOf(error)));
    pending.push(call);
    await (waits ? call : Promise.resolve());
  }
  await Promise.all(pending);
  return kinds;
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
    clearRecord();
    store.setState(initialState(), true);
  });

  it('each works or rejects with a kind, and the lab works afterwards: 500 sequences', async () => {
    vi.stubGlobal('fetch', async () => new Response(null, { status: 404 }));
    const left = await closedTab();
    const names = fc.constantFrom(...Object.keys(CALLS));
    const seen = new Set<unknown>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(names, fc.boolean()), { minLength: 1, maxLength: 14 }),
        async (sequence) => {
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
          for (const kind of await follow({ page, other, otherId }, sequence)) {
            expect(LAB_PROBLEM_KINDS).toContain(kind);
            seen.add(kind);
          }
          await reset();
          configure(TINY);
          const record = await run();
          expect(readRecord(record).ok).toBe(true);
          expect(record.variants[0]!.train.step).toEqual([0, 1, 2, 3, 4, 5, 6]);
          expect(record.variants[0]!.status).toBe('finished');
          page.dispose();
          other.dispose();
        },
      ),
      { numRuns: 500, seed: 500 },
    );
    expect([...seen]).toEqual(
      expect.arrayContaining(['busy', 'data-missing', 'invalid-experiment', 'not-ready']),
    );
  }, 600_000);
});
