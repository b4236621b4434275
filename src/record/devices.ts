/** The devices of a run: the one it began on, and those it was continued on. */
import type { DeviceName, Environment } from './record.ts';

export const lastDeviceOf = ({ continuedOn, backend, adapter, software }: Environment): DeviceName =>
  continuedOn?.at(-1) ?? { backend, adapter, software };

export const isSameDevice = (a: DeviceName, b: DeviceName): boolean =>
  a.backend === b.backend && a.adapter === b.adapter;

/** “A”, or “A, from step 40 on B”. */
export function deviceWords({ adapter, continuedOn = [] }: Environment): string {
  return [adapter, ...continuedOn.map((next) => `from step ${next.step} on ${next.adapter}`)].join(', ');
}
