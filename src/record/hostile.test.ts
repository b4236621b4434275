import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../experiment/settings.ts';
import { HANG_MS, timed } from '../experiment/testDuration.ts';
import { addMeasured, emptyRecord } from './build.ts';
import { recordFromJson, recordToJson } from './json.ts';

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
