/** What the measurements of a probe cost, in gradient evaluations. */
import { type Batch, Pending } from '../../engine/model.ts';
import { SETTINGS } from '../../experiment/settings.ts';
import { exampleUnits } from '../../measure/activations.ts';
import { internalCovariateShift } from '../../measure/internalCovariateShift.ts';
import { probeLandscape, type Scratch } from '../../measure/landscape.ts';
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

/** Internal covariate shift or activation statistics of so many layers. */
export interface LayersCost {
  of: 'internal covariate shift' | 'activations';
  layers: number;
  /** Time over the time of one gradient. */
  gradients: number;
}

function filled(values: readonly number[], length: number): number[] {
  return Array.from({ length }, (_, i) => values[i % values.length]!);
}

/** Vectors and a minibatch that measurements may use. */
interface Site {
  run: OurRun;
  batch: Batch;
  scratch: Scratch;
}

async function atSite<T>(run: OurRun, measure: (site: Site) => Promise<T>): Promise<T> {
  const scratch = { point: run.model.vector(), gradient: run.model.vector() };
  const batch = run.nextBatch();
  try {
    return await measure({ run, batch, scratch });
  } finally {
    for (const each of [batch, scratch.point, scratch.gradient]) each.dispose();
  }
}

/** The time of `measure` over that of one gradient: the median of rounds in which it and so many gradients take turns. */
async function inGradients(
  { run, batch }: Site,
  count: number,
  measure: () => Pending<unknown>,
): Promise<number> {
  const { engine, model, theta, gradient } = run;
  const gradients = (): Promise<unknown> =>
    engine.read(Pending.all(Array.from({ length: count }, () => model.gradient(theta, batch, gradient))));
  const measured = (): Promise<unknown> => engine.read(measure());
  // The first time makes bind groups.
  await gradients();
  await measured();
  const gradientMs = new Sampled(() => elapsedMs(gradients));
  const measuredMs = new Sampled(() => elapsedMs(measured));
  await interleave([gradientMs, measuredMs], ROUNDS);
  return count * median(measuredMs.samples.map((ms, i) => ms / gradientMs.samples[i]!));
}

/** One entry for each number of points. */
export function measureProbeCosts(run: OurRun): Promise<ProbeCost[]> {
  return atSite(run, async (site) => {
    const { model, theta, gradient } = run;
    const costs: ProbeCost[] = [];
    for (const grid of GRIDS) {
      const stepSizes = grid.map((multiple) => multiple * LEARNING_RATE);
      const gradients = await inGradients(site, grid.length, () =>
        probeLandscape(model, theta, gradient, gradient, site.batch, stepSizes, site.scratch),
      );
      costs.push({ points: grid.length, isUsual: grid === usual, gradients });
    }
    return costs;
  });
}

/** Of every layer of the network. */
export function measureLayersCosts(run: OurRun): Promise<LayersCost[]> {
  return atSite(run, async (site) => {
    const { model, theta, gradient } = run;
    const layers = model.network.layers.map((_, i) => i + 1);
    await model.watch(exampleUnits(model.network, layers));
    const shift = await inGradients(site, layers.length, () =>
      internalCovariateShift(model, theta, theta, gradient, site.batch, layers, site.scratch),
    );
    const activations = await inGradients(site, 1, () => model.activations(theta, site.batch));
    return [
      { of: 'internal covariate shift', layers: layers.length, gradients: shift },
      { of: 'activations', layers: layers.length, gradients: activations },
    ];
  });
}
