/** One network's lines: the gradient's difference against the step size, early probes pale and late ones full. */
import { memo, useId, useMemo, useState } from 'react';
import { cursorStep } from '../../../store/viewActions.ts';
import { formatCount, formatTick, formatValue } from '../../format.ts';
import { Glyph } from '../../Marker.tsx';
import type { Axis } from '../../series/axis.ts';
import {
  type DistanceLine,
  type DistancePanel,
  distanceMarks,
  lineUpTo,
  type MeanLine,
  readDistances,
} from '../../series/distances.ts';
import { useStore } from '../../useStore.ts';
import { Clip } from '../layers/Clip.tsx';
import { EdgeMarks } from '../layers/EdgeMarks.tsx';
import { HoverCursor } from '../layers/HoverCursor.tsx';
import { bandPaths, linePath } from '../layers/paths.ts';
import { usePixels } from '../layers/usePixels.ts';
import { Plot, tickRoom } from '../Plot.tsx';
import { HEAD_HEIGHT } from '../panels.ts';
import { Turn } from '../Turn.tsx';

const PALEST = 0.15;

interface LayerProps {
  panel: DistancePanel;
  now: MeanLine | null;
  clip: string;
}

const columnOf = ({ size, difference }: DistanceLine) => ({ step: size, value: difference });
const edgesOf = ({ size, low, high }: MeanLine) => ({ step: size, low, high });

const DistanceLines = memo(function DistanceLines({ panel, now, clip }: LayerProps) {
  const pixels = usePixels();
  const paths = useMemo(
    () =>
      pixels && {
        lines: panel.lines.map((line) => linePath(columnOf(line), pixels)),
        single: panel.single.map((line) => linePath(columnOf(line), pixels)).join(''),
      },
    [panel, pixels],
  );
  // Fifty bands on top of each other would be one: only that of the line in question is filled.
  const range = useMemo(
    () => (pixels && now && panel.single.length > 0 ? bandPaths(edgesOf(now), pixels).fill : ''),
    [panel, now, pixels],
  );
  if (!pixels || !paths) return null;
  const { colour } = panel.identity;
  return (
    <g fill="none" strokeLinejoin="round" clipPath={clip}>
      {range && <path d={range} fill={colour} className="range" />}
      {paths.single && <path d={paths.single} stroke={colour} strokeWidth={0.5} className="trace" />}
      {panel.lines.map(({ step, age }, i) => (
        <path
          key={step}
          d={paths.lines[i]}
          stroke={colour}
          strokeWidth={1.2}
          opacity={PALEST + (1 - PALEST) * age}
        />
      ))}
      {now && <path d={linePath(columnOf(now), pixels)} className="distance-now" />}
    </g>
  );
});

interface DistancePlotProps {
  panel: DistancePanel;
  x: Axis;
  y: Axis;
  width: number;
  height: number;
  hasTickLabels: boolean;
}

export function DistancePlot({ panel, x, y, width, height, hasTickLabels }: DistancePlotProps) {
  const { identity } = panel;
  const clip = useId();
  const [overlay, setOverlay] = useState<HTMLElement | null>(null);
  const step = useStore(cursorStep) ?? Number.POSITIVE_INFINITY;
  const now = lineUpTo(panel, step);
  const readAt = useMemo(() => readDistances(panel, step), [panel, step]);
  const marks = useMemo(() => distanceMarks(panel, y.scale), [panel, y.scale]);
  const last = x.ticks.at(-1);
  const formatX = useMemo(
    () => (size: number) => (size === last ? `η′ = ${formatTick(size)}` : formatTick(size)),
    [last],
  );
  return (
    <div className="panel" style={{ width, height: height + HEAD_HEIGHT }}>
      <p className="panel-head" style={{ paddingLeft: hasTickLabels ? tickRoom(y) : 0 }}>
        <span className="panel-name" style={{ color: identity.colour }}>
          <Glyph identity={identity} />
          {identity.short}
        </span>
        <span className="panel-number">{now && `step ${formatCount(now.step)}`}</span>
      </p>
      <Turn>
        <div className="plot-frame" style={{ width }}>
          <Plot
            width={width}
            height={height}
            name={identity.label}
            x={x}
            y={y}
            hasTickLabels={hasTickLabels}
            hasUnit={false}
            formatX={formatX}
          >
            <Clip id={clip} />
            <DistanceLines panel={panel} now={now} clip={`url(#${clip})`} />
            <EdgeMarks marks={marks} />
            <HoverCursor readAt={readAt} title={(size) => `η′ = ${formatValue(size)}`} overlay={overlay} />
          </Plot>
          <div ref={setOverlay} className="overlay" />
        </div>
      </Turn>
    </div>
  );
}
