/** The effective β-smoothness of a record's probes, and where the measure saturates. */
import type { ProbeGrid, VariantRecord } from '../../record/record.ts';

/** Within this share of 1/η′ of the smallest probe step the measure can tell no more. */
const NEAR = 0.02;

/** The paper's probe points, or our finer ones. */
export type Grid = 'paper' | 'fine';

export const gridOf = ({ landscape }: VariantRecord, grid: Grid): ProbeGrid =>
  grid === 'paper' ? landscape : landscape.fine;

/** β at each probe: infinite where a point is not finite; NaN, a value that does not exist, where the gradient is 0. */
export function betas({ beta, gradientDifferenceAt }: ProbeGrid): number[] {
  return beta.map((value, i) =>
    gradientDifferenceAt[i]!.every(Number.isFinite) ? value : Number.POSITIVE_INFINITY,
  );
}

/** 1/η′ of the smallest probe step, where β rests once the gradient has turned by then. */
export const saturationLimit = ({ stepSizes }: ProbeGrid): number => 1 / Math.min(...stepSizes);

/** The share of probes whose β is next to the saturation limit; 0 where there are none. */
export function saturatedShare(grid: ProbeGrid): number {
  const limit = saturationLimit(grid);
  const values = betas(grid).filter((value) => !Number.isNaN(value));
  const near = values.filter((value) => Math.abs(value / limit - 1) <= NEAR);
  return values.length === 0 ? 0 : near.length / values.length;
}
