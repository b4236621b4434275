/** The horizontal axis of a plot over time: steps, or seconds where the visitor chose them and the run was timed. */
import { createContext, useMemo } from 'react';
import { formatStepTick, formatTick } from '../format.ts';
import { type Axis, stepAxis } from '../series/axis.ts';
import { STEPS, secondsOf, type TimeMap } from '../series/time.ts';
import type { Snapshot } from './useFigure.ts';

/** How the layers of a plot find a step on its axis. */
export const TimeMapContext = createContext<TimeMap>(STEPS);

export interface TimeAxis {
  map: TimeMap;
  x: Axis;
  unit: string;
  formatX: (value: number) => string;
}

export function useTimeAxis(snapshot: Snapshot): TimeAxis {
  return useMemo(() => {
    const seconds = snapshot.time === 'seconds' && snapshot.record ? secondsOf(snapshot.record) : null;
    if (!seconds) return { map: STEPS, x: stepAxis(snapshot.steps), unit: 'steps', formatX: formatStepTick };
    const x = stepAxis(Math.max(1, Math.ceil(seconds.toX(snapshot.experiment.steps))));
    return { map: seconds, x, unit: 's', formatX: formatTick };
  }, [snapshot]);
}
