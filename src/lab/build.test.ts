/** What becomes of a run whose first engine cannot build its networks. */
import { describe, expect, it } from 'vitest';
import { loadDataset } from '../data/dataset.ts';
import { DataCache } from '../data/shards.ts';
import { createFloat64Engine } from '../engine/float64/engine.ts';
import { type Engine, EngineError } from '../engine/model.ts';
import { build } from './build.ts';
import type { LabEvent } from './lab.ts';
import { smallExperiment } from './testSession.ts';

const experiment = smallExperiment();

/** Two engines, of which the first fails with `failure`, if that is an error; what was told, and what was disposed of. */
async function builtWith(failure: Error | null) {
  const loaded = await loadDataset(experiment, {
    baseUrl: 'http://localhost/data/',
    cache: new DataCache(),
  });
  if (!loaded.ok) throw new Error(loaded.problem.message);
  const events: LabEvent[] = [];
  const created: string[] = [];
  const disposed: string[] = [];
  const engine = (name: string, rejection: Error | null) => (): Engine => {
    created.push(name);
    const whole = createFloat64Engine();
    return Object.assign(whole, {
      dispose: () => void disposed.push(name),
      ...(rejection && { model: () => Promise.reject(rejection) }),
    });
  };
  const outcome = await build(
    [engine('first', failure), engine('second', null)],
    { experiment, dataset: loaded.dataset, emit: (event) => void events.push(event) },
    null,
  ).then(
    ({ lockstep }) => lockstep.next,
    (error: unknown) => error,
  );
  return { outcome, created, disposed, engines: events.filter(({ type }) => type === 'engine') };
}

describe('the engine of a run', () => {
  it('is the first one where that covers the networks', async () => {
    const { outcome, created, engines } = await builtWith(null);
    expect([outcome, created]).toEqual([0, ['first']]);
    expect(engines).toEqual([{ type: 'engine', engine: 'reference', reason: null }]);
  });

  it('is the next where the first does not cover them, and the reason is told', async () => {
    const { outcome, created, disposed, engines } = await builtWith(
      new EngineError('unsupported', 'It needs 9 storage buffers; this device allows 8.', ''),
    );
    expect([outcome, created, disposed]).toEqual([0, ['first', 'second'], ['first']]);
    const reason = 'It needs 9 storage buffers; this device allows 8.';
    expect(engines).toEqual([{ type: 'engine', engine: 'reference', reason }]);
  });

  it.each([
    new EngineError('kernel', 'The kernel “sum” does not compile on this device: line 3: no.', ''),
    new EngineError('out-of-memory', 'The kernels would take 9 GiB.', ''),
    new EngineError('device-lost', 'The GPU gave no answer.', ''),
    new Error('A mistake.'),
  ])('is none where the first fails: $message', async (failure) => {
    const { outcome, created, disposed, engines } = await builtWith(failure);
    expect(outcome).toBe(failure);
    expect([created, disposed, engines]).toEqual([['first'], ['first'], []]);
  });
});
