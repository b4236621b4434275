/** The horizontal axis of a plot over time: steps, or seconds where the visitor chose them and the run was timed. */
import { createContext, useMemo } from 'react';
import { formatStepTick, formatTick } from '../format.ts';
import { type Axis, secondAxis, stepAxis } from '../series/axis.ts';
import { STEPS, type TimeMap } from '../series/time.ts';
import type { Snapshot } from './useFigure.ts';

/** How the layers of a plot find a step on its axis. */
export const TimeMapContext = createContext<TimeMap>(STEPS);

export interface TimeAxis {
  map: TimeMap;
  x: Axis;
  unit: string;
  formatX: (value: number) => string;
}

/** A zoomed axis may have ticks close to each other: 12,340 and not 12.34k. */
const formatZoomedStep = (step: number): string => formatTick(step);

export function useTimeAxis({ pace, steps, zoom }: Snapshot): TimeAxis {
  return useMemo(() => {
    const [from, to] = zoom ?? [0, steps];
    if (pace) {
      const [begin, end] = [pace.toX(from), pace.toX(to)];
      const x = secondAxis(zoom ? end : Math.max(1, Math.ceil(end)), begin);
      return { map: pace, x, unit: 's', formatX: formatTick };
    }
    return {
      map: STEPS,
      x: stepAxis(to, from),
      unit: 'steps',
      formatX: zoom ? formatZoomedStep : formatStepTick,
    };
  }, [pace, steps, zoom]);
}
