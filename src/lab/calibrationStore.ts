/** Keeps which kernels were fastest on this browser's GPUs, beyond the page. */
import { get, set } from 'idb-keyval';
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
