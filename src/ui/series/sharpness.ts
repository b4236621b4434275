/** The largest eigenvalue of the Hessian along a run, against 2/η. */
import { largest } from '../../record/statistics.ts';
import { formatCount, formatTick } from '../format.ts';
import type { ColumnOf } from './lineData.ts';
import { meanOverSeeds } from './seeds.ts';
import type { Shown } from './shown.ts';
import { nameEach } from './words.ts';

/** To which the method is run, as a share of the value. */
const TOLERANCE = 0.01;

export const sharpnessColumn: ColumnOf = ({ variant: { sharpness } }) => ({
  step: sharpness.step,
  value: sharpness.eigenvalue,
});

/** 2/η of every learning rate in the experiment, each once. */
export function stabilityEdges(shown: readonly Shown[]): number[] {
  return [...new Set(shown.map(({ variant }) => 2 / variant.learningRate))];
}

export const edgeWords = (edges: readonly number[]): string =>
  edges.map((edge) => formatTick(Number(edge.toPrecision(3)))).join(', ');

/** At how many probes no eigenvalue was found to within 1% of the value drawn; null where all were, or nobody knows. */
export function unconvergedWords(shown: readonly Shown[]): string | null {
  const bounds = shown.flatMap(({ seeds }) =>
    seeds.flatMap(({ variant: { sharpness } }) =>
      sharpness.errorBound.map((bound, i) => bound / Math.abs(sharpness.eigenvalue[i]!)),
    ),
  );
  const above = bounds.filter((bound) => bound > TOLERANCE);
  if (above.length === 0) return null;
  const worst = Math.round(100 * largest(above));
  return `Not converged at ${formatCount(above.length)} of ${formatCount(bounds.length)} probes: there an eigenvalue lies within ${worst}% or less.`;
}

/** How often each network lies above the 2/η of its own learning rate. */
export function sharpnessReading(shown: readonly Shown[]): string | null {
  const probes = shown[0]?.variant.sharpness.step.length ?? 0;
  if (probes < 3) return null;
  const shares = shown.map((one) => ({
    label: one.identity.name,
    share: meanOverSeeds(one, ({ variant: { sharpness, learningRate } }) => {
      const above = sharpness.eigenvalue.filter((value) => !(value <= 2 / learningRate));
      return above.length / sharpness.eigenvalue.length;
    }),
  }));
  shares.sort((a, b) => b.share - a.share);
  const named = shares.map(({ label, share }) => ({ label, words: `${Math.round(100 * share)}%` }));
  return `Above 2/η at this share of the ${formatCount(probes)} probes: ${nameEach(named)}.`;
}
