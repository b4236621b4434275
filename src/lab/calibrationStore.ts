/** Keeps which kernels were fastest on this browser's GPUs, beyond the page. */
import { get, set } from 'idb-keyval';
import * as v from 'valibot';
import type { CalibrationStore } from '../engine/fused/calibrate.ts';

const KEY = 'normscape-calibration';

/** In IndexedDB. Where that is denied both calls reject, and nothing is remembered. */
export function calibrationStore(): CalibrationStore {
  return {
    load: async () => {
      const stored: unknown = await get(KEY);
      return typeof stored === 'object' && stored !== null && !Array.isArray(stored)
        ? (stored as Record<string, unknown>)
        : {};
    },
    save: (sites) => set(KEY, sites),
  };
}

const millisecondsSchema = v.nullable(v.pipe(v.number(), v.minValue(0)));

const siteSchema = v.object({
  adapter: v.string(),
  subgroups: v.boolean(),
  kind: v.picklist(['convolution', 'input gradient', 'kernel gradient']),
  shape: v.object({
    ...{ examples: v.number(), height: v.number(), width: v.number() },
    ...{ inputs: v.number(), outputs: v.number() },
  }),
  candidates: v.array(
    v.object({
      name: v.string(),
      ms: millisecondsSchema,
      refused: v.nullable(v.picklist(['does not compile', 'other bits'])),
    }),
  ),
  chosen: v.number(),
  flops: v.number(),
});

/** A choice that this browser remembers, with what was measured for it. */
export type CalibrationChoice = v.InferOutput<typeof siteSchema>;

/** Every choice remembered, of all adapters; none where nothing can be read. */
export async function calibrationChoices(store = calibrationStore()): Promise<CalibrationChoice[]> {
  const stored = await store.load().catch(() => ({}));
  return Object.values(stored).flatMap((raw) => {
    const parsed = v.safeParse(siteSchema, raw);
    return parsed.success && parsed.output.candidates[parsed.output.chosen] ? [parsed.output] : [];
  });
}
