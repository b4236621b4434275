/** Says changes of state to screen readers. */
import { useStore } from '../useStore.ts';

export function Announcer() {
  const announcement = useStore((state) => state.announcement);
  return (
    <p className="unseen" role="status" aria-live="polite">
      {announcement}
    </p>
  );
}
