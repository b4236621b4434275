/** What a point of a landscape probe costs, in gradient evaluations. */
import { SETTINGS } from '../../experiment/settings.ts';
import { probeLandscape } from '../../measure/landscape.ts';
import { median } from '../../record/statistics.ts';
import { Pending } from '../../engine/model.ts';
import type { OurRun } from './ours.ts';
import { elapsedMs, interleave } from './rounds.ts';
import { LEARNING_RATE } from './task.ts';

const ROUNDS = 7;
const STEP_SIZES = SETTINGS.probeSteps.default.map((multiple) => multiple * LEARNING_RATE);

/** Time of a probe of P points over the time of P gradients: the median over rounds. */
export async function measureProbeCost({ engine, model, theta, gradient, nextBatch }: OurRun): Promise<number> {
}
