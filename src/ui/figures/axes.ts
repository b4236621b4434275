/** Axes that several figures share. */
import { type Axis, axisAround } from '../series/axis.ts';
import type { EmptyAxes } from './useAxis.ts';

/** Shares of 1, written as percentages. */
export const PERCENT_AXIS: Axis = { scale: 'linear', domain: [0, 1], ticks: [0, 0.25, 0.5, 0.75, 1] };

export const percentTick = (share: number): string => String(Math.round(100 * share));

/** From opposite to equal directions. */
export const COSINE_AXIS: Axis = { scale: 'linear', domain: [-1, 1], ticks: [-1, -0.5, 0, 0.5, 1] };

export const LOSS_AXES: EmptyAxes = { log: axisAround(0.1, 5, 'log'), linear: axisAround(0, 2.5, 'linear') };
