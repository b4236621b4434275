/** How the time of a step grows with the width of the network and the size of the minibatch, for every competitor. */
import { median } from '../../record/statistics.ts';
import { assertSameLosses, type FirstLosses } from './agreement.ts';
import type { Competitor, CompetitorId, TrainingRun } from './competitor.ts';
import { stepFlops } from './flops.ts';
import { elapsedMs, interleave, repetitions } from './rounds.ts';
import { benchTask } from './task.ts';

const WIDTH_FACTORS = [1, 2, 4] as const;
const BATCH_SIZES = [16, 64, 256] as const;
const ROUNDS = 2;
const TURN_MS = 300;
const MOST_STEPS = 10;
/** A competitor whose steps of one cell would take longer together is left out of it. */
const CELL_LIMIT_MS = 40_000;

export interface GrowthCell {
  widthFactor: number;
  batchSize: number;
  flopsPerStep: number;
  /** Null: not measured, because it would have taken too long. */
  stepMs: Partial<Record<CompetitorId, number | null>>;
}

/** Cells in the order of their cost, so that a slow competitor is known to be slow in time. */
export function growthOrder(): { widthFactor: number; batchSize: number }[] {
  const cells = WIDTH_FACTORS.flatMap((widthFactor) =>
    BATCH_SIZES.map((batchSize) => ({ widthFactor, batchSize })),
  );
  const cost = ({ widthFactor, batchSize }: (typeof cells)[number]): number => widthFactor ** 2 * batchSize;
  return cells.toSorted((a, b) => cost(a) - cost(b));
}

/** Milliseconds per operation in the costliest cell so far; what a cell takes is expected from it, but never reported. */
export type Pace = Map<CompetitorId, number>;

function isFeasible(pace: number | undefined, flops: number): boolean {
  return pace === undefined || pace * flops * (1 + ROUNDS) <= CELL_LIMIT_MS;
}

/** Measures one cell; those who fit into it interleave. */
export async function measureGrowthCell(
  competitors: readonly Competitor[],
  { widthFactor, batchSize }: { widthFactor: number; batchSize: number },
  pace: Pace,
): Promise<GrowthCell> {
  const task = benchTask(widthFactor, batchSize);
  const flopsPerStep = stepFlops(task).total;
  const stepMs: GrowthCell['stepMs'] = Object.fromEntries(competitors.map(({ id }) => [id, null]));
  const runs: { id: CompetitorId; run: TrainingRun; steps: number }[] = [];
  const first: FirstLosses[] = [];
  try {
    for (const competitor of competitors) {
      const { id } = competitor;
      if (!isFeasible(pace.get(id), flopsPerStep)) continue;
      const run = await competitor.start(task);
      runs.push({ id, run, steps: 1 });
      // The first step compiles.
      first.push({ id, losses: (await run.train(1)).losses });
      runs.at(-1)!.steps = await stepsOfTurn(run, pace.get(id), flopsPerStep);
    }
    assertSameLosses(first);
    const samples = await interleave(
      runs.map(({ run, steps }) => ({
        turn: async () => (await elapsedMs(() => run.train(steps))) / steps,
      })),
      ROUNDS,
    );
    for (const [i, { id }] of runs.entries()) {
      const ms = median(samples[i]!);
      stepMs[id] = ms;
      pace.set(id, ms / flopsPerStep);
    }
  } finally {
    for (const { run } of runs) run.dispose();
  }
  return { widthFactor, batchSize, flopsPerStep, stepMs };
}

/** One more step tells how many fill a turn, unless it is known to be slow. */
async function stepsOfTurn(run: TrainingRun, pace: number | undefined, flops: number): Promise<number> {
  if (pace !== undefined && pace * flops > TURN_MS) return 1;
  return repetitions(await elapsedMs(() => run.train(1)), TURN_MS, MOST_STEPS);
}
