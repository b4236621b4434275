/** How fast this device computes: measured by the runs on it, or shortly before any, and remembered from visit to visit. */
import * as v from 'valibot';
import { costOf } from '../experiment/cost.ts';
import type { DevicePace } from '../experiment/duration.ts';
import type { Device } from './lab.ts';
import { currentRecord } from './runRecord.ts';
import type { DeviceSpeed } from './state.ts';
import { store } from './store.ts';

const KEY = 'normscape-speed';
/** Shorter runs say more about their beginning than about the device. */
const SHORTEST_RUN_MS = 1000;

const nameOf = ({ backend, adapter }: Pick<Device, 'backend' | 'adapter'>): string => `${backend} ${adapter}`;

/** Storage may be forbidden, or hold anything. */
function readStored(): Record<string, unknown> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    return typeof stored === 'object' && stored !== null ? (stored as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function write(speeds: Record<string, unknown>): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(speeds));
  } catch {
    return;
  }
}

const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));

const speedSchema = v.object({ flopsPerSecond: positive, flopsPerGradient: positive });

const paceSchema = v.object({
  secondsPerDispatch: v.pipe(v.number(), v.finite(), v.minValue(0)),
  rates: v.pipe(v.array(speedSchema), v.minLength(1)),
  float64FlopsPerSecond: positive,
  sharesProcessor: v.boolean(),
});

const rememberedSchema = v.object({
  speed: v.fallback(v.nullable(speedSchema), null),
  pace: v.fallback(v.nullable(paceSchema), null),
});

interface Remembered {
  speed: DeviceSpeed | null;
  pace: DevicePace | null;
}

/** What earlier visits measured on the device. */
function remembered(device: Device): Remembered {
  const parsed = v.safeParse(rememberedSchema, readStored()[nameOf(device)]);
  return parsed.success ? parsed.output : { speed: null, pace: null };
}

function remember(device: Device, news: Partial<Remembered>): void {
  write({ ...readStored(), [nameOf(device)]: { ...remembered(device), ...news } });
}

/** Takes what is remembered of a device that has just been opened. */
export function recallSpeed(device: Device): void {
  const { speed, pace } = remembered(device);
  store.setState({
    flopsPerSecond: speed?.flopsPerSecond ?? null,
    flopsPerGradient: speed?.flopsPerGradient ?? null,
    pace,
  });
}

/** Takes what a short measurement of the open device gave, and remembers it. */
export function keepPace(device: Device, measured: DevicePace): void {
  const pace = v.safeParse(paceSchema, measured);
  if (!pace.success) return;
  store.setState({ pace: pace.output });
  remember(device, { pace: pace.output });
}

/** The speed of the run so far: operations up to its last step, over the time that it has been running. */
function measuredSpeed(): DeviceSpeed | null {
  const record = currentRecord();
  const step = record?.timing.step.at(-1) ?? 0;
  if (!record || step < 1 || record.timing.elapsedMs < SHORTEST_RUN_MS) return null;
  const { flops, flopsPerGradient } = costOf({ ...record.experiment, steps: step, flatnessPoints: 0 });
  return { flopsPerSecond: flops / (record.timing.elapsedMs / 1000), flopsPerGradient };
}

/**
 * Takes the speed of the run on the page, as soon as it can be told, and remembers it for its device; not where the networks had
 * to train on a slower engine than the device's own.
 */
export function keepSpeed(): void {
  const { device, engine } = store.getState();
  const speed = engine?.reason ? null : measuredSpeed();
  if (!device || !speed) return;
  store.setState(speed);
  remember(device, { speed });
}
