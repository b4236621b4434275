/** Lines of a plot: every value faint behind its running median, or the values themselves, boldly. */
import { memo, useMemo } from 'react';
import { Marker } from '../../Marker.tsx';
import type { DrawnLine } from '../../series/drawn.ts';
import { bandPaths, linePath } from './paths.ts';
import { usePixels } from './usePixels.ts';

interface LineLayerProps {
  line: DrawnLine;
  /** A marker at every point, for series of few points. */
  isDotted: boolean;
  /** Our own measure beside the paper's is drawn thinner. */
  isThin: boolean;
  clip: string;
}

export const LineLayer = memo(function LineLayer({ line, isDotted, isThin, clip }: LineLayerProps) {
  const { identity, series } = line;
  const pixels = usePixels();
  const paths = useMemo(
    () =>
      pixels && {
        faint: series.smooth ? linePath(series.raw, pixels) : '',
        bold: linePath(series.smooth ?? series.raw, pixels),
        range: series.seeds ? bandPaths(series.seeds.range, pixels).fill : '',
        single: series.seeds?.single.map((seed) => linePath(seed, pixels)).join('') ?? '',
      },
    [pixels, series],
  );
  if (!pixels || !paths) return null;
  const width = (isThin ? 1.2 : 2) * (identity.hollow ? 0.75 : 1);
  return (
    <g fill="none" strokeLinejoin="round" clipPath={clip}>
      {paths.range && <path d={paths.range} fill={identity.colour} className="range" />}
      {paths.single && <path d={paths.single} stroke={identity.colour} strokeWidth={0.8} className="trace" />}
      {paths.faint && <path d={paths.faint} stroke={identity.colour} strokeWidth={0.9} className="trace" />}
      <path d={paths.bold} stroke="var(--paper)" strokeWidth={width + 2} opacity={0.55} />
      <path d={paths.bold} stroke={identity.colour} strokeWidth={width} strokeDasharray={identity.dash} />
      {isDotted &&
        series.raw.step.map((step, i) => {
          const y = pixels.y(series.raw.value[i]!);
          return Number.isNaN(y) ? null : (
            <Marker key={step} identity={identity} x={pixels.x(step)} y={y} radius={2.6} />
          );
        })}
    </g>
  );
});
