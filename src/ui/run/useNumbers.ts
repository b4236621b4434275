/** Fast-changing parts of the state, at most four times a second. */
import { useEffect, useRef, useState } from 'react';
import type { PageState } from '../../store/state.ts';
import { store } from '../../store/store.ts';

const INTERVAL_MS = 250;

/** What `select` gives, compared by its JSON. A change of the lab's state or of the experiment comes through at once. */
export function useNumbers<T>(select: (state: PageState) => T): T {
  const [value, setValue] = useState(() => select(store.getState()));
  const latest = useRef(select);
  latest.current = select;
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const take = (): void => {
      timer = null;
      const next = latest.current(store.getState());
      setValue((before) => (JSON.stringify(before) === JSON.stringify(next) ? before : next));
    };
    const stop = store.subscribe((now, before) => {
      if (now.labState !== before.labState || now.experiment !== before.experiment) take();
      else timer ??= setTimeout(take, INTERVAL_MS);
    });
    take();
    return () => {
      stop();
      if (timer !== null) clearTimeout(timer);
    };
  }, []);
  return value;
}
