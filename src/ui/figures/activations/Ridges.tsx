/** Figure: the distributions of one layer's activations over training (Figs. 1(c), 2, 6 and 9). */
import { type ReactNode, useMemo } from 'react';
import { formatCount, formatStepTick } from '../../format.ts';
import { ridgePanels, ridgeSteps, ridgesReading, shareAxis } from '../../series/ridges.ts';
import { shownIn } from '../../series/shown.ts';
import { Figure } from '../Figure.tsx';
import { HEAD_HEIGHT } from '../panels.ts';
import { type Snapshot, useShown } from '../useFigure.ts';
import { ridgeTable, useValues } from '../values.ts';
import { RidgePanel } from './RidgePanel.tsx';

const PLOT_HEIGHT = 260;
const GAP = 16;
const ROW_GAP = 12;
const NARROW_PX = 560;
const MOST_COLUMNS = 5;

/** Narrow panels suffice: three side by side on a phone, five on a wide page. */
function layoutOf(count: number, width: number, stepRoom: number) {
  const most = width < NARROW_PX ? (count <= 3 ? 3 : 2) : MOST_COLUMNS;
  const columns = Math.max(1, Math.min(count, most));
  const rows = Math.max(1, Math.ceil(count / columns));
  const panel = Math.floor((width - stepRoom - GAP * (columns - 1)) / columns);
  return {
    columns,
    widthOf: (column: number): number => panel + (column === 0 ? stepRoom : 0),
    height: rows * (PLOT_HEIGHT + HEAD_HEIGHT) + (rows - 1) * ROW_GAP,
  };
}

/** Room for the longest step at the left of the rows. */
const stepRoomOf = (steps: readonly number[]): number =>
  8 + 7 * Math.max(...steps.map((step) => formatStepTick(step).length));

function countOf({ record, hidden, experiment }: Snapshot): number {
  return record ? shownIn(record, hidden).length : experiment.variants.length;
}

function heightOf(snapshot: Snapshot | null): number {
  return snapshot ? layoutOf(countOf(snapshot), snapshot.width, 30).height : PLOT_HEIGHT + HEAD_HEIGHT;
}

function Panels({ snapshot, layerIndex }: { snapshot: Snapshot; layerIndex: number }) {
  const shown = useShown(snapshot);
  const panels = useMemo(
    () => ridgePanels(shown, layerIndex, snapshot.zoom),
    [shown, layerIndex, snapshot.zoom],
  );
  const steps = useMemo(
    () => ridgeSteps(snapshot.experiment, snapshot.zoom),
    [snapshot.experiment, snapshot.zoom],
  );
  useValues('', () => ridgeTable(panels, layerIndex));
  const stepRoom = stepRoomOf(steps);
  const layout = layoutOf(panels.length, snapshot.width, stepRoom);
  if (panels.length === 0)
    return <p className="empty-note">The distributions appear here as the networks train.</p>;
  return (
    <div className="panels ridges" style={{ columnGap: GAP }}>
      {panels.map((panel, i) => (
        <RidgePanel
          key={panel.identity.id}
          panel={panel}
          layerIndex={layerIndex}
          steps={steps}
          stepRoom={i % layout.columns === 0 ? stepRoom : 0}
          width={layout.widthOf(i % layout.columns)}
          height={PLOT_HEIGHT}
        />
      ))}
    </div>
  );
}

function captionOf({ record, hidden, experiment, zoom }: Snapshot, layerIndex: number): ReactNode {
  const steps = ridgeSteps(experiment, zoom);
  const panels = record ? ridgePanels(shownIn(record, hidden), layerIndex, zoom) : [];
  const rows = steps.length === 1 ? 'one row' : `${steps.length} rows`;
  return (
    <>
      The step of a row stands at its left: {rows} from step {formatCount(steps[0]!)}, at the back, to step{' '}
      {formatCount(steps.at(-1)!)}.{' '}
      {!shareAxis(panels) && 'Each network has its own axis, because their spreads differ too much. '}
      {experiment.seeds > 1 &&
        `Mean over ${experiment.seeds} seeds, each with a unit of its own; thin: single seeds; the shade around the line: from the smallest to the largest. `}
    </>
  );
}

export function Ridges({ layer, index }: { layer: number; index: number }) {
  return (
    <Figure
      title={`Layer ${layer}, activations`}
      quantity={() => 'of one unit, before the ReLU; height: density'}
      reading={({ record, hidden }) => (record ? ridgesReading(shownIn(record, hidden), index) : null)}
      caption={(snapshot) => captionOf(snapshot, index)}
      measurement="activations"
      height={heightOf}
    >
      {(snapshot) => <Panels snapshot={snapshot} layerIndex={index} />}
    </Figure>
  );
}
