/** The value axis of a figure: stays as it is for one run, one scale and one choice of networks, and only grows. */
import { useRef } from 'react';
import { type Axis, extentOf, grownAxis, type Scale } from '../series/axis.ts';
import type { Snapshot } from './useFigure.ts';

export type EmptyAxes = Record<Scale, Axis>;

export function useAxis(
  { record, hidden }: Snapshot,
  scale: Scale,
  values: readonly (readonly number[])[],
  empty: EmptyAxes,
): Axis {
  const kept = useRef<{ record: unknown; hidden: unknown; axis: Axis } | null>(null);
  const before = kept.current;
  const isSame = before?.record === record && before.hidden === hidden;
  const axis = grownAxis(isSame ? before.axis : null, extentOf(values, scale), scale, empty[scale]);
  kept.current = { record, hidden, axis };
  return axis;
}
