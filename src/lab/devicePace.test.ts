import { describe, expect, it } from 'vitest';
import { createFloat64Engine } from '../engine/float64/engine.ts';
import { type Engine, EngineError } from '../engine/model.ts';
import { separate } from './devicePace.ts';
import { openSession, smallExperiment } from './testSession.ts';

describe('separating dispatches from arithmetic', () => {
  const timing = (flops: number, dispatches: number) => ({
    flops,
    dispatches,
    seconds: 2e-9 * flops + 1e-5 * dispatches,
  });

  it('finds both from two networks', () => {
    const { perDispatch, perFlop } = separate(timing(2e8, 30), timing(1e7, 100));
    expect(perDispatch).toBeCloseTo(1e-5, 12);
    expect(perFlop).toBeCloseTo(2e-9, 16);
  });

  it('stays sensible where noise would make one negative', () => {
    const heavy = { flops: 2e8, dispatches: 30, seconds: 1e-4 };
    expect(separate(heavy, { flops: 1e7, dispatches: 100, seconds: 1e-3 }).perFlop).toBe((0.1 * 1e-4) / 2e8);
    expect(separate(heavy, { flops: 1e7, dispatches: 100, seconds: 1e-9 }).perDispatch).toBe(0);
  });
});

describe('the short measurement', () => {
  it('goes before a run that is asked for meanwhile, is refused during one, and fails without touching it', async () => {
    let fail: (error: EngineError) => void = () => {};
    const broken = {
      ...createFloat64Engine(),
      model: () => new Promise<never>((_, reject) => (fail = reject)),
      dispose: () => {},
    };
    const { session, events } = openSession(undefined, undefined, () => broken as unknown as Engine);
    await session.configure(smallExperiment());
    const measuring = session.measurePace();
    measuring.catch(() => {});
    const run = session.run();
    await expect(session.measurePace()).rejects.toMatchObject({ problem: { kind: 'busy' } });
    expect(events.some(({ type }) => type === 'started')).toBe(false);
    fail(new EngineError('device-lost', 'The GPU gave no answer.', ''));
    await expect(measuring).rejects.toMatchObject({ problem: { kind: 'device-lost' } });
    expect(await run).toBe('finished');
  });
});
