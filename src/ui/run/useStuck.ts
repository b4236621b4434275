/** Whether an element has been scrolled past, under the bar at the top. */
import { type RefObject, useEffect, useState } from 'react';

const TOP_BAR_PX = 56;

export function useStuck(ref: RefObject<HTMLElement | null>): boolean {
  const [isStuck, setIsStuck] = useState(false);
  useEffect(() => {
    if (!ref.current) return;
    const observer = new IntersectionObserver(
      ([entry]) =>
        setIsStuck(entry !== undefined && !entry.isIntersecting && entry.boundingClientRect.top < TOP_BAR_PX),
      { rootMargin: `-${TOP_BAR_PX}px 0px 0px` },
    );
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, [ref]);
  return isStuck;
}
