/** Straight lines across a plot: where the run is now, and the values that curves are compared with. */
import { usePixels } from './usePixels.ts';

export function NowLine({ step }: { step: number | null }) {
  const pixels = usePixels();
  if (!pixels || step === null || !pixels.holds(step)) return null;
  const x = pixels.x(step);
  return <line x1={x} x2={x} y1={pixels.top} y2={pixels.bottom} className="now" />;
}

/** Dotted; the caption names them. */
export function ReferenceLines({ values }: { values: readonly number[] }) {
  const pixels = usePixels();
  if (!pixels) return null;
  return values.map((value) => {
    const y = pixels.y(value);
    if (y <= pixels.top || y >= pixels.bottom) return null;
    return <line key={value} x1={pixels.left} x2={pixels.right} y1={y} y2={y} className="reference" />;
  });
}
