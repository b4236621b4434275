/** How mean and variance of activations move: from one recording to the next, or since the start (Fig. 8). */
import type { ActivationLayer } from '../../record/record.ts';
import { formatValue } from '../format.ts';
import type { Column } from './line.ts';
import type { ColumnOf } from './lineData.ts';
import { meanOverSeeds } from './seeds.ts';
import type { SeedShown, Shown } from './shown.ts';
import { nameEach } from './words.ts';

export type Moment = 'mean' | 'variance';
export type DriftSpan = 'successive' | 'since-start';

const momentsOf = ({ variant }: SeedShown, layerIndex: number, moment: Moment): readonly number[] =>
  (variant.activations.layers[layerIndex] as ActivationLayer | undefined)?.[moment] ?? [];

/** |m_t+1 − m_t| from the second recording on, or m_t − m_0 from the first. */
export function driftColumn(layerIndex: number, moment: Moment, span: DriftSpan): ColumnOf {
  return (seed): Column => {
    const { step } = seed.variant.activations;
    const moments = momentsOf(seed, layerIndex, moment);
    if (span === 'since-start')
      return { step: step.slice(0, moments.length), value: moments.map((value) => value - moments[0]!) };
    return {
      step: step.slice(1, moments.length),
      value: moments.slice(1).map((value, i) => Math.abs(value - moments[i]!)),
    };
  };
}

const average = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The paper's figure shows single values; their averages are ours. */
export function driftReading(
  shown: readonly Shown[],
  layerIndex: number,
  moment: Moment,
  span: DriftSpan,
): string | null {
  const columnOf = driftColumn(layerIndex, moment, span);
  const moved = shown.flatMap((one) => {
    const value = meanOverSeeds(one, (seed) => average(columnOf(seed).value.map(Math.abs)));
    return Number.isNaN(value) ? [] : [{ label: one.identity.name, value }];
  });
  if (moved.length === 0 || columnOf(shown[0]!).value.length < 2) return null;
  moved.sort((a, b) => b.value - a.value);
  const named = moved.map(({ label, value }) => ({ label, words: formatValue(value) }));
  const how =
    span === 'successive' ? 'From recording to recording it moves by' : 'Its distance from the start is';
  return `${how}, on average: ${nameEach(named)}.`;
}
