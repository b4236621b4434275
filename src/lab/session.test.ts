import { describe, expect, it } from 'vitest';
import { createFloat64Engine } from '../engine/float64/engine.ts';
import { type Engine, EngineError } from '../engine/model.ts';
import { createReferenceEngine } from '../engine/reference/engine.ts';
import type { Experiment } from '../experiment/experiment.ts';
import type { DeviceFault } from '../gpu/device.ts';
import { startCpu } from '../gpu/tensorflow.ts';
import { addMeasured, emptyRecord } from '../record/build.ts';
import type { RunRecord } from '../record/record.ts';
import type { Device } from './lab.ts';
import { RunArchive } from './runArchive.ts';
import { RunLocks } from './runLocks.ts';
import type { RunStorage } from './runStorage.ts';
import { Session } from './session.ts';
import { smallExperiment as experiment, openSession } from './testSession.ts';
import { memoryLocks, memoryStorage } from './testStorage.ts';

const range = (from: number, to: number, by = 1): number[] =>
  Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, i) => from + i * by);

describe('a run', () => {
  it('records every step, probe and test of every network, the last step included', async () => {
    const { session, record } = openSession();
    await session.configure(experiment());
    expect(await session.run()).toBe('finished');
    for (const variant of record().variants) {
      expect(variant.status).toBe('finished');
      expect(variant.train.step).toEqual(range(0, 12));
      expect(variant.landscape.step).toEqual([0, 5, 10, 12]);
      expect(variant.ics.step).toEqual([0, 5, 10, 12]);
      expect(variant.test.step).toEqual([0, 6, 12]);
      expect(variant.landscape.lossAt.every((row) => row.length === 4)).toBe(true);
      expect(variant.landscape.fine.beta).toHaveLength(4);
      expect(variant.ics.layers[0]!.l2).toEqual([0, 0, 0, 0]);
      expect(variant.train.loss.every(Number.isFinite)).toBe(true);
      expect(variant.train.loss.at(-1)).toBeLessThan(variant.train.loss[0]!);
      expect(variant.landscape.loss[1]).toBe(variant.train.loss[5]);
    }
  });

  it('gives the same numbers twice, and in steps as in one go', async () => {
    const numbers = async (run: (session: Session) => Promise<unknown>) => {
      const { session, record } = openSession();
      await session.configure(experiment({ momentum: 0.5 }));
      await run(session);
      return record().variants;
    };
    const whole = await numbers((session) => session.run());
    expect(await numbers((session) => session.run())).toEqual(whole);
    const stepped = await numbers(async (session) => {
      expect(await session.step(3)).toBe('paused');
      expect(await session.step(1)).toBe('paused');
      expect(await session.run()).toBe('finished');
    });
    expect(stepped).toEqual(whole);
  });

  it('measures what is asked for beside the paper’s probes, at every probe and at the end', async () => {
    const { session, record } = openSession();
    const asked = {
      activationLayers: [1, 4],
      randomDirections: 2,
      sharpnessIterations: 3,
      flatnessPoints: 4,
    };
    await session.configure(experiment(asked));
    await session.run();
    for (const variant of record().variants) {
      const { activations, landscape, norms, sharpness, flatness } = variant;
      expect(activations.step).toEqual([0, 5, 10, 12]);
      for (const { mean, variance, histogram } of activations.layers) {
        expect([mean.length, variance.length, histogram.length]).toEqual([4, 4, 4]);
        for (const [i, { low, high, counts }] of histogram.entries()) {
          expect((low + high) / 2).toBeCloseTo(mean[i]!, 8);
          expect(counts.reduce((a, b) => a + b)).toBe(20);
        }
      }
      expect(landscape.random!.stepSizes).toHaveLength(8);
      expect(landscape.random!.lossAt.every((row) => row.length === 8)).toBe(true);
      expect(norms.layers.map((layer) => layer.gradient.length)).toEqual([4, 4, 4, 4]);
      expect(sharpness.step).toEqual([0, 5, 10, 12]);
      expect(sharpness.eigenvalue.every(Number.isFinite)).toBe(true);
      expect(sharpness.errorBound.every((bound) => bound >= 0)).toBe(true);
      expect(flatness!.at).toEqual([-1, -0.5, 0, 0.5, 1]);
      expect(flatness!.plane[2]![2]).toBeCloseTo(variant.train.loss.at(-1)!, 6);
    }
  });

  it('probes do not change the training', async () => {
    const losses = async (probeEvery: number) => {
      const { session, record } = openSession();
      await session.configure(experiment({ probeEvery, momentum: 0.5, variants: ['noisy-batch'] }));
      await session.run();
      return record().variants[0]!.train.loss;
    };
    expect(await losses(1)).toEqual(await losses(100));
  });

  it('trains every seed from its own kernels', async () => {
    const { session, record } = openSession();
    await session.configure(experiment({ seeds: 2, steps: 2 }));
    await session.run();
    const [first, , third] = record().variants;
    expect([first!.id, third!.id]).toEqual(['none', 'none']);
    expect(third!.train.loss).not.toEqual(first!.train.loss);
  });

  it('marks what diverges with its step; the others go on', async () => {
    const { session, record } = openSession();
    await session.configure(experiment({ variants: ['none@5', 'batch'], steps: 40 }));
    expect(await session.run()).toBe('finished');
    const [diverged, other] = record().variants;
    expect(diverged!.status).toBe('diverged');
    expect(diverged!.divergedAt).toBe(diverged!.train.step.at(-1));
    expect(diverged!.train.loss.slice(0, -1).every(Number.isFinite)).toBe(true);
    expect(Number.isFinite(diverged!.train.loss.at(-1))).toBe(false);
    expect(other!.status).toBe('finished');
    expect(other!.train.step).toHaveLength(41);
  });

  it('goes through its states, and its progress counts up', async () => {
    const { session, events } = openSession();
    await session.configure(experiment());
    await session.run();
    const states = events.flatMap((event) => (event.type === 'state' ? [event.state] : []));
    expect(states).toEqual(['idle', 'preparing', 'running', 'finished']);
    const done = events.flatMap((event) => (event.type === 'progress' ? [event.done] : []));
    expect(done).toEqual([1, 2]);
  });
});

