/** Bands side by side: a panel each on one value axis, the reference network's upper edge as a grey ghost in the others. */
import { useId, useMemo } from 'react';
import type { Axis } from '../series/axis.ts';
import { type Edges, sharpEdges } from '../series/band.ts';
import { bandMarks, readBands, type ShownBand, sharpBand } from '../series/bandData.ts';
import { endsOf } from '../series/lineData.ts';
import { referenceIn } from '../series/shown.ts';
import { BandLayer, GhostLayer } from './layers/BandLayer.tsx';
import { Clip } from './layers/Clip.tsx';
import { Cursor } from './layers/Cursor.tsx';
import { Divergence } from './layers/Divergence.tsx';
import { EdgeMarks } from './layers/EdgeMarks.tsx';
import { GhostBands } from './layers/GhostLines.tsx';
import { NowLine } from './layers/Lines.tsx';
import { PointerArea } from './layers/PointerArea.tsx';
import { PanelHead } from './PanelHead.tsx';
import { Plot, tickRoom } from './Plot.tsx';
import { HEAD_HEIGHT, type PanelLayout, panelLayout } from './panels.ts';
import { Turn } from './Turn.tsx';
import { type TimeAxis, TimeMapContext, useTimeAxis } from './timeAxis.ts';
import { nowStep, type Snapshot } from './useFigure.ts';

interface PanelProps {
  one: ShownBand;
  ghost: Edges | null;
  /** The same network in recorded runs. */
  recorded: readonly ShownBand[];
  snapshot: Snapshot;
  time: TimeAxis;
  y: Axis;
  width: number;
  height: number;
  hasTickLabels: boolean;
  hasUnit: boolean;
}

function Panel({
  one,
  ghost,
  recorded,
  snapshot,
  time,
  y,
  width,
  height,
  hasTickLabels,
  hasUnit,
}: PanelProps) {
  const clip = useId();
  const { zoom } = snapshot;
  const drawn = useMemo(() => [sharpBand(one, zoom)], [one, zoom]);
  const behind = useMemo(() => recorded.map((each) => sharpBand(each, zoom)), [recorded, zoom]);
  const readAt = useMemo(() => readBands([one]), [one]);
  return (
    <div className="panel" style={{ width, height: height + HEAD_HEIGHT }}>
      <PanelHead one={one} width={width} indent={hasTickLabels ? tickRoom(y) : 0} />
      <Turn>
        <TimeMapContext value={time.map}>
          <Plot
            width={width}
            height={height}
            name={one.identity.label}
            x={time.x}
            unit={time.unit}
            formatX={time.formatX}
            y={y}
            hasTickLabels={hasTickLabels}
            hasUnit={hasUnit}
          >
            <Clip id={clip} />
            {ghost && <GhostLayer edges={ghost} clip={`url(#${clip})`} />}
            <GhostBands bands={behind} clip={`url(#${clip})`} />
            <BandLayer bands={drawn} clip={`url(#${clip})`} />
            <EdgeMarks marks={bandMarks(one, y.scale)} />
            <NowLine step={nowStep(snapshot)} />
            <Divergence ends={endsOf([one])} isNamed={false} />
            <Cursor readAt={readAt} overlay={null} />
            <PointerArea />
          </Plot>
        </TimeMapContext>
      </Turn>
    </div>
  );
}

interface BandPanelsProps {
  snapshot: Snapshot;
  bands: readonly ShownBand[];
  /** Of recorded runs. */
  ghosts: readonly ShownBand[];
  y: Axis;
}

export function BandPanels({ snapshot, bands, ghosts, y }: BandPanelsProps) {
  const time = useTimeAxis(snapshot);
  const layout: PanelLayout = panelLayout(bands.length, snapshot.width, tickRoom(y));
  const reference = referenceIn(bands);
  const ghost = useMemo(() => {
    const band = bands.find(({ identity }) => identity === reference?.identity)?.band;
    return band ? sharpEdges(band, snapshot.zoom) : null;
  }, [bands, reference, snapshot.zoom]);
  return (
    <div className="panels">
      {bands.map((one, i) => {
        const isInLastRow = i + layout.columns >= bands.length;
        return (
          <Panel
            key={one.identity.id}
            one={one}
            ghost={one.identity === reference?.identity ? null : ghost}
            recorded={ghosts.filter(({ identity }) => identity.id === one.identity.id)}
            snapshot={snapshot}
            time={time}
            y={y}
            width={layout.widthOf(i % layout.columns)}
            height={layout.plotHeight}
            hasTickLabels={i % layout.columns === 0}
            hasUnit={isInLastRow && (i === bands.length - 1 || layout.columns === 1)}
          />
        );
      })}
    </div>
  );
}
