/** Bands of a plot: all fills first, each later one on a knock-out of paper, then all edges, so that none is covered. */
import { memo, useMemo } from 'react';
import type { Edges } from '../../series/band.ts';
import type { DrawnBand } from '../../series/drawn.ts';
import { bandPaths, linePath } from './paths.ts';
import { type Pixels, usePixels } from './usePixels.ts';

function edgePaths(edges: Edges, pixels: Pixels): string {
  const { low, high } = bandPaths(edges, pixels);
  return low + high;
}

interface BandLayerProps {
  bands: readonly DrawnBand[];
  clip: string;
}

export const BandLayer = memo(function BandLayer({ bands, clip }: BandLayerProps) {
  const pixels = usePixels();
  const paths = useMemo(
    () =>
      pixels &&
      bands.map(({ edges, trace, reach, single }) => ({
        ...bandPaths(edges, pixels),
        reach: reach ? bandPaths(reach, pixels).fill : '',
        trace: trace ? linePath({ step: trace.step, value: trace.high }, pixels) : '',
        single: single.map((seed) => edgePaths(seed, pixels)).join(''),
      })),
    [pixels, bands],
  );
  if (!paths) return null;
  return (
    <g clipPath={clip} fill="none" strokeLinejoin="round">
      {bands.map(({ identity }, i) => (
        <g key={identity.id}>
          {paths[i]!.trace && (
            <path d={paths[i]!.trace} stroke={identity.colour} strokeWidth={0.8} className="trace" />
          )}
          {paths[i]!.reach && <path d={paths[i]!.reach} fill={identity.colour} className="range" />}
          {i > 0 && <path d={paths[i]!.fill} fill="var(--paper)" className="knockout" />}
          <path d={paths[i]!.fill} fill={identity.colour} className="band" />
        </g>
      ))}
      {bands.map(({ identity, trace }, i) => (
        <g key={identity.id} stroke={identity.colour} strokeDasharray={trace ? identity.dash : undefined}>
          <path d={paths[i]!.low} strokeWidth={trace ? 1.4 : 1} opacity={0.75} />
          <path d={paths[i]!.high} strokeWidth={trace ? 2 : 1.5} />
        </g>
      ))}
      {bands.map(
        ({ identity }, i) =>
          paths[i]!.single && (
            <path
              key={identity.id}
              d={paths[i]!.single}
              stroke={identity.colour}
              strokeWidth={0.8}
              className="trace"
            />
          ),
      )}
    </g>
  );
});

/** The reference network's upper edge, grey, behind the band of another. */
export const GhostLayer = memo(function GhostLayer({ edges, clip }: { edges: Edges; clip: string }) {
  const pixels = usePixels();
  const path = useMemo(
    () => pixels && linePath({ step: edges.step, value: edges.high }, pixels),
    [pixels, edges],
  );
  return path ? <path d={path} clipPath={clip} fill="none" className="ghost" /> : null;
});
