/** What one point of a landscape probe costs, in gradient evaluations. */
import { Pending } from '../../engine/model.ts';
import { SETTINGS } from '../../experiment/settings.ts';
import { probeLandscape } from '../../measure/landscape.ts';
import { median } from '../../record/statistics.ts';
import type { OurRun } from './ours.ts';
import { elapsedMs, interleave, Sampled } from './rounds.ts';
import { LEARNING_RATE } from './task.ts';

const ROUNDS = 11;
const STEP_SIZES = SETTINGS.probeSteps.default.map((multiple) => multiple * LEARNING_RATE);

/** Time of a probe of P points over the time of P gradients: the median over rounds. */
export async function measureProbeCost(run: OurRun): Promise<number> {
  const { engine, model, theta, gradient } = run;
  const scratch = { point: model.vector(), gradient: model.vector() };
  const batch = run.nextBatch();
  const gradients = (): Promise<unknown> =>
    engine.read(Pending.all(STEP_SIZES.map(() => model.gradient(theta, batch, gradient))));
  const probe = (): Promise<unknown> =>
    engine.read(probeLandscape(model, theta, gradient, gradient, batch, STEP_SIZES, scratch));
  // The first time makes bind groups.
  await gradients();
  await probe();
  const gradientMs = new Sampled(() => elapsedMs(gradients));
  const probeMs = new Sampled(() => elapsedMs(probe));
  await interleave([gradientMs, probeMs], ROUNDS);
  for (const each of [batch, scratch.point, scratch.gradient]) each.dispose();
  return median(probeMs.samples.map((ms, i) => ms / gradientMs.samples[i]!));
}
