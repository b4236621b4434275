/** How long the bench will take, roughly, from how fast the device has trained before. */
import { growthOrder, isFeasible } from './growth.ts';
import type { BenchOptions } from './result.ts';

/** Operations of a step of the default layout on 32x32 images, 64 at a time. */
const STEP_FLOPS = 6.1e8;
/** How much longer a step of the peers takes than one of ours; on a real GPU dispatching bounds all three. */
const SLOWER = { software: [1, 58, 6], hardware: [1, 20, 6] } as const;
/** A device that has not trained yet. */
const LIKELY_FLOPS_PER_SECOND = { software: 5e9, hardware: 100e9 } as const;
const ROUNDS = 5;
const TURN_MS = 1000;
const FIRST_STEPS = 3;
/** Compiling, tiles, matrix products, kernels, a probe, the lab's own loop. */
const OTHERS_MS = 75_000;
const CELL_STEPS = 4;
/** Compiling and turns of one library in one cell of the growth table. */
const CELL_MS = 2_000;

export interface DeviceSpeed {
  software: boolean;
  /** Null where nothing has been trained on it. */
  flopsPerSecond: number | null;
}

/** Milliseconds of the whole bench with these options. */
export function estimateMs(
  { peers, growth }: BenchOptions,
  { software, flopsPerSecond }: DeviceSpeed,
): number {
  const kind = software ? 'software' : 'hardware';
  const pace = 1000 / (flopsPerSecond ?? LIKELY_FLOPS_PER_SECOND[kind]);
  const libraries = SLOWER[kind].slice(0, peers ? 3 : 1).map((slower) => slower * pace);
  const comparison = libraries.reduce((sum, msPerFlop) => {
    const stepMs = msPerFlop * STEP_FLOPS;
    return sum + FIRST_STEPS * stepMs + ROUNDS * Math.max(TURN_MS, stepMs);
  }, OTHERS_MS);
  return comparison + (growth ? growthMs(libraries) : 0);
}

/** The cells that are not too slow for a library. */
function growthMs(msPerFlop: readonly number[]): number {
  let total = 0;
  for (const { widthFactor, batchSize } of growthOrder())
    for (const pace of msPerFlop) {
      const stepMs = pace * STEP_FLOPS * widthFactor ** 2 * (batchSize / 64);
      if (isFeasible(stepMs)) total += CELL_MS + CELL_STEPS * stepMs;
    }
  return total;
}
