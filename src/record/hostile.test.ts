import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../experiment/settings.ts';
import { HANG_MS, timed } from '../experiment/testDuration.ts';
import { addMeasured, emptyRecord } from './build.ts';
import { readRecord, recordFromJson, recordToJson } from './json.ts';
import { keptRunFrom, summaryOf } from './kept/keptRun.ts';
import { keptRuns } from './kept/storage.ts';

const valid = (() => {
  const record = emptyRecord(defaultExperiment(), {
    backend: 'webgpu',
    adapter: 'test',
    software: true,
    app: 'test',
    startedAt: '2026-01-01T00:00:00Z',
  });
  addMeasured(record, {
    kind: 'train',
    variant: 0,
    step: [0, 1],
    loss: [2, Number.NaN],
    accuracy: [0.1, 0.2],
  });
  return recordToJson(record);
})();

/** The valid file with pieces cut out, replaced, or nested elsewhere. */
const mutated = fc
  .array(
    fc.tuple(
      fc.nat(valid.length),
      fc.nat(30),
      fc.oneof(
        fc.string({ maxLength: 8 }),
        fc.constantFrom('null', '[]', '{}', '"__proto__":1,', '1e999', '"NaN"', '[[', '}}'),
      ),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((edits) =>
    edits.reduce((text, [at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut), valid),
  );

const wrongType = fc
  .tuple(
    fc.constantFrom('experiment', 'environment', 'timing', 'variants', 'format', 'version'),
    fc.anything({ maxDepth: 3 }),
  )
  .map(([key, value]) => {
    try {
      return JSON.stringify({ ...JSON.parse(valid), [key]: value });
    } catch {
      return '{}';
    }
  });

describe('5,000 hostile files', () => {
  it('are read or refused with a reason, never an exception, never a hang', async ({ annotate }) => {
    let longest = 0;
    let refused = 0;
    fc.assert(
      fc.property(
        fc.oneof(mutated, wrongType, fc.json({ maxDepth: 6 }), fc.string({ unit: 'binary' })),
        (text) => {
          const { answer: reading, ms } = timed(() => recordFromJson(text));
          longest = Math.max(longest, ms);
          if (reading.ok) expect(Array.isArray(reading.record.variants)).toBe(true);
          else {
            refused++;
            expect(reading.message.length).toBeGreaterThan(20);
            expect(reading.message.length).toBeLessThan(600);
          }
        },
      ),
      { numRuns: 5000, seed: 2018 },
    );
    expect(refused).toBeGreaterThan(1000);
    expect(longest).toBeLessThan(HANG_MS);
    await annotate(`The slowest file took ${longest.toFixed(1)} ms.`);
  });

  it('huge and deep ones too', async ({ annotate }) => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    const huge = JSON.stringify({
      ...JSON.parse(valid),
      variants: Array.from({ length: 100_000 }, () => ({})),
    });
    for (const text of [deep, huge]) {
      const { answer, ms } = timed(() => recordFromJson(text));
      expect(answer.ok).toBe(false);
      expect(ms).toBeLessThan(HANG_MS);
      await annotate(`${text.length.toLocaleString('en')} characters took ${ms.toFixed(1)} ms.`);
    }
  });
});

describe('hostile contents of storage', () => {
  it('are read or passed over, never an exception, never a hang', async ({ annotate }) => {
    const cycle: Record<string, unknown> = {};
    cycle.cycle = [cycle];
    let deep: unknown = [];
    for (let i = 0; i < 5000; i++) deep = [deep];
    const sparse: unknown[] = [];
    sparse.length = 2 ** 32 - 1;
    const record = JSON.parse(valid) as Record<string, unknown>;
    const summary = { ...summaryOf(JSON.parse(valid), 'a', 'a', 1) } as Record<string, unknown>;
    let longest = 0;
    for (const odd of [cycle, deep, sparse, 5n, [5n], new Map([[1, 5n]]), 'x'.repeat(10 ** 6)])
      for (const whole of [record, summary])
        for (const key of [...Object.keys(whole), 'steps', 'probeSteps', 'variantList']) {
          const raws = [odd, { ...whole, [key]: odd }, { ...whole, experiment: { [key]: odd } }];
          const { ms } = timed(() => raws.map((raw) => [readRecord(raw).ok, keptRunFrom(raw)]));
          longest = Math.max(longest, ms);
        }
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, maxDepth: 3 }), (odd) => {
        for (const raw of [odd, { ...record, experiment: odd }, { ...summary, experiment: { steps: odd } }]) {
          readRecord(raw);
          keptRunFrom(raw);
        }
      }),
      { numRuns: 1000, seed: 2019 },
    );
    expect(longest).toBeLessThan(HANG_MS);
    await annotate(`The slowest took ${longest.toFixed(1)} ms.`);
  });

  it('deep in a file of a run leave the run readable', () => {
    const steps = `${'['.repeat(5000)}${']'.repeat(5000)}`;
    const text = valid.replace(/"steps":\d+/, `"steps":${steps}`);
    expect(text).toContain('[[[');
    expect(recordFromJson(text)).toMatchObject({ ok: true, record: { experiment: { steps: 300 } } });
  });

  it('of one kept run do not hide the others', async () => {
    const summary = summaryOf(JSON.parse(valid), 'a', 'a', 1);
    const cyclic: Record<string, unknown> = { ...summary };
    cyclic.experiment = { steps: [cyclic] };
    const stored = new Map<string, unknown>([
      ['summary/a', summary],
      ['summary/b', { ...summary, id: 'b', experiment: { steps: 5n } }],
      ['summary/c', { ...cyclic, id: 'c' }],
      ['summary/d', { ...summary, id: 'd', curves: 5n }],
    ]);
    const runs = keptRuns(() => ({
      keys: async () => [...stored.keys()],
      getMany: async (names) => names.map((name) => stored.get(name)),
      setMany: async () => {},
      delMany: async () => {},
    }));
    const listed = await runs.list();
    expect(listed.ok && listed.value.runs.map(({ id }) => id).sort()).toEqual(['a', 'b', 'c']);
    expect(listed).toMatchObject({ value: { unreadable: 1 } });
  });
});
