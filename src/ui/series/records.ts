/** Small records for tests, with exactly the values that a test names. */
import type { Experiment } from '../../experiment/experiment.ts';
import { defaultExperiment } from '../../experiment/settings.ts';
import { addMeasured, emptyRecord } from '../../record/build.ts';
import type { RunRecord } from '../../record/record.ts';

const ENVIRONMENT = {
  backend: 'webgpu',
  adapter: 'test',
  software: true,
  app: 'test',
  startedAt: '2026-01-01T00:00:00Z',
} as const;

/** A record of the networks, with two probe steps and one fine step, layer 3 for covariate shift. */
export function recordOf(variants: string[], change: Partial<Experiment> = {}): RunRecord {
  return emptyRecord(
    { ...defaultExperiment(), variants, probeSteps: [0.5, 1], fineSteps: [0.1], icsLayers: [3], ...change },
    ENVIRONMENT,
  );
}

/** Adds probes 10 steps apart: the loss and the gradient's difference at both points, and β. */
export function addProbes(
  record: RunRecord,
  variant: number,
  probes: { loss: [number, number]; difference: [number, number]; beta?: number; fineBeta?: number }[],
): void {
  for (const [i, { loss, difference, beta = 1, fineBeta = 1 }] of probes.entries())
    addMeasured(record, {
      kind: 'landscape',
      variant,
      step: 10 * i,
      loss: loss[0],
      gradientNorm: 1,
      grid: { lossAt: loss, gradientDifferenceAt: difference, beta },
      fine: { lossAt: [loss[0]], gradientDifferenceAt: [difference[0]], beta: fineBeta },
      random: { lossAt: [], gradientDifferenceAt: [], beta: Number.NaN },
    });
}

/** Adds one training value a step. */
export function addTraining(record: RunRecord, variant: number, loss: number[], accuracy: number[]): void {
  addMeasured(record, { kind: 'train', variant, step: loss.map((_, i) => i), loss, accuracy });
}
