/** Recorded runs behind the one shown: thinner lines with hollow markers in the colours of their networks. */
import { memo, useMemo } from 'react';
import type { Identity } from '../../identity.ts';
import { Marker } from '../../Marker.tsx';
import type { Edges } from '../../series/band.ts';
import type { DrawnLine } from '../../series/drawn.ts';
import { bandPaths, linePath } from './paths.ts';
import { type Pixels, usePixels } from './usePixels.ts';

const WIDTH = 1.3;

interface GhostLinesProps {
  lines: readonly DrawnLine[];
  /** A marker at every point, for series of few points. */
  isDotted: boolean;
  clip: string;
}

function HollowMarkers({ line: { identity, series }, pixels }: { line: DrawnLine; pixels: Pixels }) {
  const hollow = { ...identity, hollow: true };
  return series.raw.step.map((step, i) => {
    const y = pixels.y(series.raw.value[i]!);
    return Number.isNaN(y) ? null : (
      <Marker key={step} identity={hollow} x={pixels.x(step)} y={y} radius={2.6} />
    );
  });
}

export const GhostLines = memo(function GhostLines({ lines, isDotted, clip }: GhostLinesProps) {
  const pixels = usePixels();
  const paths = useMemo(
    () => pixels && lines.map(({ series }) => linePath(series.smooth ?? series.raw, pixels)),
    [pixels, lines],
  );
  if (!pixels || !paths || lines.length === 0) return null;
  return (
    <g fill="none" clipPath={clip} className="recorded">
      {lines.map((line, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two recorded runs may hold the same network
        <g key={`${line.identity.id} ${i}`}>
          <path
            d={paths[i]}
            stroke={line.identity.colour}
            strokeWidth={WIDTH}
            strokeDasharray={line.identity.dash}
          />
          {isDotted && <HollowMarkers line={line} pixels={pixels} />}
        </g>
      ))}
    </g>
  );
});

interface GhostBandsProps {
  bands: readonly { identity: Identity; edges: Edges }[];
  clip: string;
}

/** Only the edges: the fill belongs to the run shown. */
export const GhostBands = memo(function GhostBands({ bands, clip }: GhostBandsProps) {
  const pixels = usePixels();
  const paths = useMemo(() => pixels && bands.map(({ edges }) => bandPaths(edges, pixels)), [pixels, bands]);
  if (!paths || bands.length === 0) return null;
  return (
    <g fill="none" clipPath={clip} className="recorded">
      {bands.map(({ identity }, i) => (
        <path
          // biome-ignore lint/suspicious/noArrayIndexKey: two recorded runs may hold the same network
          key={`${identity.id} ${i}`}
          d={paths[i]!.low + paths[i]!.high}
          stroke={identity.colour}
          strokeWidth={WIDTH}
          strokeDasharray={identity.dash}
        />
      ))}
    </g>
  );
});
