/** A plot with one curve a network over something else than time: layers, or distances. */
import { useId, useMemo, useState } from 'react';
import { identitiesOf } from '../identity.ts';
import type { Axis } from '../series/axis.ts';
import { curveData, readCurves } from '../series/curveData.ts';
import type { DrawnLine } from '../series/drawn.ts';
import type { ColumnOf } from '../series/lineData.ts';
import type { Shown } from '../series/shown.ts';
import { Clip } from './layers/Clip.tsx';
import { EdgeMarks } from './layers/EdgeMarks.tsx';
import { EmptyWords } from './layers/EmptyWords.tsx';
import { EndLabels, labelRoom } from './layers/EndLabels.tsx';
import { HoverCursor } from './layers/HoverCursor.tsx';
import { LineLayer } from './layers/LineLayer.tsx';
import { Plot } from './Plot.tsx';
import type { Snapshot } from './useFigure.ts';
import { lineTable, useValues } from './values.ts';

interface CurvePlotProps {
  snapshot: Snapshot;
  shown: readonly Shown[];
  /** Stable as long as it says the same. */
  columnOf: ColumnOf;
  /** Drawn thinly behind the curves. */
  behind?: ColumnOf;
  x: Axis;
  y: Axis;
  height: number;
  formatX: (value: number) => string;
  /** Names the axis in the table of values. */
  place: string;
  /** Names the place that is read. */
  title: (place: number) => string;
  emptyWords: string;
  emptyDetail: string;
}

function Lines({ lines, isThin, clip }: { lines: readonly DrawnLine[]; isThin: boolean; clip: string }) {
  return lines.map((line) => (
    <LineLayer key={line.identity.id} line={line} isDotted={!isThin} isThin={isThin} clip={clip} />
  ));
}

export function CurvePlot(props: CurvePlotProps) {
  const { snapshot, shown, columnOf, behind, x, y, height, formatX } = props;
  const clip = useId();
  const [overlay, setOverlay] = useState<HTMLElement | null>(null);
  const data = useMemo(() => curveData(shown, columnOf, y.scale), [shown, columnOf, y.scale]);
  const thin = useMemo(
    () => (behind ? curveData(shown, behind, y.scale).lines : []),
    [shown, behind, y.scale],
  );
  const readAt = useMemo(() => readCurves(shown, columnOf), [shown, columnOf]);
  useValues('', () => lineTable(shown, columnOf, props.place));
  const names = identitiesOf(snapshot.experiment.variants).map(({ short }) => short);
  const isEmpty = data.lines.every(({ series }) => series.raw.step.length === 0);
  return (
    <div className="plot-frame" style={{ width: snapshot.width }}>
      <Plot
        width={snapshot.width}
        height={height}
        x={x}
        y={y}
        right={labelRoom(names)}
        hasUnit={false}
        formatX={formatX}
      >
        <Clip id={clip} />
        <Lines lines={thin} isThin clip={`url(#${clip})`} />
        <Lines lines={data.lines} isThin={false} clip={`url(#${clip})`} />
        <EdgeMarks marks={data.marks} />
        <EndLabels labels={data.labels} rideOnTips={false} />
        {isEmpty && <EmptyWords words={props.emptyWords} detail={props.emptyDetail} />}
        <HoverCursor readAt={readAt} title={props.title} overlay={overlay} />
      </Plot>
      <div ref={setOverlay} className="overlay" />
    </div>
  );
}
