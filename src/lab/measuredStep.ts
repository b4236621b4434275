/** What a step gave, as the record takes it. */
import { type ActivationStatistics, HISTOGRAM_REACH } from '../engine/model.ts';
import type { Measured } from '../record/build.ts';
import type { Lockstep, MemberResult } from './lockstep.ts';
import type { Probe } from './probe.ts';

/** The measurements of one step as the record takes them; a network's first loss that is not finite ends it. */
export function toMeasured(step: number, results: readonly MemberResult[], lockstep: Lockstep): Measured[] {
  return results.flatMap(({ index: variant, train, probe, test }): Measured[] => {
    if (!lockstep.isActive(variant)) return [];
    const measured: Measured[] = [
      { kind: 'train', variant, step: [step], loss: [train.loss], accuracy: [train.accuracy] },
    ];
    if (probe) measured.push(...probeMeasured(variant, step, probe));
    if (test) measured.push({ kind: 'test', variant, step, ...test });
    if (!Number.isFinite(train.loss)) {
      lockstep.stop(variant);
      measured.push({ kind: 'status', variant, status: 'diverged', step });
    }
    return measured;
  });
}

function probeMeasured(variant: number, step: number, probe: Probe): Measured[] {
  const { loss, gradientNorm, grid, fine, random, shift, norms, activations, sharpness } = probe;
  const measured: Measured[] = [
    { kind: 'landscape', variant, step, loss, gradientNorm, grid, fine, random },
    { kind: 'norms', variant, step, layers: norms },
  ];
  if (shift.length > 0) measured.push({ kind: 'ics', variant, step, layers: shift });
  if (activations.length > 0)
    measured.push({ kind: 'activations', variant, step, layers: activations.map(ranged) });
  if (sharpness) {
    const { eigenvalue, errorBound } = sharpness;
    measured.push({ kind: 'sharpness', variant, step, eigenvalue, errorBound });
  }
  return measured;
}

/** A histogram with the range that its bins divide. */
function ranged({ mean, variance, counts }: ActivationStatistics) {
  const reach = HISTOGRAM_REACH * Math.sqrt(variance);
  return { mean, variance, low: mean - reach, high: mean + reach, counts };
}

/** One entry a network for training losses that follow one another. */
export function mergeTraining(measured: readonly Measured[]): Measured[] {
  const merged: Measured[] = [];
  const open = new Map<number, Measured & { kind: 'train' }>();
  for (const each of measured) {
    if (each.kind !== 'train') {
      merged.push(each);
      continue;
    }
    const first = open.get(each.variant);
    if (first) {
      first.step.push(...each.step);
      first.loss.push(...each.loss);
      first.accuracy.push(...each.accuracy);
    } else {
      open.set(each.variant, each);
      merged.push(each);
    }
  }
  return merged;
}
