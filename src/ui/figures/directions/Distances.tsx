/** Figure: the gradient's difference against the step size, one line a probe (Fig. 11). */
import { useMemo } from 'react';
import { formatCount } from '../../format.ts';
import { axisAround } from '../../series/axis.ts';
import {
  distanceMarks,
  distanceNote,
  distancePanels,
  distanceScale,
  distancesReading,
  distanceValues,
  sizeAxis,
} from '../../series/distances.ts';
import { shownIn } from '../../series/shown.ts';
import { Figure } from '../Figure.tsx';
import { tickRoom } from '../Plot.tsx';
import { panelLayout } from '../panels.ts';
import { useAxis } from '../useAxis.ts';
import { type Snapshot, useShown } from '../useFigure.ts';
import { distanceTable, useValues } from '../values.ts';
import { DistancePlot } from './DistancePlot.tsx';

const EMPTY = { log: axisAround(1, 100, 'log'), linear: axisAround(0, 100, 'linear') };

function Panels({ snapshot }: { snapshot: Snapshot }) {
  const shown = useShown(snapshot);
  const panels = useMemo(() => distancePanels(shown), [shown]);
  useValues('', () => distanceTable(panels));
  const { experiment } = snapshot;
  const x = useMemo(() => sizeAxis(experiment), [experiment]);
  const y = useAxis(snapshot, distanceScale(experiment), distanceValues(panels), EMPTY);
  const layout = panelLayout(panels.length, snapshot.width, tickRoom(y));
  if (panels.length === 0)
    return <p className="empty-note">One line a probe appears here as the networks train.</p>;
  return (
    <div className="panels">
      {panels.map((panel, i) => (
        <DistancePlot
          key={panel.identity.id}
          panel={panel}
          x={x}
          y={y}
          width={layout.widthOf(i % layout.columns)}
          height={layout.plotHeight}
          hasTickLabels={i % layout.columns === 0}
        />
      ))}
    </div>
  );
}

function heightOf(snapshot: Snapshot | null): number {
  if (!snapshot) return panelLayout(1, 0).height;
  const { record, hidden, experiment, width } = snapshot;
  const count = record ? shownIn(record, hidden).length : experiment.variants.length;
  return panelLayout(count, width).height;
}

function captionOf({ record, hidden, experiment }: Snapshot): string {
  const panels = record ? distancePanels(shownIn(record, hidden)) : [];
  const marks = panels.flatMap((panel) => distanceMarks(panel, distanceScale(experiment)));
  const seeds =
    experiment.seeds > 1
      ? `Bold: means over ${experiment.seeds} seeds; thin: single seeds; shaded: around the dashed line, from the smallest to the largest. `
      : '';
  return `One line a probe, one every ${formatCount(experiment.probeEvery)} steps, at most 50: early ones pale, late ones full. Dashed: at the time cursor, or the last one. ${seeds}${distanceNote(marks)}`;
}

export function Distances() {
  return (
    <Figure
      title="Gradient difference by step size"
      quantity={(snapshot) =>
        `‖g′ − g‖₂ against η′, both on ${snapshot && distanceScale(snapshot.experiment) === 'log' ? 'log' : 'linear'} scales`
      }
      reading={({ record, hidden }) => (record ? distancesReading(shownIn(record, hidden)) : null)}
      caption={captionOf}
      measurement="distances"
      height={heightOf}
    >
      {(snapshot) => <Panels snapshot={snapshot} />}
    </Figure>
  );
}