describe('pause, step, reset', () => {
  it('pause delivers everything up to the step it stopped at', async () => {
    const { session, record } = openSession();
    await session.configure(experiment({ steps: 5000, probeEvery: 5000 }));
    const run = session.run();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await session.pause();
    expect(await run).toBe('paused');
    const { step } = record().variants[0]!.train;
    expect(step).toEqual(range(0, step.length - 1));
    expect(step.length).toBeLessThan(5000);
  });

  it('reset starts again from the same parameters', async () => {
    const { session, record } = openSession();
    await session.configure(experiment());
    await session.step(4);
    const first = structuredClone(record().variants);
    await session.reset();
    await session.step(4);
    expect(record().variants).toEqual(first);
  });

  it('running again after the end begins anew', async () => {
    const { session, record } = openSession();
    await session.configure(experiment());
    await session.run();
    const first = structuredClone(record().variants);
    await session.run();
    expect(record().variants).toEqual(first);
  });

  it('reset during a run stops it', async () => {
    const { session, events } = openSession();
    await session.configure(experiment({ steps: 5000, probeEvery: 5000 }));
    const run = session.run();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await session.reset();
    expect(await run).toBe('paused');
    expect(events.findLast((event) => event.type === 'state')).toMatchObject({ state: 'idle', step: 0 });
  });
});

