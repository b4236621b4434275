import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../experiment/settings.ts';
import { addMeasured, emptyRecord } from './build.ts';
import { recordFromJson, recordToJson } from './json.ts';

/** Of a hang; a busy machine pauses any program for a while. */
const MOST_MS = 5000;

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
  it('are read or refused with a reason, never an exception, never a hang', () => {
    let longest = 0;
    let refused = 0;
    fc.assert(
      fc.property(
        fc.oneof(mutated, wrongType, fc.json({ maxDepth: 6 }), fc.string({ unit: 'binary' })),
        (text) => {
          const start = performance.now();
          const reading = recordFromJson(text);
          longest = Math.max(longest, performance.now() - start);
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
    expect(longest).toBeLessThan(MOST_MS);
  });

  it('huge and deep ones too', () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    const huge = JSON.stringify({
      ...JSON.parse(valid),
      variants: Array.from({ length: 100_000 }, () => ({})),
    });
    for (const text of [deep, huge]) {
      const start = performance.now();
      expect(recordFromJson(text).ok).toBe(false);
      expect(performance.now() - start).toBeLessThan(2 * MOST_MS);
    }
  });
});
