import * as fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fromFragment, toFragment } from '../experiment/permalink.ts';
import { defaultExperiment } from '../experiment/settings.ts';
import { linkWithCurves } from './curvesLink.ts';
import { changeSettings, configure, enterText, isChangedSinceRun, returnToRun } from './experimentActions.ts';
import { FakeLab, type FakeLabOptions } from './fakeLab.ts';
import type { LabProblem } from './lab.ts';
import { addressOf } from './link.ts';
import { openLink } from './linkActions.ts';
import { PageError } from './pageError.ts';
import { ghostRuns, shownRecord, shownRecorded, showRecorded } from './recordedRuns.ts';
import { problemsAtControls, refusalOf } from './refusal.ts';
import { canGoOn, connect, pause, recordCopy, reset, run, step } from './runActions.ts';
import { clearRecord, currentRecord } from './runRecord.ts';
import { initialState, type View } from './state.ts';
import { store } from './store.ts';
import { firstView, readView, viewParts } from './viewLink.ts';

const SMALL = { ...defaultExperiment(), steps: 20, probeEvery: 5, testEvery: 10 };

async function opened(options: FakeLabOptions = {}): Promise<FakeLab> {
  const lab = new FakeLab(options);
  await connect(lab);
  configure(SMALL);
  return lab;
}

const kinds = (): string[] => store.getState().notices.map(({ kind }) => kind);

afterEach(() => {
  clearRecord();
  store.setState(initialState(), true);
});

describe('opening', () => {
  it('knows the device once the lab has found it', async () => {
    await opened({ device: { adapter: 'Apple M2 Pro', software: false } });
    expect(store.getState()).toMatchObject({ deviceState: 'open', device: { adapter: 'Apple M2 Pro' } });
  });

  it('says why the networks do not train on WebGPU', async () => {
    await opened({
      device: { backend: 'cpu', fallback: { reason: 'no-api', message: 'No WebGPU', hint: 'Use Chrome.' } },
    });
    const advice = 'The networks train on the processor instead, slowly. Use Chrome.';
    expect(store.getState().notices).toEqual([
      { kind: 'fallback', finding: 'No WebGPU.', advice, actions: [] },
    ]);
  });

  it('says so when no device can be opened', async () => {
    const lab = new FakeLab();
    lab.open = async () => {
      throw new Error('no adapter');
    };
    expect(await connect(lab)).toBeNull();
    expect(store.getState().deviceState).toBe('failed');
    expect(kinds()).toEqual(['internal']);
  });
});