describe('a reset during a probe', () => {
  it('leaves nothing of it: no measurements come later, and the next run is an undisturbed one', async () => {
    const undisturbed = openSession();
    await undisturbed.session.configure(experiment({ probeEvery: 1 }));
    await undisturbed.session.run();
    for (const readBefore of [1, 2, 5]) {
      let reads = 0;
      let resetting: Promise<void> | null = null;
      const { session, events, record } = openSession(() => {
        const engine = createFloat64Engine();
        const read: Engine['read'] = async (pending) => {
          if (++reads === readBefore) resetting = session.reset();
          await new Promise((resolve) => setTimeout(resolve));
          return engine.read(pending);
        };
        return { ...engine, read };
      });
      await session.configure(experiment({ probeEvery: 1 }));
      expect(await session.run()).toBe('paused');
      await resetting;
      expect(events.at(-1)).toMatchObject({ type: 'state', state: 'idle', step: 0 });
      expect(record().variants[0]!.landscape.step.length).toBeLessThan(13);
      expect(await session.run()).toBe('finished');
      expect(record().variants).toEqual(undisturbed.record().variants);
    }
  });
});

describe('refusals carry a kind', () => {
  it('busy: a second start, or new settings during a run', async () => {
    const { session } = openSession();
    await session.configure(experiment());
    const run = session.run();
    await expect(session.run()).rejects.toMatchObject({ problem: { kind: 'busy' } });
    await expect(session.configure(experiment())).rejects.toMatchObject({ problem: { kind: 'busy' } });
    await run;
  });

  it('invalid-experiment, not-ready', async () => {
    const { session } = openSession();
    await expect(session.configure(experiment({ batchSize: 61 }))).rejects.toMatchObject({
      problem: { kind: 'invalid-experiment' },
    });
    await expect(session.run()).rejects.toMatchObject({ problem: { kind: 'not-ready' } });
    await session.configure(experiment());
    await expect(session.probeBundle('batch')).rejects.toMatchObject({ problem: { kind: 'not-ready' } });
  });

  it('a lost device is reopened; the run goes on from its last checkpoint, and ends as an undisturbed one', async () => {
    // In float32 a checkpoint holds every bit.
    await startCpu();
    const asked = experiment({ steps: 120, probeEvery: 30, momentum: 0.5, sharpnessIterations: 2 });
    const undisturbed = openSession(createReferenceEngine);
    await undisturbed.session.configure(asked);
    await undisturbed.session.run();
    const disturbed = openSession(createReferenceEngine);
    await disturbed.session.configure(asked);
    const losses = [20, 55, 91];
    disturbed.session.subscribe((event) => {
      if (event.type === 'measured' && event.step >= losses[0]!) {
        losses.shift();
        void disturbed.session.loseDevice();
      }
    });
    expect(await disturbed.session.run()).toBe('finished');
    expect(losses).toEqual([]);
    const recovered = disturbed.events.filter((event) => event.type === 'recovered');
    expect(recovered).toHaveLength(3);
    for (const { lostStep, step } of recovered) expect(lostStep - step).toBeLessThanOrEqual(25);
    expect(disturbed.record().variants).toEqual(undisturbed.record().variants);
  });

  it('a fault of the device ends the run and keeps the record', async () => {
    const { session, record, report, events } = openSession();
    await session.configure(experiment({ steps: 5000, probeEvery: 5000 }));
    const run = session.run();
    await new Promise((resolve) => setTimeout(resolve, 30));
    report({ kind: 'gpu-validation', message: 'a bad binding' });
    await expect(run).rejects.toMatchObject({
      problem: { kind: 'gpu-validation', message: 'a bad binding' },
    });
    expect(record().variants[0]!.train.step.length).toBeGreaterThan(0);
    expect(events.findLast((event) => event.type === 'state')).toMatchObject({ state: 'failed' });
    await session.configure(experiment());
    expect(await session.run()).toBe('finished');
  });
});

