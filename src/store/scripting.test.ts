import { afterEach, describe, expect, it } from 'vitest';
import { defaultExperiment } from '../experiment/settings.ts';
import { RunArchive } from '../lab/runArchive.ts';
import { RunLocks } from '../lab/runLocks.ts';
import type { Session } from '../lab/session.ts';
import { openSession, smallExperiment } from '../lab/testSession.ts';
import { memoryLocks, memoryStorage } from '../lab/testStorage.ts';
import { FakeLab, type FakeLabOptions } from './fakeLab.ts';
import { connect } from './runActions.ts';
import { clearRecord } from './runRecord.ts';
import { createScripting, type Scripting } from './scripting.ts';
import { initialState } from './state.ts';
import { store } from './store.ts';

function scripted(options: FakeLabOptions = {}): Scripting {
  return createScripting(connect(new FakeLab(options)));
}

afterEach(() => {
  clearRecord();
  store.setState(initialState(), true);
});

describe('window.normscape', () => {
  it('is ready with the device', async () => {
    await expect(scripted().ready).resolves.toEqual({
      backend: 'webgpu',
      adapter: 'Test adapter',
      software: true,
    });
  });

  it('takes settings and fragments, and says what it changed', () => {
    const normscape = scripted();
    expect(normscape.configure({ steps: 12, momentum: 3 })).toMatchObject({
      experiment: { steps: 12, momentum: 0.99 },
      notices: [{ kind: 'clamped', key: 'momentum' }],
    });
    expect(normscape.configure('#v=1&lr=0.5').experiment).toEqual({
      ...defaultExperiment(),
      learningRate: 0.5,
    });
  });

  it('runs to the end and returns a record of its own', async () => {
    const normscape = scripted();
    normscape.configure({ steps: 12, probeEvery: 4 });
    expect(normscape.record()).toBeNull();
    const record = await normscape.run();
    record.variants.length = 0;
    expect(normscape.record()?.variants[0]?.landscape.step).toEqual([0, 4, 8]);
  });

  it('steps and resets', async () => {
    const normscape = scripted();
    await normscape.step(2);
    expect(normscape.record()?.variants[0]?.train.step).toEqual([0, 1]);
    await normscape.reset();
    expect(normscape.record()).toBeNull();
  });

  it('pauses a run that is only about to begin, and runs it to its end later', async () => {
    const normscape = createScripting(connect(openSession().session));
    await normscape.ready;
    normscape.configure(smallExperiment());
    const running = normscape.run();
    await normscape.pause();
    await expect(running).rejects.toMatchObject({ kind: 'not-ready' });
    expect(store.getState()).toMatchObject({ labState: 'idle', starting: false });
    expect(normscape.record()).toBeNull();
    expect((await normscape.run()).variants[0]!.status).toBe('finished');
    const again = normscape.run();
    await normscape.reset();
    await again.catch(() => undefined);
    expect(store.getState().labState).toBe('idle');
    expect(normscape.record()).toBeNull();
  });

  it('pauses an interrupted run that is only about to go on', async () => {
    const storage = memoryStorage();
    const tab = (): Session =>
      openSession(undefined, new RunArchive(storage, new RunLocks(memoryLocks()))).session;
    const closed = tab();
    await closed.configure(smallExperiment());
    await closed.step(4);
    const normscape = createScripting(connect(tab()));
    expect((await normscape.interrupted())?.step).toBe(4);
    const running = normscape.continueInterrupted();
    await normscape.pause();
    expect((await running).variants[0]!.train.step).toEqual([0, 1, 2, 3]);
    expect(store.getState().labState).toBe('paused');
    expect((await normscape.run()).variants[0]!.train.step).toHaveLength(13);
  });

  it('rejects with the kind of the problem', async () => {
    const normscape = scripted();
    await normscape.ready;
    await expect(normscape.permalink({ curves: true })).rejects.toMatchObject({ kind: 'not-ready' });
    await expect(normscape.probeBundle('batch')).rejects.toMatchObject({ kind: 'not-ready' });
    normscape.configure({ network: 'dln:25x10', variants: ['none'] });
    store.setState({ experiment: { ...normscape.experiment(), dataset: 'cifar-10' } });
    await expect(normscape.run()).rejects.toMatchObject({ kind: 'invalid-experiment' });
  });

  it('rejects where no device could be opened', async () => {
    const lab = new FakeLab();
    lab.open = async () => {
      throw new Error('none');
    };
    await expect(createScripting(connect(lab)).ready).rejects.toMatchObject({ kind: 'not-ready' });
  });
});
