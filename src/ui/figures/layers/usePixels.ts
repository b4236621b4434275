/** From steps and values to pixels of the plot in which a layer is drawn. */
import { useContext, useMemo } from 'react';
import { usePlotArea, useXAxisScale, useYAxisDomain, useYAxisScale } from 'recharts';
import { TimeMapContext } from '../timeAxis.ts';

export interface Pixels {
  left: number;
  right: number;
  top: number;
  bottom: number;
  x(step: number): number;
  /** Whether a step lies on the axis. */
  holds(step: number): boolean;
  /** NaN stays NaN; what lies beyond the axis is put on its edge. */
  y(value: number): number;
}

/** Null until the plot has its axes. */
export function usePixels(): Pixels | null {
  const xScale = useXAxisScale();
  const yScale = useYAxisScale();
  const domain = useYAxisDomain();
  const area = usePlotArea();
  const time = useContext(TimeMapContext);
  return useMemo(() => {
    if (!xScale || !yScale || !area || !domain) return null;
    const [low, high] = [Number(domain[0]), Number(domain[1])];
    const bottom = area.y + area.height;
    const x = (step: number): number => xScale(time.toX(step)) ?? Number.NaN;
    return {
      left: area.x,
      right: area.x + area.width,
      top: area.y,
      bottom,
      x,
      holds: (step) => x(step) >= area.x - 0.5 && x(step) <= area.x + area.width + 0.5,
      y: (value) => {
        if (Number.isNaN(value)) return Number.NaN;
        if (value >= high) return area.y;
        if (value <= low) return bottom;
        return yScale(value) ?? Number.NaN;
      },
    };
  }, [xScale, yScale, domain, area, time]);
}