describe('the probe bundle', () => {
  it('holds batch, parameters, gradients, noise and the numbers of the last probe', async () => {
    const { session, record } = openSession();
    await session.configure(experiment({ variants: ['noisy-batch'], steps: 7 }));
    await session.run();
    const file = await session.probeBundle('noisy-batch');
    const length = Number(new DataView(file).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(file, 8, length)));
    expect(header['batch.x'].shape).toEqual([20, 1, 1, 5]);
    expect(header['batch.y'].shape).toEqual([20, 5]);
    expect(header['param/dense1/gamma'].shape).toEqual([5]);
    expect(header['grad/dense4/kernel'].shape).toEqual([5, 5]);
    expect(header['param/dense4/gamma']).toBeUndefined();
    expect(header['noise/dense3/scale'].shape).toEqual([20, 5]);
    expect((length + 8) % 8).toBe(0);
    const metadata = header.__metadata__;
    const { landscape, ics } = record().variants[0]!;
    expect(JSON.parse(metadata.step)).toBe(7);
    expect(JSON.parse(metadata.loss)).toBe(landscape.loss.at(-1));
    expect(JSON.parse(metadata.lossAt)).toEqual(landscape.lossAt.at(-1));
    expect(JSON.parse(metadata.beta)).toBe(landscape.beta.at(-1));
    expect(JSON.parse(metadata.ics)[1].l2).toBe(ics.layers[1]!.l2.at(-1));
    const [start, end] = header['grad/dense4/kernel'].data_offsets;
    const gradient = new Float32Array(file.slice(8 + length + start, 8 + length + end));
    expect(Math.hypot(...gradient)).toBeGreaterThan(0);
  });
});

/** What the session asks for a device: an engine, or null where there is none. */
type Opening = { backend: Device['backend']; createEngine: () => Engine } | null;
const on = (backend: Device['backend'], createEngine: () => Engine = createReferenceEngine): Opening => ({
  backend,
  createEngine,
});

/** A session on one device after another; the last one stays. */
function openOn(openings: Opening[], storage: RunStorage = memoryStorage()) {
  let opened = 0;
  let fault: (fault: DeviceFault) => void = () => {};
  const openDevice = async (onFault: typeof fault) => {
    const opening = openings[Math.min(opened++, openings.length - 1)];
    if (!opening) throw new EngineError('device-lost', 'none for the test', '');
    fault = onFault;
    const { backend, createEngine } = opening;
    const device: Device = {
      backend,
      adapter: backend,
      software: true,
      fallback: null,
      memoryBytes: 2 ** 30,
    };
    return { device, engines: [createEngine], paceEngine: null, lose: () => {}, close: () => {} };
  };
  const archive = new RunArchive(storage, new RunLocks(memoryLocks()));
  const session = new Session({ dataUrl: 'http://localhost/data/', app: 'test', archive, openDevice });
  const told: string[] = [];
  let record: RunRecord | null = null;
  session.subscribe((event) => {
    if (event.type === 'state') told.push(`${event.state} ${event.step}`);
    if (event.type === 'problem') told.push(event.problem.kind);
    if (event.type === 'started') record = emptyRecord(event.experiment, event.environment);
    if (event.type === 'measured') for (const measured of event.measured) addMeasured(record!, measured);
  });
  return {
    session,
    told,
    record: () => record!,
    report: (kind: DeviceFault['kind']) => fault({ kind, message: `${kind} for the test` }),
    openings: () => opened,
  };
}

const lost = () => new EngineError('device-lost', 'lost for the test', '');

/** An engine whose device is lost before its `count`th snapshot has arrived. */
const losing = (count: number) => (): Engine => {
  const engine = createReferenceEngine();
  let left = count;
  const snapshot: Engine['snapshot'] = async (vectors) => {
    if (--left === 0) throw lost();
    return engine.snapshot(vectors);
  };
  return { ...engine, snapshot };
};

/** Fails the first so many times. */
const failing = (times: number, fail: () => never) => {
  let left = times;
  return (): Engine => (left-- > 0 ? fail() : createReferenceEngine());
};
const failWith = (kind: 'kernel' | 'device-lost') => (): never => {
  throw new EngineError(kind, `${kind} for the test`, '');
};

const LONG = experiment({ steps: 60, probeEvery: 20, momentum: 0.5 });

async function undisturbedEnd(asked: Experiment): Promise<RunRecord['variants']> {
  await startCpu();
  const { session, record } = openOn([on('webgpu')]);
  await session.configure(asked);
  await session.run();
  return record().variants;
}

