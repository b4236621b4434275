/** Builds a record from the events of a run, in the order in which they come. */
import type { Experiment } from '../experiment/experiment.ts';
import { variantsOf } from '../experiment/variants.ts';
import {
  type DeviceName,
  type Environment,
  type ProbeGrid,
  RECORD_FORMAT,
  RECORD_VERSION,
  type RunRecord,
  type VariantRecord,
  type VariantStatus,
} from './record.ts';
import { columnWithRoom } from './reserve.ts';

export interface GridPoint {
  lossAt: number[];
  gradientDifferenceAt: number[];
  beta: number;
}

/** One thing measured. `variant` is an index into the record's variants. */
export type Measured =
  | { kind: 'train'; variant: number; step: number[]; loss: number[]; accuracy: number[] }
  | { kind: 'test'; variant: number; step: number; loss: number; accuracy: number }
  | {
      kind: 'landscape';
      variant: number;
      step: number;
      loss: number;
      gradientNorm: number;
      grid: GridPoint;
      fine: GridPoint;
      /** Null where no random direction was probed. */
      random: GridPoint | null;
    }
  | { kind: 'ics'; variant: number; step: number; layers: { layer: number; l2: number; cosine: number }[] }
  | {
      kind: 'activations';
      variant: number;
      step: number;
      layers: { mean: number; variance: number; low: number; high: number; counts: number[] }[];
    }
  | { kind: 'norms'; variant: number; step: number; layers: { weight: number; gradient: number }[] }
  | { kind: 'sharpness'; variant: number; step: number; eigenvalue: number; errorBound: number }
  | { kind: 'flatness'; variant: number; step: number; at: number[]; line: number[]; plane: number[][] }
  | { kind: 'status'; variant: number; status: VariantStatus; step: number }
  /** From this step on the run is on another device. */
  | { kind: 'device'; step: number; device: DeviceName }
  | { kind: 'timing'; step: number; elapsedMs: number };

const emptyGrid = (stepSizes: number[]): ProbeGrid => ({
  stepSizes,
  lossAt: [],
  gradientDifferenceAt: [],
  beta: [],
});

/** One empty entry for every variant and seed, in the order in which they train: seed by seed. */
function emptyVariants(experiment: Experiment): VariantRecord[] {
  const variants = variantsOf(experiment.variants);
  return Array.from({ length: experiment.seeds }, (_, i) => experiment.seed + i).flatMap((seed) =>
    variants.map((variant): VariantRecord => {
      const learningRate = variant.learningRate ?? experiment.learningRate;
      const sizes = (multiples: number[]): number[] => multiples.map((multiple) => multiple * learningRate);
      return {
        id: variant.id,
        norm: variant.norm,
        learningRate,
        seed,
        status: 'running',
        divergedAt: null,
        train: { step: [], loss: [], accuracy: [] },
        test: { step: [], loss: [], accuracy: [] },
        landscape: {
          step: [],
          loss: [],
          gradientNorm: [],
          ...emptyGrid(sizes(experiment.probeSteps)),
          fine: emptyGrid(sizes(experiment.fineSteps)),
          ...(experiment.randomDirections > 0 && {
            random: emptyGrid(
              Array.from({ length: experiment.randomDirections }, () => sizes(experiment.probeSteps)).flat(),
            ),
          }),
        },
        ics: { step: [], layers: experiment.icsLayers.map((layer) => ({ layer, l2: [], cosine: [] })) },
        activations: {
          step: [],
          layers: experiment.activationLayers.map((layer) => ({
            layer,
            mean: [],
            variance: [],
            histogram: [],
          })),
        },
        norms: { step: [], layers: [] },
        sharpness: { step: [], eigenvalue: [], errorBound: [] },
        flatness: null,
      };
    }),
  );
}

