/** One probe: everything that is measured at one θ on one minibatch, on whatever model and at whatever precision. */
import {
  type ActivationStatistics,
  type Batch,
  type Comparison,
  type LossAndAccuracy,
  type Model,
  Pending,
  type Vector,
} from '../engine/model.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { internalCovariateShift, type LayerShift } from '../measure/internalCovariateShift.ts';
import {
  type GridProbe,
  type ProbePoint,
  probeLandscape,
  type Scratch,
  summariseGrid,
} from '../measure/landscape.ts';
import { type LayerNorm, layerNorms } from '../measure/layerNorms.ts';
import { randomDirection } from '../measure/randomDirection.ts';
import type { Sharpness } from '../measure/sharpness.ts';

/** Everything that one probe measures. */
export interface Probe extends LossAndAccuracy {
  step: number;
  gradientNorm: number;
  grid: GridProbe;
  fine: GridProbe;
  /** Null where it is not asked for. */
  random: GridProbe | null;
  shift: LayerShift[];
  norms: LayerNorm[];
  activations: ActivationStatistics[];
  /** Null where it is not asked for. */
  sharpness: Sharpness | null;
}

/** Sharpness takes many rounds of its own. */
export type ProbeWithoutSharpness = Omit<Probe, 'sharpness'>;

/** What a probe reads from the device. */
interface ProbeValues {
  loss: LossAndAccuracy;
  norm: Comparison;
  norms: LayerNorm[];
  points: ProbePoint[];
  finePoints: ProbePoint[];
  randomPoints: ProbePoint[][];
  activations: ActivationStatistics[];
  shift: LayerShift[];
}

/** Where a probe is taken. */
export interface ProbeSite {
  experiment: Experiment;
  learningRate: number;
  model: Model;
  theta: Vector;
  /** g = ∇L(θ), enqueued already, with the loss there. */
  gradient: Vector;
  loss: Pending<LossAndAccuracy>;
  batch: Batch;
  /** Receives the θ that the update leads to. */
  next: Vector;
  /** Enqueues the direction of the update; called after everything that needs the gradient alone. */
  direction: () => Vector;
  scratch: Scratch;
}

/** Leaves θ and g as they are. */
export function takeProbe(site: ProbeSite): Pending<ProbeWithoutSharpness> {
  const { model, theta, gradient, next, batch, scratch, experiment, learningRate } = site;
  const stepSizes = experiment.probeSteps.map((multiple) => multiple * learningRate);
  const fineSizes = experiment.fineSteps.map((multiple) => multiple * learningRate);
  const along = (direction: Vector, sizes: readonly number[]): Pending<ProbePoint[]> =>
    probeLandscape(model, theta, direction, gradient, batch, sizes, scratch);
  const parts = {
    loss: site.loss,
    norm: model.compare(gradient, gradient),
    norms: layerNorms(model, theta, gradient),
    points: along(gradient, stepSizes),
    finePoints: along(gradient, fineSizes),
    randomPoints: randomPoints(site, (direction) => along(direction, stepSizes)),
    activations: activationsAt(site),
  };
  model.addScaled(next, theta, -learningRate, site.direction());
  const { icsLayers } = experiment;
  const shift = internalCovariateShift(model, theta, next, gradient, batch, icsLayers, scratch);
  return Pending.object<ProbeValues>({ ...parts, shift }).map((values): ProbeWithoutSharpness => {
    const { points, finePoints, randomPoints: random, norm, loss, ...rest } = values;
    const summarise = (each: ProbePoint[], sizes: readonly number[]): GridProbe =>
      summariseGrid(each, sizes, norm.normA);
    return {
      step: batch.step,
      ...loss,
      gradientNorm: norm.normA,
      grid: summarise(points, stepSizes),
      fine: summarise(finePoints, fineSizes),
      random:
        random.length === 0
          ? null
          : summarise(
              random.flat(),
              random.flatMap(() => stepSizes),
            ),
      ...rest,
    };
  });
}

function randomPoints(
  { model, gradient, batch, experiment }: ProbeSite,
  along: (direction: Vector) => Pending<ProbePoint[]>,
): Pending<ProbePoint[][]> {
  return Pending.all(
    Array.from({ length: experiment.randomDirections }, (_, index) => {
      const direction = randomDirection(model, gradient, batch.step, index);
      const points = along(direction);
      direction.dispose();
      return points;
    }),
  );
}

function activationsAt({ model, theta, batch, experiment }: ProbeSite): Pending<ActivationStatistics[]> {
  if (experiment.activationLayers.length === 0) return Pending.all<ActivationStatistics>([]);
  return model.activations(theta, batch);
}