describe('a run that cannot go on for now is put aside, and trying again ends as an undisturbed one', () => {
  it.each<[string, string, (report: () => void) => Opening[]]>([
    ['no device', 'device-lost', () => [null, on('webgpu')]],
    ['a kernel fails', 'kernel', () => [on('webgpu', failing(1, failWith('kernel')))]],
    ['twice', 'kernel', () => [on('webgpu', failing(2, failWith('kernel')))]],
    ['its device is lost', 'device-lost', () => [on('webgpu', failing(1, failWith('device-lost')))]],
    [
      'memory runs out',
      'out-of-memory',
      (report) => {
        const reporting = (): Engine => {
          report();
          return createReferenceEngine();
        };
        return [on('webgpu', reporting)];
      },
    ],
  ])('an interrupted one, where %s', async (_, kind, openings) => {
    const asked = { ...LONG, steps: 12 };
    const expected = await undisturbedEnd(asked);
    const storage = memoryStorage();
    const closed = openOn([on('webgpu')], storage);
    await closed.session.configure(asked);
    await closed.session.step(8);
    const left = memoryStorage(structuredClone(storage.values));
    let reports = 1;
    const { session, record, told, report } = openOn(
      openings(() => {
        if (reports-- > 0) report('out-of-memory');
      }),
      left,
    );
    await session.resume((await session.interrupted())!.id);
    let failures = 0;
    const again = async (): Promise<string> =>
      session.run().catch((error: unknown) => {
        failures++;
        expect(error).toMatchObject({ problem: { kind } });
        expect(told.slice(-2)).toEqual(['paused 8', kind]);
        expect([...left.values.keys()].filter((key) => key.startsWith('run/'))).toHaveLength(1);
        return again();
      });
    expect(await again()).toBe('finished');
    expect(failures).toBeGreaterThan(0);
    expect(record().variants).toEqual(expected);
    expect(left.values.size).toBe(0);
  });

  it('one whose new device fails too', async () => {
    const expected = await undisturbedEnd(LONG);
    const opened = openOn([on('webgpu', losing(2)), on('webgpu', failing(1, failWith('kernel')))]);
    const { session, record, told } = opened;
    await session.configure(LONG);
    await expect(session.run()).rejects.toMatchObject({ problem: { kind: 'kernel' } });
    expect(told.at(-2)).toMatch(/^paused [1-9]/);
    expect(await session.run()).toBe('finished');
    expect(record().variants).toEqual(expected);
  });

  it('on the same kind of device where that comes back within a second', async () => {
    const expected = await undisturbedEnd(LONG);
    const opened = openOn([on('webgpu', losing(2)), null, on('cpu'), on('webgpu')]);
    await opened.session.configure(LONG);
    expect(await opened.session.run()).toBe('finished');
    expect(opened.openings()).toBe(4);
    expect(opened.record().variants).toEqual(expected);
    expect(opened.record().environment.continuedOn).toBeUndefined();
  });

  it.each([
    ['later', 3],
    ['before its first checkpoint', 1],
  ])('after a reload of the page with all that it showed, where no device came back %s', async (_, count) => {
    const expected = await undisturbedEnd(LONG);
    const storage = memoryStorage();
    const shown = openOn([on('webgpu', losing(count)), null], storage);
    await shown.session.configure(LONG);
    expect(await shown.session.run()).toBe('paused');
    const steps = shown.record().variants[0]!.train.step;
    expect(steps.length).toBeGreaterThan(0);
    const reloaded = (): ReturnType<typeof openOn> =>
      openOn([on('webgpu')], memoryStorage(structuredClone(storage.values)));
    const kept = reloaded();
    await kept.session.keep((await kept.session.interrupted())!.id);
    expect(kept.record().variants.map(({ status, train }) => [status, train.step])).toEqual([
      ['stopped', steps],
      ['stopped', steps],
    ]);
    const { session, record } = reloaded();
    await session.resume((await session.interrupted())!.id);
    expect(record().variants).toEqual(shown.record().variants);
    expect(await session.run()).toBe('finished');
    expect(record().variants).toEqual(expected);
  });
});
