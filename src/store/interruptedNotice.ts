/** The offer to go on with a run whose tab was closed or crashed. */
import { DATASETS } from '../experiment/datasets.ts';
import { formatNumber } from '../experiment/read.ts';
import { isSameDevice, lastDeviceOf } from '../record/devices.ts';
import type { Device, InterruptedSummary, Lab } from './lab.ts';
import { showNotice } from './notices.ts';
import { store } from './store.ts';

/** Another device rounds differently. */
function deviceWords({ environment }: InterruptedSummary, device: Device | null): string {
  const last = lastDeviceOf(environment);
  if (!device || isSameDevice(device, last)) return 'Continued, it ends exactly as it would have.';
  return `It ran on ${last.adapter}; continued on ${device.adapter}, its numbers will differ slightly.`;
}

/** Asks what shall become of it: continue, keep what it measured, or discard it. */
export function offerInterrupted(run: InterruptedSummary): void {
  const { experiment, step } = run;
  const count = experiment.variants.length * experiment.seeds;
  const networks = count === 1 ? 'One network' : `${formatNumber(count)} networks`;
  store.setState({ interrupted: run });
  showNotice({
    kind: 'interrupted',
    finding: `A run was interrupted at step ${formatNumber(step)} of ${formatNumber(experiment.steps)}.`,
    advice: `${networks} on ${DATASETS[experiment.dataset].label}; everything measured is stored. ${deviceWords(run, store.getState().device)}`,
    actions: ['continue-interrupted', 'keep-interrupted', 'discard-interrupted'],
  });
}

/** Offers the latest interrupted run, where there is one. Never rejects: without storage there is none. */
export async function findInterrupted(lab: Lab): Promise<void> {
  const found = await lab.interrupted().catch(() => null);
  if (found) offerInterrupted(found);
}
