/** A figure with one line a network on one plot. */
import type { ReactNode } from 'react';
import type { MeasurementId } from '../../paper/definitions.ts';
import type { Axis, Scale } from '../series/axis.ts';
import { type ColumnOf, marksOf } from '../series/lineData.ts';
import { within } from '../series/range.ts';
import { edgeNote } from '../series/readings.ts';
import { seedNote } from '../series/seeds.ts';
import { type Shown, shownIn } from '../series/shown.ts';
import { type Cadence, chosenSmoothing, smoothingWords } from '../series/smooth.ts';
import { Figure } from './Figure.tsx';
import { LinePlot } from './LinePlot.tsx';
import { type EmptyAxes, useAxis } from './useAxis.ts';
import { type Snapshot, useGhosts, useShown } from './useFigure.ts';

export interface LineFigureProps {
  title: string;
  /** Quantity and unit; the scale is added. */
  quantity: string;
  measurement: MeasurementId | null;
  columnOf: ColumnOf;
  /** Axes that follow the visitor's choice of scale, or one that never changes. */
  axis: EmptyAxes | Axis;
  /** One that the visitor's choice does not change. */
  scale?: Scale | null;
  reading: (shown: readonly Shown[]) => string | null;
  caption?: (snapshot: Snapshot) => ReactNode;
  emptyDetail: (snapshot: Snapshot) => string;
  /** Running medians bold, every value faint: over what. */
  smoothOver?: Cadence;
  isDotted?: boolean;
  /** Values that the caption compares the curves with. */
  references?: (snapshot: Snapshot) => readonly number[];
  hasEndValues?: boolean;
  formatY?: (value: number) => string;
  format?: (value: number) => string;
}

const HEIGHT = 216;

const heightOf = (snapshot: Snapshot | null): number => snapshot?.lineHeight ?? HEIGHT;

const isFixed = (axis: EmptyAxes | Axis): axis is Axis => 'scale' in axis;

function scaleOf({ axis, scale }: LineFigureProps, chosen: Scale): Scale {
  return isFixed(axis) ? axis.scale : (scale ?? chosen);
}

function Lines({ snapshot, figure }: { snapshot: Snapshot; figure: LineFigureProps }) {
  const shown = useShown(snapshot);
  const ghosts = useGhosts(snapshot);
  const { axis, columnOf } = figure;
  const fixed = isFixed(axis) ? axis : null;
  const references = (shown.length > 0 && figure.references?.(snapshot)) || [];
  const grown = useAxis(
    snapshot,
    scaleOf(figure, snapshot.scale),
    fixed
      ? []
      : [
          references,
          ...[...shown, ...ghosts].flatMap(({ seeds }) =>
            seeds.map((seed) => within(columnOf(seed), snapshot.zoom).value),
          ),
        ],
    isFixed(axis) ? { log: axis, linear: axis } : axis,
  );
  return (
    <LinePlot
      snapshot={snapshot}
      shown={shown}
      columnOf={columnOf}
      y={fixed ?? grown}
      width={snapshot.width}
      height={heightOf(snapshot)}
      emptyWords="The curves appear here as the networks train."
      emptyDetail={figure.emptyDetail(snapshot)}
      smoothOver={figure.smoothOver}
      isDotted={figure.isDotted}
      references={references}
      hasEndValues={figure.hasEndValues}
      formatY={figure.formatY}
      format={figure.format}
    />
  );
}

function smoothingNote(words: string, seeds: number): string {
  if (words === '') return '';
  return seeds === 1
    ? `Faint: every value. Bold: ${words}. `
    : `${words[0]!.toUpperCase()}${words.slice(1)}. `;
}

function captionOf(snapshot: Snapshot, figure: LineFigureProps): ReactNode {
  const shown = snapshot.record ? shownIn(snapshot.record, snapshot.hidden) : [];
  const scale = scaleOf(figure, snapshot.scale);
  const marks = shown.flatMap((one) => marksOf(one, figure.columnOf, scale));
  const { seeds } = snapshot.experiment;
  const words = figure.smoothOver
    ? smoothingWords(chosenSmoothing(snapshot.experiment, figure.smoothOver, snapshot.smoothing))
    : '';
  return (
    <>
      {figure.caption?.(snapshot)} {smoothingNote(words, seeds)}
      {seedNote(seeds)}
      {edgeNote(marks)}
    </>
  );
}

export function LineFigure(props: LineFigureProps) {
  return (
    <Figure
      title={props.title}
      quantity={(snapshot) =>
        isFixed(props.axis)
          ? props.quantity
          : `${props.quantity}, ${scaleOf(props, snapshot?.scale ?? 'log')} scale`
      }
      reading={({ record, hidden }) => (record ? props.reading(shownIn(record, hidden)) : null)}
      caption={(snapshot) => captionOf(snapshot, props)}
      measurement={props.measurement}
      height={heightOf}
    >
      {(snapshot) => <Lines snapshot={snapshot} figure={props} />}
    </Figure>
  );
}
