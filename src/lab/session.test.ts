import { describe, expect, it } from 'vitest';
import { createReferenceEngine } from '../engine/reference/engine.ts';
import { startCpu } from '../gpu/tensorflow.ts';
import type { Session } from './session.ts';
import { smallExperiment as experiment, openSession } from './testSession.ts';

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
