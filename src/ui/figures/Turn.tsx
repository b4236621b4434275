/** Waits for a turn of its own before its content is first drawn: many plots, and what is in them, appear in many short tasks. */
import { type ReactNode, useEffect, useState } from 'react';
import { flushSync } from 'react-dom';
import { redraws } from './useFigure.ts';

export function Turn({ children }: { children: ReactNode }) {
  const [isDue, setIsDue] = useState(false);
  useEffect(() => {
    const draw = (): void => {
      handle.dispose();
      flushSync(() => setIsDue(true));
    };
    const handle = redraws.add(draw, { isPart: true });
    handle.setVisible(true);
    return handle.dispose;
  }, []);
  return isDue ? children : null;
}
