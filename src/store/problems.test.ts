import { afterEach, describe, expect, it, vi } from 'vitest';
import { defaultExperiment } from '../experiment/settings.ts';
import { emptyRecord } from '../record/build.ts';
import { FakeLab } from './fakeLab.ts';
import { LabError } from './lab.ts';
import { receive } from './labEvents.ts';
import { reportOf } from './report.ts';
import { connect, pause, reset, run, step } from './runActions.ts';
import { clearRecord, currentRecord } from './runRecord.ts';
import { initialState } from './state.ts';
import { store } from './store.ts';
import { tellOfAbsence, watchVisibility } from './visibility.ts';

const experiment = { ...defaultExperiment(), steps: 20 };
const environment = {
  backend: 'webgpu',
  adapter: 'A GPU',
  software: false,
  app: 'test',
  startedAt: '',
} as const;

async function running(): Promise<void> {
  await connect(new FakeLab({ device: { adapter: 'A GPU' } }));
  store.setState({ experiment });
  receive({ type: 'started', experiment, environment });
  receive({ type: 'state', state: 'running', step: 0, steps: 20 });
  const { stepSizes } = emptyRecord(experiment, environment).variants[0]!.landscape;
  const grid = (value: number) => ({
    lossAt: stepSizes.map(() => value),
    gradientDifferenceAt: [1],
    beta: 1,
  });
  const landscape = {
    kind: 'landscape',
    variant: 0,
    step: 5,
    loss: 2,
    gradientNorm: 1,
    random: grid(1),
  } as const;
  const measured = [
    { ...landscape, grid: grid(1), fine: grid(1) },
    { ...landscape, step: 10, grid: grid(Number.NaN), fine: grid(1) },
    { ...landscape, step: 15, grid: grid(Number.NaN), fine: grid(1) },
  ];
  for (const one of measured)
    receive({ type: 'measured', measured: [one], step: one.step, stepsPerSecond: 9 });
}

const notice = (kind: string) => store.getState().notices.find((one) => one.kind === kind)!;

afterEach(() => {
  clearRecord();
  store.setState(initialState(), true);
});

describe('a tab that was hidden', () => {
  it('says how far its run went, or that it was paused', async () => {
    await running();
    tellOfAbsence(5, true);
    expect(notice('hidden').finding).toBe(
      'While the page was hidden the run went on from step 5 to step 15.',
    );
    tellOfAbsence(15, true);
    expect(notice('hidden').finding).toBe('The browser paused the run at step 15 while the page was hidden.');
    expect(notice('hidden').advice).toContain('It goes on now.');
  });

  it('says nothing where nothing ran, or where it was hidden for a moment', async () => {
    let nowMs = 0;
    const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
    watchVisibility(page as unknown as Document, () => nowMs);
    const turn = (visibilityState: string): void => {
      page.visibilityState = visibilityState;
      page.dispatchEvent(new Event('visibilitychange'));
    };
    const told = async (awayMs: number): Promise<boolean> => {
      turn('hidden');
      nowMs += awayMs;
      vi.useFakeTimers();
      turn('visible');
      vi.runAllTimers();
      vi.useRealTimers();
      return notice('hidden') !== undefined;
    };
    expect(await told(3_600_000)).toBe(false);
    await running();
    expect(await told(1000)).toBe(false);
    expect(await told(3_600_000)).toBe(true);
  });
});

describe('a network that the fast engine does not cover', () => {
  const reason = 'The kernel “sum” needs 9 storage buffers; this device allows 8.';
  const onReference = { type: 'engine', engine: 'reference', reason } as const;

  async function slow(): Promise<void> {
    const pace = () => new Promise<void>((resolve) => setTimeout(resolve, 1));
    await connect(new FakeLab({ pace }));
    store.setState({ experiment });
    await step(2);
    receive(onReference);
  }

  it('runs on the reference engine, and the page and its reports say so and why', async () => {
    await slow();
    expect(notice('engine').finding).toBe(
      'This network runs on the slower reference engine: The kernel “sum” needs 9 storage buffers; this device allows 8.',
    );
    expect(notice('engine').advice).toContain('It measures the same, to rounding');
    expect(reportOf(notice('engine'))).toContain(`engine: reference: ${reason}`);
  });

  it('is told of as long as its run goes on', async () => {
    await slow();
    const running = run();
    await pause();
    await running;
    expect(notice('engine')).toBeDefined();
    receive({ type: 'engine', engine: 'fused', reason: null });
    expect(notice('engine')).toBeUndefined();
  });

  it('is not told of where the device has no other engine', () => {
    receive({ type: 'engine', engine: 'reference', reason: null });
    expect(notice('engine')).toBeUndefined();
  });

  it.each([
    ['a new run begins', () => run()],
    ['everything is reset', () => reset()],
  ])('is no longer told of once %s', async (_, begin) => {
    await slow();
    store.setState({ experiment: { ...experiment, learningRate: 0.5 } });
    await begin();
    expect(notice('engine')).toBeUndefined();
    expect(store.getState().engine).toBeNull();
  });
});

describe('a problem says what, where and what next, and keeps the record', () => {
  it('NaN in a probe, once', async () => {
    await running();
    expect(notice('probe').finding).toBe('Standard: a probe at step 10 met values that are not finite.');
    expect(notice('probe').actions).toContain('copy-report');
    expect(currentRecord()!.variants[0]!.landscape.step).toEqual([5, 10, 15]);
  });

  it.each(['gpu-validation', 'internal', 'kernel'] as const)('%s', async (kind) => {
    await running();
    receive({ type: 'state', state: 'failed', step: 15, steps: 20 });
    receive({ type: 'problem', problem: { kind, message: 'a bad binding', hint: 'Run again.' } });
    expect(notice(kind)).toEqual({
      kind,
      finding: 'a bad binding.',
      advice: 'At step 15, on A GPU. Run again.',
      actions: ['run-again', 'copy-report'],
    });
    const report = reportOf(notice(kind));
    for (const line of [`problem: ${kind}`, 'run: failed at step 15 of 20', 'device: webgpu, A GPU (open)'])
      expect(report).toContain(line);
    expect(currentRecord()!.variants[0]!.landscape.step).toHaveLength(3);
  });

  it('and still says where once the call that ran has rejected', async () => {
    const problem = { kind: 'internal', message: 'a bad binding', hint: 'Run again.' } as const;
    const lab = new FakeLab({ device: { adapter: 'A GPU' } });
    lab.run = async () => {
      receive({ type: 'started', experiment, environment });
      receive({ type: 'state', state: 'failed', step: 7, steps: 20 });
      receive({ type: 'problem', problem });
      throw new LabError(problem);
    };
    await connect(lab);
    store.setState({ experiment });
    await expect(run()).rejects.toMatchObject({ kind: 'internal' });
    expect(notice('internal').advice).toMatch(/^At step \d, on A GPU\. Run again\.$/);
  });

  it('out-of-memory names what to reduce', async () => {
    await running();
    receive({
      type: 'problem',
      problem: { kind: 'out-of-memory', message: 'No memory', hint: 'Make it smaller.' },
    });
    expect(notice('out-of-memory').advice).toMatch(/Reduce the batch size: \d+ would fit\./);
  });
});
