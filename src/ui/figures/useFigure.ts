/** What a figure draws from: a snapshot that changes only when it is the figure's turn to be redrawn. */
import { createContext, type RefObject, useContext, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { Experiment } from '../../experiment/experiment.ts';
import type { RunRecord } from '../../record/record.ts';
import type { LabState } from '../../store/lab.ts';
import { ghostRuns, type RecordedRun, shownRecord } from '../../store/recordedRuns.ts';
import type { PageState, StepRange, View } from '../../store/state.ts';
import { store } from '../../store/store.ts';
import { rangeIn } from '../series/range.ts';
import { type Shown, shownIn } from '../series/shown.ts';
import { atPaceOf, lastStepAtPaceOf, secondsOf, type TimeMap } from '../series/time.ts';
import { type RedrawHandle, RedrawQueue } from './redraw.ts';

export interface Snapshot {
  record: RunRecord | null;
  /** The record grows in place: its version says whether it is still the same. */
  version: number;
  /** Of the record, or what is asked where nothing has run. */
  experiment: Experiment;
  /** Recorded runs behind the one shown. */
  ghosts: readonly RecordedRun[];
  /** Recorded runs that were not timed, and have no place on an axis of seconds. */
  untimed: readonly RecordedRun[];
  /** From steps of the run shown to seconds, where the axis counts those. */
  pace: TimeMap | null;
  /** At the end of the axis. */
  steps: number;
  /** The steps shown; null for all. */
  zoom: StepRange | null;
  labState: LabState;
  /** Steps done so far. */
  step: number;
  bands: View['bands'];
  scale: View['scale'];
  hidden: readonly string[];
  /** The weight of an exponential mean; null for our running medians. */
  smoothing: number | null;
  /** Of the figure, in pixels. */
  width: number;
  /** Of a plot of lines, in pixels; null for the lab's. */
  lineHeight: number | null;
}

/** How the figures inside are shown, whatever the visitor chose for the lab. */
export const FigureScope = createContext<
  Partial<Pick<Snapshot, 'bands' | 'scale' | 'hidden' | 'lineHeight'>>
>({});

/** All drawing of the page goes through this one queue. */
export const redraws = new RedrawQueue();
/** Figures within this distance of the window count as on screen, in pixels. */
const NEAR_PX = 120;

interface TimedRuns extends Pick<Snapshot, 'ghosts' | 'untimed' | 'pace'> {
  /** Of the recorded runs. */
  lastSteps: number[];
}

/** The recorded runs behind the one shown, as the axis of time asks for them: on one of seconds each at its own pace. */
function timedRuns(time: View['time'], record: RunRecord | null): TimedRuns {
  const runs = ghostRuns();
  const pace = time === 'seconds' && record ? (secondsOf(record) ?? firstPace(runs)) : null;
  if (!pace)
    return {
      ghosts: runs,
      untimed: [],
      pace,
      lastSteps: runs.map(({ record: run }) => run.experiment.steps),
    };
  const timed = runs.flatMap((run) => {
    const its = secondsOf(run.record);
    return its ? [{ run, its }] : [];
  });
  return {
    ghosts: timed.map(({ run, its }) => ({ ...run, record: atPaceOf(run.record, its, pace) })),
    untimed: runs.filter(({ record: run }) => !secondsOf(run)),
    pace,
    lastSteps: timed.map(({ run, its }) => lastStepAtPaceOf(run.record, its, pace)),
  };
}

/** Stands in for the pace of a run that has not made a step. */
const firstPace = (runs: readonly RecordedRun[]): TimeMap | null =>
  runs.map(({ record }) => secondsOf(record)).find((pace) => pace !== null) ?? null;

function snapshotOf(element: HTMLElement): Snapshot {
  const state = store.getState();
  const record = shownRecord();
  const experiment = record?.experiment ?? state.experiment;
  const timed = timedRuns(state.view.time, record);
  const zoom = state.view.page === 'lab' ? state.view.zoom : null;
  const steps = Math.max(experiment.steps, ...timed.lastSteps);
  return {
    record,
    version: state.recordVersion,
    experiment,
    ...timed,
    steps,
    zoom: rangeIn(zoom, steps),
    labState: state.labState,
    step: state.step,
    bands: state.view.bands,
    scale: state.view.scale,
    hidden: state.view.hidden,
    smoothing: state.view.smoothing,
    width: element.clientWidth,
    lineHeight: null,
  };
}

/** Whether a change of state is one that the visitor made and waits for. */
function isUrgent(now: PageState, before: PageState): boolean {
  const { bands, scale, hidden, smoothing, time, zoom } = before.view;
  return (
    now.view.bands !== bands ||
    now.view.scale !== scale ||
    now.view.hidden !== hidden ||
    now.view.smoothing !== smoothing ||
    now.view.time !== time ||
    now.view.zoom !== zoom ||
    now.experiment !== before.experiment ||
    now.labState !== before.labState
  );
}

function follow(element: HTMLElement, handle: RedrawHandle): () => void {
  const onScreen = new IntersectionObserver(([entry]) => handle.setVisible(entry?.isIntersecting ?? false), {
    rootMargin: `${NEAR_PX}px`,
  });
  let width = element.clientWidth;
  const size = new ResizeObserver(() => {
    if (element.clientWidth === width) return;
    width = element.clientWidth;
    handle.markStale(true);
  });
  const stopListening = store.subscribe((now, before) => {
    if (isUrgent(now, before)) handle.markStale(true);
    else if (now.recordVersion !== before.recordVersion) handle.markStale();
  });
  // The observer's first answer comes after the page has been painted.
  handle.setVisible(element.getBoundingClientRect().top < innerHeight + NEAR_PX);
  onScreen.observe(element);
  size.observe(element);
  return () => {
    stopListening();
    onScreen.disconnect();
    size.disconnect();
    handle.dispose();
  };
}

/** The snapshot of the figure in `ref`; null until it has come near the screen for the first time. */
export function useFigure(): { ref: RefObject<HTMLElement | null>; snapshot: Snapshot | null } {
  const ref = useRef<HTMLElement>(null);
  const [snapshot, setSnapshot] = useState<Snapshot | null>(null);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const draw = (): void => flushSync(() => setSnapshot(snapshotOf(element)));
    return follow(element, redraws.add(draw));
  }, []);
  const scope = useContext(FigureScope);
  const scoped = useMemo(() => snapshot && { ...snapshot, ...scope }, [snapshot, scope]);
  return { ref, snapshot: scoped };
}

/** The networks that the figure shows; a new list for every snapshot, because the record grows in place. */
export function useShown(snapshot: Snapshot): Shown[] {
  return useMemo(() => (snapshot.record ? shownIn(snapshot.record, snapshot.hidden) : []), [snapshot]);
}

/** The networks of the recorded runs behind the one shown. */
export function useGhosts(snapshot: Snapshot): Shown[] {
  return useMemo(() => snapshot.ghosts.flatMap(({ record }) => shownIn(record, snapshot.hidden)), [snapshot]);
}

/** The step at which a run stands that has not ended; null before its first step and after its last. */
export function nowStep({ step, labState, experiment }: Snapshot): number | null {
  return labState !== 'idle' && step > 0 && step < experiment.steps ? step : null;
}
