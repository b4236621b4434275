/** How fast this device computes: measured by the runs on it, and remembered from visit to visit. */
import { costOf } from '../experiment/cost.ts';
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

const isSize = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value > 0;

/** The speed that an earlier visit measured on the device, or null. */
function storedSpeed(device: Device): DeviceSpeed | null {
  const found = readStored()[nameOf(device)];
  if (typeof found !== 'object' || found === null) return null;
  const { flopsPerSecond, flopsPerGradient } = found as Record<string, unknown>;
  return isSize(flopsPerSecond) && isSize(flopsPerGradient) ? { flopsPerSecond, flopsPerGradient } : null;
}

/** Takes what is remembered of a device that has just been opened. */
export function recallSpeed(device: Device): void {
  const speed = storedSpeed(device);
  store.setState({
    flopsPerSecond: speed?.flopsPerSecond ?? null,
    flopsPerGradient: speed?.flopsPerGradient ?? null,
  });
}

/** The speed of the run so far: operations up to its last step, over the time that it has been running. */
function measuredSpeed(): DeviceSpeed | null {
  const record = currentRecord();
  const step = record?.timing.step.at(-1) ?? 0;
  if (!record || step < 1 || record.timing.elapsedMs < SHORTEST_RUN_MS) return null;
  const { flops, flopsPerGradient } = costOf({ ...record.experiment, steps: step, flatnessPoints: 0 });
  return { flopsPerSecond: flops / (record.timing.elapsedMs / 1000), flopsPerGradient };
}

/** Takes the speed of the run on the page, as soon as it can be told, and remembers it for its device. */
export function keepSpeed(): void {
  const { device } = store.getState();
  const speed = measuredSpeed();
  if (!device || !speed) return;
  store.setState(speed);
  write({ ...readStored(), [nameOf(device)]: speed });
}
