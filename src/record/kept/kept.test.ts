import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../../experiment/settings.ts';
import { addMeasured, emptyRecord } from '../build.ts';
import { recordToCsv } from '../csv.ts';
import { recordElement, recordFromFile } from '../file.ts';
import { recordToJson } from '../json.ts';
import { keptRunFrom, summaryOf } from './keptRun.ts';
import { type KeyValues, keptRuns } from './storage.ts';

const ENVIRONMENT = {
  backend: 'webgpu',
  adapter: 'a "quoted", </script><b>adapter',
  software: true,
  app: 'test 1',
  startedAt: '2026-11-14T10:00:00Z',
} as const;

const record = emptyRecord(defaultExperiment(), ENVIRONMENT);
addMeasured(record, {
  kind: 'train',
  variant: 0,
  step: [0, 1, 2],
  loss: [2, 1, Number.NaN],
  accuracy: [0.1, 0.2, 0.3],
});
addMeasured(record, { kind: 'test', variant: 0, step: 2, loss: 1, accuracy: 0.5 });
addMeasured(record, { kind: 'status', variant: 0, status: 'diverged', step: 2 });

function memory(): KeyValues & { values: Map<string, unknown> } {
  const values = new Map<string, unknown>();
  return {
    values,
    keys: async () => [...values.keys()],
    getMany: async (names) => names.map((name) => values.get(name)),
    setMany: async (pairs) => pairs.forEach(([name, value]) => void values.set(name, structuredClone(value))),
    delMany: async (names) => names.forEach((name) => void values.delete(name)),
  };
}

const failing = (name: string) => () => {
  throw Object.assign(new Error('no'), { name });
};

describe('kept runs', () => {
  it('come back as they were kept, the latest first, until they are removed', async () => {
    const runs = keptRuns(memory);
    const [old, young] = [summaryOf(record, 'a', ' old ', 1), summaryOf(record, 'b', 'young', 2)];
    await runs.keep(old, record);
    await runs.keep(young, record);
    expect(await runs.list()).toEqual({ ok: true, value: { runs: [young, old], unreadable: 0 } });
    expect(await runs.record('a')).toEqual({ ok: true, value: record });
    await runs.change({ ...old, name: 'renamed' });
    await runs.remove('b');
    expect(await runs.list()).toMatchObject({ value: { runs: [{ id: 'a', name: 'renamed' }] } });
    expect(old).toMatchObject({
      name: 'old',
      results: [{ id: 'none', accuracy: 0.5, loss: null, divergedAt: 2 }, {}, {}],
    });
    expect(old.curves[0]).toEqual({ id: 'none', step: [0, 1], loss: [2, 1] });
  });

  it('of another version, or that are none, are passed over; a damaged record is told', async () => {
    const values = memory();
    const runs = keptRuns(() => values);
    await runs.keep(summaryOf(record, 'a', '', 1), record);
    values.values.set('summary/b', { ...summaryOf(record, 'b', '', 1), version: 2 });
    values.values.set('summary/c', 'anything');
    values.values.set('record/a', { format: 'other' });
    expect(await runs.list()).toMatchObject({ ok: true, value: { runs: [{ id: 'a' }], unreadable: 2 } });
    expect(await runs.record('a')).toMatchObject({ ok: false, problem: { kind: 'unreadable' } });
    fc.assert(fc.property(fc.anything(), (anything) => void keptRunFrom(anything)));
  });

  it.each([
    ['QuotaExceededError', 'storage-full'],
    ['SecurityError', 'storage-denied'],
    ['UnknownError', 'storage-failed'],
  ])('where the browser says %s give the kind %s', async (name, kind) => {
    const runs = keptRuns(failing(name));
    expect(await runs.keep(summaryOf(record, 'a', '', 1), record)).toMatchObject({
      ok: false,
      problem: { kind },
    });
    expect(await runs.list()).toMatchObject({ ok: false, problem: { kind } });
  });
});

describe('files', () => {
  it('give the record back, from JSON and from a report, whatever the texts in it', () => {
    const json = recordToJson(record);
    const report = `<!doctype html><title>x</title>${recordElement(json)}<p>after</p>`;
    expect(recordFromFile(json)).toEqual({ ok: true, record });
    expect(report.split('</script>')).toHaveLength(2);
    expect(recordFromFile(report)).toEqual({ ok: true, record });
  });

  it('with columns of different lengths are refused', () => {
    const torn = structuredClone(record);
    torn.variants[0]!.train.loss.pop();
    expect(recordFromFile(recordToJson(torn))).toMatchObject({ ok: false, kind: 'not-a-record' });
  });

  it('as CSV name set-up and version, and hold every value', () => {
    const lines = recordToCsv(record).split('\r\n');
    expect(lines[0]).toContain('test 1, webgpu on a "quoted"');
    expect(lines[1]).toBe('# set-up #v=1');
    expect(lines[2]).toBe('network,learning_rate,seed,measurement,step,value,label');
    expect(lines).toContain('none,0.1,1,training loss,2,NaN,Standard');
    expect(lines).toContain('none,0.1,1,test accuracy,2,0.5,Standard');
    expect(lines).toHaveLength(3 + 6 + 2 + 1);
  });
});
