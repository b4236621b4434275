/** How the time of a step grows with the width of the network and the size of the minibatch, for every competitor. */
import { median } from '../../record/statistics.ts';
import { assertSameLosses } from './agreement.ts';
import type { Competitor, CompetitorId, TrainingRun } from './competitor.ts';
import { stepFlops } from './flops.ts';
import { elapsedMs, interleave, repetitions, Sampled } from './rounds.ts';
import { type BenchTask, benchTask } from './task.ts';

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
  /** Of ours; null where the device has no timestamp queries. */
  longestDispatchMs: number | null;
}

/** Cells in the order of their cost, so that a slow competitor is known to be slow in time. */
export function growthOrder(): { widthFactor: number; batchSize: number }[] {
  const cells = WIDTH_FACTORS.flatMap((widthFactor) =>
    BATCH_SIZES.map((batchSize) => ({ widthFactor, batchSize })),
  );
  const cost = ({ widthFactor, batchSize }: (typeof cells)[number]): number => widthFactor ** 2 * batchSize;
  return cells.toSorted((a, b) => cost(a) - cost(b));
}

/**
 * Milliseconds per operation, by competitor and width, and by competitor alone as last measured. What a cell takes is
 * expected from it, but never reported.
 */
export type Pace = Map<string, number>;

/** Whether a cell is worth waiting for. */
export function isFeasible(expectedMs: number | undefined): boolean {
  return expectedMs === undefined || expectedMs * (1 + ROUNDS) <= CELL_LIMIT_MS;
}

interface Runner {
  id: CompetitorId;
  run: TrainingRun;
  losses: number[];
  stepMs: Sampled<number>;
}

/** Measures one cell; those who fit into it interleave. Throws BenchError where their losses disagree. */
export async function measureGrowthCell(
  competitors: readonly Competitor[],
  { widthFactor, batchSize }: { widthFactor: number; batchSize: number },
  pace: Pace,
): Promise<GrowthCell> {
  const task = benchTask(widthFactor, batchSize);
  const flopsPerStep = stepFlops(task).total;
  const stepMs: GrowthCell['stepMs'] = Object.fromEntries(competitors.map(({ id }) => [id, null]));
  const keyOf = (id: CompetitorId): string => `${id} x${widthFactor}`;
  const runners: Runner[] = [];
  let longestDispatchMs: number | null = null;
  try {
    for (const competitor of competitors) {
      const known = pace.get(keyOf(competitor.id)) ?? pace.get(competitor.id);
      const expectedMs = known === undefined ? undefined : known * flopsPerStep;
      if (isFeasible(expectedMs)) runners.push(await prepare(competitor, task, expectedMs));
    }
    assertSameLosses(runners);
    await interleave(
      runners.map((runner) => runner.stepMs),
      ROUNDS,
    );
    for (const runner of runners) {
      const ms = median(runner.stepMs.samples);
      stepMs[runner.id] = ms;
      pace.set(keyOf(runner.id), ms / flopsPerStep).set(runner.id, ms / flopsPerStep);
      longestDispatchMs ??= (await runner.run.longestDispatchMs?.()) ?? null;
    }
  } finally {
    for (const { run } of runners) run.dispose();
  }
  return { widthFactor, batchSize, flopsPerStep, stepMs, longestDispatchMs };
}

/** The first step compiles; unless steps are known to be slow, a second one tells how many fill a turn. */
async function prepare(
  competitor: Competitor,
  task: BenchTask,
  expectedMs: number | undefined,
): Promise<Runner> {
  const run = await competitor.start(task);
  const { losses } = await run.train(1);
  const steps =
    expectedMs !== undefined && expectedMs > TURN_MS
      ? 1
      : repetitions(await elapsedMs(() => run.train(1)), TURN_MS, MOST_STEPS);
  const stepMs = new Sampled(async () => (await elapsedMs(() => run.train(steps))) / steps);
  return { id: competitor.id, run, losses, stepMs };
}
