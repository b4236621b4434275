/** Bands in one plot: running medians as edges, every probe's upper edge as a faint trace. */
import { useId, useMemo, useState } from 'react';
import { identitiesOf } from '../identity.ts';
import type { Axis } from '../series/axis.ts';
import { bandLabel, bandMarks, calmBand, readBands, type ShownBand } from '../series/bandData.ts';
import { endsOf } from '../series/lineData.ts';
import { BandLayer } from './layers/BandLayer.tsx';
import { Clip } from './layers/Clip.tsx';
import { Cursor } from './layers/Cursor.tsx';
import { Divergence } from './layers/Divergence.tsx';
import { EdgeMarks } from './layers/EdgeMarks.tsx';
import { EmptyWords } from './layers/EmptyWords.tsx';
import { EndLabels, labelRoom } from './layers/EndLabels.tsx';
import { GhostBands } from './layers/GhostLines.tsx';
import { NowLine } from './layers/Lines.tsx';
import { PointerArea } from './layers/PointerArea.tsx';
import { Plot } from './Plot.tsx';
import { TimeMapContext, useTimeAxis } from './timeAxis.ts';
import { nowStep, type Snapshot } from './useFigure.ts';

interface BandOverlayProps {
  snapshot: Snapshot;
  bands: readonly ShownBand[];
  /** Of recorded runs. */
  ghosts: readonly ShownBand[];
  y: Axis;
  height: number;
  emptyDetail: string;
}

export function BandOverlay({ snapshot, bands, ghosts, y, height, emptyDetail }: BandOverlayProps) {
  const { variants } = snapshot.experiment;
  const { zoom } = snapshot;
  const time = useTimeAxis(snapshot);
  const clip = useId();
  const [overlay, setOverlay] = useState<HTMLElement | null>(null);
  const drawn = useMemo(
    () => bands.map((one) => calmBand(one, snapshot.smoothing, zoom)),
    [bands, snapshot.smoothing, zoom],
  );
  const behind = useMemo(
    () => ghosts.map((one) => calmBand(one, snapshot.smoothing, zoom)),
    [ghosts, snapshot.smoothing, zoom],
  );
  const labels = useMemo(
    () => bands.flatMap((one, i) => bandLabel(one, drawn[i]!, zoom)),
    [bands, drawn, zoom],
  );
  const readAt = useMemo(() => readBands(bands), [bands]);
  const now = nowStep(snapshot);
  const { width } = snapshot;
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
          right={labelRoom(identitiesOf(variants).map(({ short }) => short))}
        >
          <Clip id={clip} />
          <GhostBands bands={behind} clip={`url(#${clip})`} />
          <BandLayer bands={drawn} clip={`url(#${clip})`} />
          <EdgeMarks marks={bands.flatMap((one) => bandMarks(one, y.scale))} />
          <NowLine step={now} />
          <Divergence ends={endsOf(bands)} />
          <EndLabels labels={labels} rideOnTips={now !== null} />
          {bands.length === 0 && (
            <EmptyWords words="The bands appear here as the networks train." detail={emptyDetail} />
          )}
          <Cursor readAt={readAt} overlay={overlay} />
          <PointerArea />
        </Plot>
      </TimeMapContext>
      <div ref={setOverlay} className="overlay" />
    </div>
  );
}
