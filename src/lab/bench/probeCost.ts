/** What landscape probes cost, in gradient evaluations. */
import { Pending } from '../../engine/model.ts';
import { SETTINGS } from '../../experiment/settings.ts';
import { probeLandscape } from '../../measure/landscape.ts';
import { median } from '../../record/statistics.ts';
import type { OurRun } from './ours.ts';
import { elapsedMs, interleave, Sampled } from './rounds.ts';
import { LEARNING_RATE } from './task.ts';

const ROUNDS = 9;
const { probeSteps, fineSteps } = SETTINGS;

const usual = [...probeSteps.default, ...fineSteps.default];

/** The paper's steps, as in figure 4; with the fine ones, as the default experiment probes; and as many as can be asked for. */
const GRIDS = [probeSteps.default, usual, filled(usual, probeSteps.maxLength + fineSteps.maxLength)];

export interface ProbeCost {
  points: number;
  /** Whether the default experiment probes so many. */
  isUsual: boolean;
  /** Time of the whole probe over the time of one gradient. */
  gradients: number;
}

function filled(values: readonly number[], length: number): number[] {
  return Array.from({ length }, (_, i) => values[i % values.length]!);
}

/** One entry for each number of points: medians over rounds in which probes and as many gradients take turns. */
export async function measureProbeCosts(run: OurRun): Promise<ProbeCost[]> {
  const { engine, model, theta, gradient } = run;
  const scratch = { point: model.vector(), gradient: model.vector() };
  const batch = run.nextBatch();
  const costs: ProbeCost[] = [];
  for (const grid of GRIDS) {
    const stepSizes = grid.map((multiple) => multiple * LEARNING_RATE);
    const gradients = (): Promise<unknown> =>
      engine.read(Pending.all(stepSizes.map(() => model.gradient(theta, batch, gradient))));
    const probe = (): Promise<unknown> =>
      engine.read(probeLandscape(model, theta, gradient, gradient, batch, stepSizes, scratch));
    // The first time makes bind groups.
    await gradients();
    await probe();
    const gradientMs = new Sampled(() => elapsedMs(gradients));
    const probeMs = new Sampled(() => elapsedMs(probe));
    await interleave([gradientMs, probeMs], ROUNDS);
    const ratios = probeMs.samples.map((ms, i) => ms / gradientMs.samples[i]!);
    costs.push({ points: grid.length, isUsual: grid === usual, gradients: grid.length * median(ratios) });
  }
  for (const each of [batch, scratch.point, scratch.gradient]) each.dispose();
  return costs;
}