describe('a run', () => {
  it('configures the lab, fills the record and finishes', async () => {
    const lab = await opened();
    const record = await run();
    expect(lab.calls).toEqual(['open', 'configure', 'run']);
    expect(record.variants.map(({ train }) => train.step.length)).toEqual([20, 20, 20]);
    expect(store.getState()).toMatchObject({ labState: 'finished', step: 20, steps: 20 });
    expect(store.getState().announcement).toBe('Finished at step 20.');
  });

  it('pauses, goes on with the same run, and keeps what was measured', async () => {
    const lab = await opened({ pace: () => new Promise((resolve) => setTimeout(resolve, 1)) });
    const running = run();
    await new Promise((resolve) => setTimeout(resolve, 15));
    await pause();
    const paused = await running;
    expect(store.getState().labState).toBe('paused');
    expect(canGoOn()).toBe(true);
    expect(paused.variants[0]!.train.step.length).toBe(store.getState().step);
    await run();
    expect(lab.calls.filter((call) => call === 'configure')).toHaveLength(1);
    expect(recordCopy().variants[0]!.train.step).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it('takes single steps', async () => {
    await opened();
    await step();
    await step(3);
    expect(recordCopy().variants[0]!.train.step).toEqual([0, 1, 2, 3]);
    expect(store.getState().labState).toBe('paused');
  });

  it('begins anew after it has finished', async () => {
    const lab = await opened();
    await run();
    await run();
    expect(lab.calls.filter((call) => call === 'configure')).toHaveLength(2);
    expect(recordCopy().variants[0]!.train.step).toHaveLength(20);
  });

  it('names the variant that diverges; the others go on', async () => {
    await opened({ divergesAt: { none: 6 } });
    const announcements = new Set<string>();
    const stop = store.subscribe(({ announcement }) => announcements.add(announcement));
    const record = await run();
    stop();
    expect(announcements).toContain('Standard: the loss is not finite at step 6. The others go on.');
    expect(record.variants.map(({ status, divergedAt }) => [status, divergedAt])).toEqual([
      ['diverged', 6],
      ['finished', null],
      ['finished', null],
    ]);
  });

  it('forgets everything on reset', async () => {
    await opened();
    await step(4);
    await reset();
    expect(currentRecord()).toBeNull();
    expect(store.getState()).toMatchObject({ labState: 'idle', step: 0 });
    expect(() => recordCopy()).toThrow('Nothing has run yet.');
  });
});

describe('problems of a run', () => {
  const corrupt: LabProblem = { kind: 'data-corrupt', message: 'Shard 3 is damaged.', hint: 'Try again.' };

  it('offers to try again when the data could not be loaded', async () => {
    await opened({ refusesToBegin: corrupt });
    await run().catch(() => undefined);
    expect(store.getState().labState).toBe('failed');
    expect(store.getState().notices).toEqual([
      {
        kind: 'data-corrupt',
        finding: 'Shard 3 is damaged.',
        advice: 'Try again.',
        actions: ['retry', 'copy-report'],
      },
    ]);
  });

  it('keeps the curves when the device is lost', async () => {
    const lost: LabProblem = { kind: 'device-lost', message: 'The GPU was lost.', hint: 'Run again.' };
    await opened({ failsAt: { step: 7, problem: lost } });
    await run();
    expect(store.getState()).toMatchObject({ labState: 'failed', deviceState: 'lost' });
    expect(recordCopy().variants[1]!.train.step).toHaveLength(7);
    expect(kinds()).toEqual(['device-lost']);
  });

  it('takes the notice away when the next run begins', async () => {
    await opened({ failsAt: { step: 3, problem: corrupt } });
    await run();
    expect(kinds()).toEqual(['data-corrupt']);
    await connect(new FakeLab());
    await run();
    expect(kinds()).toEqual([]);
  });
});

describe('settings', () => {
  it('keeps a text that cannot be used, with its message, and starts nothing', async () => {
    const lab = await opened();
    enterText('momentum', '1.4');
    expect(store.getState().experiment.momentum).toBe(0);
    expect(problemsAtControls(store.getState())).toEqual([
      { key: 'momentum', message: 'Momentum must be at most 0.99; 1.4 was asked for.' },
    ]);
    await expect(run()).rejects.toMatchObject({ kind: 'invalid-experiment' });
    expect(lab.calls).toEqual(['open']);
    expect(kinds()).toEqual(['refusal']);
    enterText('momentum', '0.9');
    expect(store.getState()).toMatchObject({ drafts: {}, notices: [], experiment: { momentum: 0.9 } });
  });

  it('shows settings that contradict each other at their control', async () => {
    await opened();
    changeSettings({ network: 'vgg:8-M-8-M-8-M-8-M-8-M-8-M-8' });
    const [problem] = problemsAtControls(store.getState());
    expect(problem).toMatchObject({ key: 'network' });
    expect(problem?.message).toContain('pools below 1x1');
    await expect(run()).rejects.toBeInstanceOf(PageError);
  });

  it('refuses what the device cannot hold, and names what to reduce', () => {
    const device = { backend: 'webgpu' as const, adapter: '', software: true, fallback: null };
    const state = { drafts: {}, experiment: { ...SMALL, batchSize: 4096 as const } };
    const refusal = refusalOf({ ...state, device: { ...device, memoryBytes: 3e7 } });
    expect(refusal?.kind).toBe('out-of-memory');
    expect(refusal?.message).toMatch(/^This experiment needs about [\d.]+ GB; this device offers 0.03 GB\.$/);
    expect(refusal?.hint).toMatch(/Reduce the batch size: \d+ would fit\.$/);
    expect(refusalOf({ ...state, device: { ...device, memoryBytes: 3e10 } })).toBeNull();
  });

  it('keeps the curves of a run when a setting changes, and can go back to its settings', async () => {
    await opened();
    await step(5);
    changeSettings({ learningRate: 0.5 });
    expect(isChangedSinceRun(store.getState().experiment)).toBe(true);
    expect(recordCopy().variants[0]!.train.step).toHaveLength(5);
    expect(canGoOn()).toBe(false);
    returnToRun();
    expect(store.getState().experiment.learningRate).toBe(0.1);
    expect(canGoOn()).toBe(true);
  });

  it('cannot change while networks train', async () => {
    await opened({ pace: () => new Promise((resolve) => setTimeout(resolve, 1)) });
    const running = run();
    expect(() => configure({ steps: 5 })).toThrow(PageError);
    openLink('#v=1&lr=0.5');
    expect(store.getState().notices[0]?.finding).toContain('not opened');
    await pause();
    await expect(running).rejects.toMatchObject({ kind: 'not-ready' });
    expect(store.getState().experiment.steps).toBe(20);
  });
});

describe('links', () => {
  it('takes what a link says and lists what it had to change', async () => {
    const lab = await opened();
    openLink('#v=1&lr=900&colour=red');
    expect(store.getState().experiment).toEqual({ ...defaultExperiment(), learningRate: 10 });
    const [notice] = store.getState().notices;
    expect(notice?.finding).toBe('2 things could not be used as asked.');
    expect(notice?.advice).toContain('It was set to 10.');
    expect(lab.calls).toEqual(['open']);
  });

  it('opens the page that a link names, and keeps it beside the set-up', () => {
    openLink('#v=1&seed=7&page=theory&view=4.2,m:64');
    const { experiment, view } = store.getState();
    expect(view).toMatchObject({ page: 'theory', pageViews: { theory: '4.2,m:64' } });
    const page = { origin: 'https://example.org', pathname: '/', search: '' } as Location;
    const address = addressOf(experiment, page, view);
    expect(address).toBe('https://example.org/#v=1&seed=7&page=theory&view=4.2,m:64');
    openLink(address.slice(address.indexOf('#')));
    expect(store.getState().view.page).toBe('theory');
    openLink('#page=lecture.3');
    expect(store.getState().view).toMatchObject({ page: 'lecture', pageViews: { lecture: '3' } });
    openLink('#bench');
    expect(store.getState().view.page).toBe('bench');
    openLink('#page=nowhere&view=x');
    expect(store.getState().view).toMatchObject({
      page: 'lab',
      pageViews: { theory: '4.2,m:64', lecture: '3' },
    });
    expect(store.getState().notices).toEqual([]);
  });

  it('changes the page, and nothing else, while networks train', async () => {
    await opened({ pace: () => new Promise((resolve) => setTimeout(resolve)) });
    const running = run();
    openLink(toFragment(store.getState().experiment).concat('&page=theory'));
    expect(store.getState().view.page).toBe('theory');
    expect(store.getState().notices).toEqual([]);
    await pause();
    await expect(running).rejects.toMatchObject({ kind: 'not-ready' });
  });

  it('writes only what differs from the defaults', () => {
    const page = { origin: 'https://example.org', pathname: '/lab/', search: '' } as Location;
    expect(addressOf(defaultExperiment(), page)).toBe('https://example.org/lab/');
    const bench = { ...firstView(), page: 'bench' as const, pageViews: { bench: '' } };
    expect(addressOf(defaultExperiment(), page, bench)).toBe('https://example.org/lab/#page=bench');
    expect(addressOf({ ...defaultExperiment(), seed: 7 }, page)).toBe('https://example.org/lab/#v=1&seed=7');
    const long = { ...defaultExperiment(), network: `vgg:${Array(39).fill(1024).join('-')}`, steps: 777 };
    const address = addressOf(long, page, bench, 'curves');
    expect(address).toMatch(/^https:\/\/example\.org\/lab\/#v=1&net=vgg:1024-.*&page=bench&run=curves$/);
    const longer = {
      ...long,
      variants: ['batch.layer3', 'noisy-batch.layer10.stopped.frozen', 'linf.layer20'],
    };
    expect(addressOf(longer, page, bench, 'curves')).toMatch(/#v=1&set=[\w-]+&page=bench&run=curves$/);
  });
});

describe('a link with curves', () => {
  const where = { origin: 'https://example.org', pathname: '/', search: '' } as const;

  async function linkOfARun(): Promise<{ fragment: string; loss: number[] }> {
    vi.stubGlobal('location', where);
    await opened();
    const record = await run();
    const { address } = await linkWithCurves();
    expect(address.length).toBeLessThanOrEqual(2000);
    clearRecord();
    store.setState(initialState(), true);
    return { fragment: new URL(address).hash, loss: record.variants[0]!.train.loss };
  }

  afterEach(() => {
    vi.unstubAllGlobals();
    showRecorded([]);
  });

  it('shows its curves as recorded, starts nothing, and stays behind what runs here', async () => {
    const { fragment, loss } = await linkOfARun();
    const lab = await opened();
    await openLink(fragment);
    expect(lab.calls).toEqual(['open']);
    expect(currentRecord()).toBeNull();
    expect(shownRecorded()?.origin).toBe('link');
    expect(shownRecord()!.experiment).toEqual(SMALL);
    const shown = shownRecord()!.variants[0]!.train;
    expect(shown.step).toHaveLength(loss.length);
    for (const [i, value] of shown.loss.entries()) expect(value / loss[i]!).toBeCloseTo(1, 1);
    expect(kinds()).toEqual([]);
    await run();
    expect(shownRecord()).toBe(currentRecord());
    expect(ghostRuns()).toHaveLength(1);
    await reset();
    expect(shownRecorded()?.origin).toBe('link');
  });

  it('is shown without curves and with a notice where they are damaged, and forgotten by the next link', async () => {
    const { fragment } = await linkOfARun();
    await opened();
    await openLink(fragment.replace(/.{4}$/, 'AAAA'));
    expect(store.getState().experiment).toEqual(SMALL);
    expect(shownRecord()).toBeNull();
    expect(store.getState().notices[0]?.advice).toContain('damaged or belong to another set-up');
    await openLink(fragment);
    expect(shownRecord()).not.toBeNull();
    await openLink('#v=1&lr=0.5');
    expect(shownRecord()).toBeNull();
  });

  it('before anything has run is refused', async () => {
    await opened();
    await expect(linkWithCurves()).rejects.toMatchObject({ kind: 'not-ready' });
  });
});

describe('the view in a link', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(
        fc.record({
          bands: fc.constantFrom('columns', 'overlaid', null),
          scale: fc.constantFrom('log', 'linear'),
          time: fc.constantFrom('steps', 'seconds'),
          smoothing: fc.option(fc.double({ min: 0, max: 0.99, noNaN: true }).map((value) => value + 0)),
          hidden: fc.subarray(['none', 'batch', 'none@0.5']),
          zoom: fc.option(fc.constantFrom([0, 2] as const, [100, 300] as const)),
          figures: fc.option(fc.subarray(['loss-landscape', 'test-accuracy'], { minLength: 1 })),
          isEmbedded: fc.boolean(),
        }),
        (change) => {
          const link = `#v=1&${viewParts({ ...initialState().view, ...change } as View).join('&')}`;
          const { others, notices } = fromFragment(link);
          expect(notices).toEqual([]);
          expect(readView(others, 300)).toEqual({ change, messages: [] });
        },
      ),
    );
  });

  it('says what of it could not be used', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (one, other) => {
        const { change } = readView(
          {
            smooth: one,
            x: other,
            bands: one,
            fig: one,
            hide: other,
            embed: other,
            zoom: one,
          },
          300,
        );
        expect(change.smoothing === null || (change.smoothing! >= 0 && change.smoothing! <= 0.99)).toBe(true);
      }),
    );
    expect(readView({ smooth: '7', scale: 'cubic', zoom: '100-900' }, 300)).toMatchObject({
      change: { smoothing: 0.99, scale: 'log', zoom: [100, 300] },
      messages: [
        '“scale=cubic” is not known; use log or linear.',
        'The run has 300 steps; “100-900” was cut there.',
        'Smoothing must be from 0 to 0.99; “7” was set to 0.99.',
      ],
    });
    expect(readView({ zoom: '300-900' }, 300).change.zoom).toBe(null);
    expect(readView({ zoom: '20-10' }, 300).messages).toHaveLength(1);
  });
});
