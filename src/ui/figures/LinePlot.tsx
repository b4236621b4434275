/** A plot with one line a network: every figure that is not a band. */
import { useId, useMemo, useState } from 'react';
import { formatValue } from '../format.ts';
import { identitiesOf } from '../identity.ts';
import type { Axis } from '../series/axis.ts';
import { type ColumnOf, drawnLine, type LineData, lineData, readLines } from '../series/lineData.ts';
import type { Shown } from '../series/shown.ts';
import type { Cadence } from '../series/smooth.ts';
import { Clip } from './layers/Clip.tsx';
import { Cursor } from './layers/Cursor.tsx';
import { Divergence } from './layers/Divergence.tsx';
import { EdgeMarks } from './layers/EdgeMarks.tsx';
import { EmptyWords } from './layers/EmptyWords.tsx';
import { EndLabels, labelRoom } from './layers/EndLabels.tsx';
import { GhostLines } from './layers/GhostLines.tsx';
import { LineLayer } from './layers/LineLayer.tsx';
import { NowLine, ReferenceLines } from './layers/Lines.tsx';
import { PointerArea } from './layers/PointerArea.tsx';
import { Plot } from './Plot.tsx';
import { TimeMapContext, useTimeAxis } from './timeAxis.ts';
import { nowStep, type Snapshot, useGhosts } from './useFigure.ts';
import { lineTable, useValues } from './values.ts';

export interface LinePlotProps {
  snapshot: Snapshot;
  /** Tells a plot from others in its figure. */
  name?: string;
  shown: readonly Shown[];
  /** Stable: defined once a figure. */
  columnOf: ColumnOf;
  y: Axis;
  width: number;
  height: number;
  emptyWords: string;
  emptyDetail: string;
  smoothOver?: Cadence | undefined;
  isDotted?: boolean | undefined;
  isThin?: boolean | undefined;
  hasTickLabels?: boolean | undefined;
  hasEndValues?: boolean | undefined;
  /** Values that the caption compares the curves with. */
  references?: readonly number[];
  formatY?: ((value: number) => string) | undefined;
  format?: ((value: number) => string) | undefined;
}

/** A chosen weight also smooths lines that have no running medians; those with a marker a value stay as they are. */
function cadenceOf({ smoothOver, snapshot, isDotted }: LinePlotProps): Cadence | null {
  return smoothOver ?? (snapshot.smoothing !== null && !isDotted ? 'probe' : null);
}

function useLineData(props: LinePlotProps): LineData {
  const { shown, columnOf, y, snapshot, hasEndValues = false, format = formatValue } = props;
  const smoothOver = cadenceOf(props);
  return useMemo(
    () =>
      lineData(shown, columnOf, {
        scale: y.scale,
        smoothOver,
        weight: snapshot.smoothing,
        range: snapshot.zoom,
        endValue: hasEndValues ? format : null,
      }),
    [shown, columnOf, y.scale, smoothOver, snapshot.smoothing, snapshot.zoom, hasEndValues, format],
  );
}

/** The margin for the names of all networks, hidden ones too, so that the plot keeps its width. */
function endRoom(variants: readonly string[], valueRoom: string): number {
  return labelRoom(identitiesOf(variants).map(({ short }) => short + valueRoom));
}

export function LinePlot(props: LinePlotProps) {
  const { snapshot, shown, columnOf, width, height, y, isDotted = false, isThin = false } = props;
  const { variants } = snapshot.experiment;
  const data = useLineData(props);
  const ghosts = useGhosts(snapshot);
  const smoothOver = cadenceOf(props);
  const behind = useMemo(
    () => ghosts.map((one) => drawnLine(one, columnOf, smoothOver, snapshot.smoothing, snapshot.zoom)),
    [ghosts, columnOf, smoothOver, snapshot.smoothing, snapshot.zoom],
  );
  const time = useTimeAxis(snapshot);
  const clip = useId();
  const [overlay, setOverlay] = useState<HTMLElement | null>(null);
  const readAt = useMemo(() => readLines(shown, columnOf, props.format), [shown, columnOf, props.format]);
  useValues(props.name ?? '', () => lineTable(shown, columnOf));
  const now = nowStep(snapshot);
  return (
    <div className="plot-frame" style={{ width }}>
      <TimeMapContext value={time.map}>
        <Plot
          width={width}
          height={height}
          x={time.x}
          unit={time.unit}
          formatX={time.formatX}
          y={y}
          right={endRoom(variants, props.hasEndValues ? ' 00.0%' : '')}
          hasTickLabels={props.hasTickLabels ?? true}
          formatY={props.formatY}
        >
          <Clip id={clip} />
          <GhostLines lines={behind} isDotted={isDotted} clip={`url(#${clip})`} />
          {data.lines.map((line) => (
            <LineLayer
              key={line.identity.id}
              line={line}
              isDotted={isDotted}
              isThin={isThin}
              clip={`url(#${clip})`}
            />
          ))}
          {shown.length > 0 && <ReferenceLines values={props.references ?? []} />}
          <EdgeMarks marks={data.marks} />
          <NowLine step={now} />
          <Divergence ends={data.ends} />
          <EndLabels labels={data.labels} rideOnTips={now !== null} />
          {shown.length === 0 && <EmptyWords words={props.emptyWords} detail={props.emptyDetail} />}
          <Cursor readAt={readAt} overlay={overlay} />
          <PointerArea />
        </Plot>
      </TimeMapContext>
      <div ref={setOverlay} className="overlay" />
    </div>
  );
}
