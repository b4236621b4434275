import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { costOf } from '../experiment/cost.ts';
import { defaultExperiment } from '../experiment/settings.ts';
import { configure } from './experimentActions.ts';
import { FakeLab } from './fakeLab.ts';
import { receive } from './labEvents.ts';
import { connect, measureDevice, run } from './runActions.ts';
import { clearRecord, currentRecord } from './runRecord.ts';
import { initialState } from './state.ts';
import { store } from './store.ts';

const SMALL = { ...defaultExperiment(), steps: 20, probeEvery: 5, testEvery: 10 };

function storageOf(entries: Map<string, string>): Pick<Storage, 'getItem' | 'setItem'> {
  return {
    getItem: (key) => entries.get(key) ?? null,
    setItem: (key, value) => void entries.set(key, value),
  };
}

let stored: Map<string, string>;

beforeEach(() => {
  stored = new Map();
  vi.stubGlobal('localStorage', storageOf(stored));
});

afterEach(() => {
  vi.unstubAllGlobals();
  clearRecord();
  store.setState(initialState(), true);
});

async function finished(device = {}): Promise<void> {
  await connect(new FakeLab({ device }));
  configure(SMALL);
  await run();
}

describe('the speed of the device', () => {
  it('is unknown until something has run here', async () => {
    await connect(new FakeLab());
    expect(store.getState()).toMatchObject({ flopsPerSecond: null, flopsPerGradient: null });
  });

  it('is what the run has computed over the time that it took', async () => {
    await finished();
    const { flops, flopsPerGradient } = costOf({ ...SMALL, steps: 19 });
    const seconds = (19 * 81) / 1000; // the fake lab's steps take 81 ms, and the last one reported is 19
    expect(store.getState().flopsPerSecond).toBeCloseTo(flops / seconds, -3);
    expect(store.getState().flopsPerGradient).toBe(flopsPerGradient);
  });

  it('is not that of a network that the fast engine did not cover', async () => {
    await connect(new FakeLab({ device: { adapter: 'One' } }));
    configure(SMALL);
    const running = run();
    receive({ type: 'engine', engine: 'reference', reason: 'a kernel binds 12 buffers' });
    await running;
    expect(currentRecord()!.timing.elapsedMs).toBeGreaterThan(1000);
    expect(store.getState()).toMatchObject({ flopsPerSecond: null, flopsPerGradient: null });
    expect(stored.size).toBe(0);
  });

  it('is remembered for its adapter, and for no other', async () => {
    await finished({ adapter: 'One' });
    const { flopsPerSecond } = store.getState();
    store.setState(initialState(), true);
    await connect(new FakeLab({ device: { adapter: 'Other' } }));
    expect(store.getState().flopsPerSecond).toBeNull();
    await connect(new FakeLab({ device: { adapter: 'One' } }));
    expect(store.getState().flopsPerSecond).toBe(flopsPerSecond);
  });

  it('is measured shortly when asked for, and remembered beside that of runs', async () => {
    const pace = {
      secondsPerDispatch: 1e-5,
      rates: [{ flopsPerGradient: 1e8, flopsPerSecond: 1e10 }],
      float64FlopsPerSecond: 1e9,
      sharesProcessor: true,
    };
    const lab = new FakeLab({ measuredPace: pace });
    await connect(lab);
    expect(lab.calls).not.toContain('measurePace');
    await measureDevice();
    configure(SMALL);
    await run();
    const { flopsPerSecond } = store.getState();
    store.setState(initialState(), true);
    await connect(new FakeLab());
    expect(store.getState()).toMatchObject({ pace, flopsPerSecond, isMeasuringPace: false });
  });

  it.each([
    '{',
    '[]',
    'null',
    '{"webgpu Test adapter":{"speed":{"flopsPerSecond":-1,"flopsPerGradient":"x"},"pace":{"rates":[]}}}',
  ])('is unknown where the storage holds %s', async (text) => {
    stored.set('normscape-speed', text);
    await connect(new FakeLab());
    expect(store.getState()).toMatchObject({ flopsPerSecond: null, pace: null });
  });

  it('does without a storage that is forbidden', async () => {
    const forbidden = () => {
      throw new DOMException('The operation is insecure.', 'SecurityError');
    };
    vi.stubGlobal('localStorage', { getItem: forbidden, setItem: forbidden });
    await finished();
    expect(store.getState().flopsPerSecond).toBeGreaterThan(0);
  });

  it('is not taken from the first moments of a run', async () => {
    await connect(new FakeLab());
    receive({ type: 'started', experiment: SMALL, environment: environment() });
    const measured = [{ kind: 'timing', step: 3, elapsedMs: 200 } as const];
    receive({ type: 'measured', measured, step: 3, stepsPerSecond: 15 });
    expect(store.getState().flopsPerSecond).toBeNull();
  });
});

const environment = () => ({
  backend: 'webgpu' as const,
  adapter: 'Test adapter',
  software: true,
  app: 'test',
  startedAt: '2026-01-01T00:00:00Z',
});
