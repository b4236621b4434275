/** Says why the controls rest while networks train. */
import { isBusy } from '../../store/store.ts';
import { useStore } from '../useStore.ts';

export function BusyNote() {
  return useStore(isBusy) ? (
    <p className="busy-note">The networks are training. Pause or reset to change the experiment.</p>
  ) : null;
}
