import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../experiment/settings.ts';
import { addMeasured, emptyRecord } from './build.ts';
import { readRecord, recordFromJson, recordToJson } from './json.ts';
import type { Environment } from './record.ts';
import { columnWithRoom } from './reserve.ts';

const environment: Environment = {
  backend: 'webgpu',
  adapter: 'test',
  software: true,
  app: 'normscape test',
  startedAt: '2026-01-01T00:00:00Z',
};

function smallRecord() {
  const record = emptyRecord({ ...defaultExperiment(), seeds: 2, seed: 5 }, environment);
  addMeasured(record, {
    kind: 'train',
    variant: 1,
    step: [0, 1],
    loss: [2.3, Number.POSITIVE_INFINITY],
    accuracy: [0.1, Number.NaN],
  });
  addMeasured(record, {
    kind: 'landscape',
    variant: 1,
    step: 0,
    loss: 2.3,
    gradientNorm: 4,
    grid: {
      lossAt: [1, 2, Number.NEGATIVE_INFINITY, 4],
      gradientDifferenceAt: [1, 2, 3, Number.NaN],
      beta: Number.NaN,
    },
    fine: { lossAt: [1, 2], gradientDifferenceAt: [3, 4], beta: 5 },
    random: { lossAt: [], gradientDifferenceAt: [], beta: Number.NaN },
  });
  addMeasured(record, {
    kind: 'ics',
    variant: 1,
    step: 0,
    layers: [
      { layer: 3, l2: 0, cosine: 1 },
      { layer: 7, l2: 1, cosine: 0.5 },
    ],
  });
  addMeasured(record, {
    kind: 'activations',
    variant: 1,
    step: 0,
    layers: [],
  });
  addMeasured(record, { kind: 'norms', variant: 1, step: 0, layers: [{ weight: 1, gradient: 2 }] });
  addMeasured(record, { kind: 'sharpness', variant: 1, step: 0, eigenvalue: 3, errorBound: 0.02 });
  addMeasured(record, {
    kind: 'flatness',
    variant: 1,
    step: 1,
    at: [-1, 0, 1],
    line: [1, 2, 3],
    plane: [
      [1, 2, 3],
      [1, 2, 3],
      [1, 2, 3],
    ],
  });
  addMeasured(record, { kind: 'status', variant: 1, status: 'diverged', step: 1 });
  addMeasured(record, { kind: 'timing', step: 1, elapsedMs: 12 });
  const device = { backend: 'cpu', adapter: 'CPU', software: true } as const;
  addMeasured(record, { kind: 'device', step: 2, device });
  return record;
}

describe('a run record', () => {
  it('has one entry for every variant and seed, with the probe points as step sizes', () => {
    const record = smallRecord();
    expect(record.variants.map((variant) => [variant.id, variant.seed])).toEqual([
      ['none', 5],
      ['batch', 5],
      ['noisy-batch', 5],
      ['none', 6],
      ['batch', 6],
      ['noisy-batch', 6],
    ]);
    expect(record.variants[0]!.landscape.stepSizes).toEqual([0.05, 0.1, 0.2, 0.4]);
    expect(record.variants[1]!.divergedAt).toBe(1);
  });

  it('survives JSON with NaN and both infinities', () => {
    const record = smallRecord();
    const read = recordFromJson(recordToJson(record));
    expect(read).toEqual({ ok: true, record });
  });

  it('refuses what is not a record and says where', () => {
    expect(recordFromJson('{')).toMatchObject({ ok: false, kind: 'not-json' });
    const broken = { ...smallRecord(), variants: [{ id: 'none' }] };
    const read = readRecord(broken);
    expect(read).toMatchObject({ ok: false, kind: 'not-a-record' });
    expect(read.ok ? '' : read.message).toContain('variants.0');
  });

  it('refuses a measurement of a variant that it does not have', () => {
    expect(() =>
      addMeasured(smallRecord(), { kind: 'status', variant: 9, status: 'finished', step: 1 }),
    ).toThrow('6 variants; 9');
  });
});

/** Numbers in all arrays of a value. */
function numbersIn(value: unknown): number {
  if (typeof value === 'number') return 1;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, each) => sum + numbersIn(each), 0);
}

describe('what a record holds', () => {
  it('grows by 3 numbers a step and network, 2 a message, and those of probes and tests: by no more', () => {
    const asked = { ...defaultExperiment(), icsLayers: [2], variants: ['batch'] };
    const { probeSteps, fineSteps } = asked;
    const point = (columns: number) => ({
      lossAt: Array(columns).fill(1),
      gradientDifferenceAt: Array(columns).fill(1),
      beta: 1,
    });
    const grids = { grid: point(probeSteps.length), fine: point(fineSteps.length), random: point(0) };
    const record = emptyRecord(asked, environment);
    const variant = 0;
    const train = (step: number) => {
      addMeasured(record, { kind: 'train', variant, step: [step, step + 1], loss: [1, 1], accuracy: [0, 0] });
      addMeasured(record, { kind: 'timing', step: step + 1, elapsedMs: step });
    };
    const probe = (step: number) => {
      addMeasured(record, { kind: 'landscape', variant, step, loss: 1, gradientNorm: 1, ...grids });
      addMeasured(record, { kind: 'ics', variant, step, layers: [{ layer: 2, l2: 1, cosine: 1 }] });
      addMeasured(record, {
        kind: 'norms',
        variant,
        step,
        layers: Array(2).fill({ weight: 1, gradient: 1 }),
      });
      addMeasured(record, { kind: 'test', variant, step, loss: 1, accuracy: 0 });
    };
    probe(0); // names the layers of the norms
    const before = numbersIn(record);
    for (let step = 0; step < 1000; step += 2) train(step);
    expect(numbersIn(record) - before).toBe(3 * 1000 + 2 * 500);
    const trained = numbersIn(record);
    for (let i = 0; i < 10; i++) probe(i);
    const perProbe = 3 + 2 * (probeSteps.length + fineSteps.length) + 2 + 3 + 5 + 3;
    expect(numbersIn(record) - trained).toBe(10 * perProbe);
  });

  it('takes the memory of a run’s training when the run begins', () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const heapBytes = (): number => {
      collectGarbage();
      return getHeapStatistics().used_heap_size;
    };
    // So many that what else comes and goes in the heap does not count.
    const steps = 600_000;
    const record = emptyRecord({ ...defaultExperiment(), variants: ['batch'], steps }, environment);
    const train = (step: number): void =>
      addMeasured(record, { kind: 'train', variant: 0, step: [step], loss: [1 / step], accuracy: [0.5] });
    const before = heapBytes();
    train(1);
    const begun = heapBytes();
    for (let step = 2; step <= steps; step++) train(step);
    const ended = heapBytes();
    const bytesOfTraining = 3 * 8 * steps;
    expect(begun - before).toBeGreaterThan(0.95 * bytesOfTraining);
    expect(ended - begun).toBeLessThan(0.05 * bytesOfTraining);
    const { loss } = record.variants[0]!.train;
    expect(loss).toHaveLength(steps);
    expect(loss.every((value, i) => value === 1 / (i + 1))).toBe(true);
  });

  it('has room for many long runs no sooner than they need it', () => {
    const seen = columnWithRoom([1, Number.NaN], 10 ** 9, 64);
    expect(seen).toEqual([1, Number.NaN]);
    seen.push(Number.POSITIVE_INFINITY);
    expect(seen).toEqual([1, Number.NaN, Number.POSITIVE_INFINITY]);
    expect(columnWithRoom([1, 2, 3], 2)).toEqual([1, 2, 3]);
  });
});
