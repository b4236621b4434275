/** The value axis of a figure: stays as it is for one run, one scale, one choice of networks and one range of steps, and only grows. */
import { useRef } from 'react';
import { type Axis, extentOf, grownAxis, type Scale } from '../series/axis.ts';
import type { Snapshot } from './useFigure.ts';

export type EmptyAxes = Record<Scale, Axis>;

export function useAxis(
  { record, hidden, zoom }: Snapshot,
  scale: Scale,
  values: readonly (readonly number[])[],
  empty: EmptyAxes,
): Axis {
  const kept = useRef<{ record: unknown; hidden: unknown; range: string; axis: Axis } | null>(null);
  const before = kept.current;
  const isSame = before?.record === record && before.hidden === hidden && before.range === String(zoom);
  const axis = grownAxis(isSame ? before.axis : null, extentOf(values, scale), scale, empty[scale]);
  kept.current = { record, hidden, range: String(zoom), axis };
  return axis;
}