/** A record in which nothing has been seen yet, on the device that the run began on. */
export function emptyRecord(experiment: Experiment, environment: Environment): RunRecord {
  const { continuedOn: _, ...begun } = environment;
  return {
    format: RECORD_FORMAT,
    version: RECORD_VERSION,
    experiment: structuredClone(experiment),
    environment: begun,
    timing: { elapsedMs: 0, step: [], atMs: [] },
    variants: emptyVariants(experiment),
  };
}

/** The first values of a network reserve room for all of its run. */
function addTraining(
  { experiment, variants }: RunRecord,
  { train }: VariantRecord,
  measured: Measured & { kind: 'train' },
): void {
  for (const name of ['step', 'loss', 'accuracy'] as const)
    if (train[name].length > 0) train[name].push(...measured[name]);
    else train[name] = columnWithRoom(measured[name], experiment.steps + 1, variants.length);
}

function addPoint(grid: ProbeGrid, point: GridPoint): void {
  grid.lossAt.push(point.lossAt);
  grid.gradientDifferenceAt.push(point.gradientDifferenceAt);
  grid.beta.push(point.beta);
}

/** How many layers there are, the first measurement tells. */
function addNorms({ norms }: VariantRecord, { step, layers }: Measured & { kind: 'norms' }): void {
  if (norms.layers.length === 0)
    norms.layers = layers.map((_, i) => ({ layer: i + 1, weight: [], gradient: [] }));
  norms.step.push(step);
  for (const [i, { weight, gradient }] of layers.entries()) {
    norms.layers[i]?.weight.push(weight);
    norms.layers[i]?.gradient.push(gradient);
  }
}

/** Adds one measurement to the record, in place. Throws on a variant that the record does not have. */
export function addMeasured(record: RunRecord, measured: Measured): void {
  if (measured.kind === 'timing') {
    record.timing.elapsedMs = measured.elapsedMs;
    record.timing.step.push(measured.step);
    record.timing.atMs.push(measured.elapsedMs);
    return;
  }
  if (measured.kind === 'device') {
    const { continuedOn = [] } = record.environment;
    record.environment.continuedOn = [...continuedOn, { ...measured.device, step: measured.step }];
    return;
  }
  const variant = record.variants[measured.variant];
  if (!variant)
    throw new RangeError(`The record has ${record.variants.length} variants; ${measured.variant} was named.`);
  switch (measured.kind) {
    case 'train':
      addTraining(record, variant, measured);
      return;
    case 'test':
      variant.test.step.push(measured.step);
      variant.test.loss.push(measured.loss);
      variant.test.accuracy.push(measured.accuracy);
      return;
    case 'landscape':
      variant.landscape.step.push(measured.step);
      variant.landscape.loss.push(measured.loss);
      variant.landscape.gradientNorm.push(measured.gradientNorm);
      addPoint(variant.landscape, measured.grid);
      addPoint(variant.landscape.fine, measured.fine);
      if (variant.landscape.random && measured.random) addPoint(variant.landscape.random, measured.random);
      return;
    case 'ics':
      variant.ics.step.push(measured.step);
      for (const [i, { l2, cosine }] of measured.layers.entries()) {
        variant.ics.layers[i]?.l2.push(l2);
        variant.ics.layers[i]?.cosine.push(cosine);
      }
      return;
    case 'activations':
      variant.activations.step.push(measured.step);
      for (const [i, { mean, variance, ...histogram }] of measured.layers.entries()) {
        const layer = variant.activations.layers[i];
        layer?.mean.push(mean);
        layer?.variance.push(variance);
        layer?.histogram.push(histogram);
      }
      return;
    case 'norms':
      addNorms(variant, measured);
      return;
    case 'sharpness':
      variant.sharpness.step.push(measured.step);
      variant.sharpness.eigenvalue.push(measured.eigenvalue);
      variant.sharpness.errorBound.push(measured.errorBound);
      return;
    case 'flatness': {
      const { step, at, line, plane } = measured;
      variant.flatness = { step, at, line, plane };
      return;
    }
    case 'status':
      variant.status = measured.status;
      if (measured.status === 'diverged') variant.divergedAt = measured.step;
      return;
    default:
      measured satisfies never;
  }
}
