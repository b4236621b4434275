/** A figure of bands, side by side or overlaid, as the visitor chose or as the number of networks suggests. */
import { type ReactNode, useMemo } from 'react';
import type { MeasurementId } from '../../paper/definitions.ts';
import { formatCount } from '../format.ts';
import { bandMarks, bandsOf, type RowsOf } from '../series/bandData.ts';
import { within } from '../series/range.ts';
import { edgeNote } from '../series/readings.ts';
import { referenceIn, type Shown, shownIn } from '../series/shown.ts';
import { chosenSmoothing, smoothingWords } from '../series/smooth.ts';
import { BandOverlay } from './BandOverlay.tsx';
import { BandPanels } from './BandPanels.tsx';
import { Figure } from './Figure.tsx';
import { panelLayout } from './panels.ts';
import { type EmptyAxes, useAxis } from './useAxis.ts';
import { type Snapshot, useGhosts, useShown } from './useFigure.ts';
import { bandTable, useValues } from './values.ts';

export interface BandFigureProps {
  title: string;
  symbol: string;
  measurement: MeasurementId;
  rowsOf: RowsOf;
  /** Drawn as thin edges behind the bands. */
  beside?: RowsOf;
  empty: EmptyAxes;
  reading: (shown: readonly Shown[]) => string | null;
  /** The first sentence of the caption. */
  caption: ReactNode;
}

/** Three or more networks stand side by side unless the visitor chose otherwise. */
function standSideBySide({ bands, experiment }: Pick<Snapshot, 'bands' | 'experiment'>): boolean {
  return bands === null ? experiment.variants.length >= 3 : bands === 'columns';
}

const OVERLAY_HEIGHT = 276;

/** The same before a run as in it, so that nothing moves when the first values come. */
function heightOf(snapshot: Snapshot | null): number {
  if (!snapshot || !standSideBySide(snapshot)) return OVERLAY_HEIGHT;
  const { record, hidden, experiment, width } = snapshot;
  const count = record ? shownIn(record, hidden).length : experiment.variants.length;
  return panelLayout(count, width).height;
}

function Bands({
  snapshot,
  rowsOf,
  beside,
  empty,
}: { snapshot: Snapshot } & Pick<BandFigureProps, 'rowsOf' | 'beside' | 'empty'>) {
  const shown = useShown(snapshot);
  const bands = useMemo(() => bandsOf(shown, rowsOf), [shown, rowsOf]);
  const recorded = useGhosts(snapshot);
  const ghosts = useMemo(
    () => [...bandsOf(recorded, rowsOf), ...(beside ? bandsOf(shown, beside) : [])],
    [recorded, rowsOf, shown, beside],
  );
  useValues('', () => bandTable(bands));
  const y = useAxis(
    snapshot,
    snapshot.scale,
    [...bands, ...ghosts].flatMap(({ band, single }) =>
      [band, ...single].flatMap(({ step, low, high }) => {
        const shownPart = within({ step, low, high }, snapshot.zoom);
        return [shownPart.low, shownPart.high];
      }),
    ),
    empty,
  );
  if (bands.length > 0 && standSideBySide(snapshot))
    return <BandPanels snapshot={snapshot} bands={bands} ghosts={ghosts} y={y} />;
  const every = formatCount(snapshot.experiment.probeEvery);
  return (
    <BandOverlay
      snapshot={snapshot}
      bands={bands}
      ghosts={ghosts}
      y={y}
      height={heightOf(snapshot)}
      emptyDetail={`First values at step 0, then every ${every} steps`}
    />
  );
}

function overlayWords(words: string, seeds: number): string {
  if (words === '') return '';
  const trace = seeds === 1 ? '; faint: every probe’s upper edge' : '';
  return `Overlaid: each edge is a ${words}${trace}. `;
}

function captionOf(
  { record, hidden, bands, scale, experiment, smoothing }: Snapshot,
  { caption, rowsOf }: BandFigureProps,
): ReactNode {
  const shown = record ? shownIn(record, hidden) : [];
  const sideBySide = standSideBySide({ bands, experiment });
  const reference = referenceIn(shown)?.identity.name;
  const marks = bandsOf(shown, rowsOf).flatMap((one) => bandMarks(one, scale));
  return (
    <>
      {caption} {sideBySide && shown.length > 1 && `Grey line: upper edge of ${reference}. `}
      {!sideBySide &&
        overlayWords(smoothingWords(chosenSmoothing(experiment, 'probe', smoothing)), experiment.seeds)}
      {experiment.seeds > 1 &&
        `Edges: means over ${experiment.seeds} seeds; thin: each seed’s; lightly shaded: from the lowest to the highest. `}
      {edgeNote(marks)}
    </>
  );
}

export function BandFigure(props: BandFigureProps) {
  return (
    <Figure
      title={props.title}
      quantity={(snapshot) =>
        `${props.symbol}${snapshot?.scale === 'linear' ? ', linear scale' : ', log scale'}`
      }
      reading={({ record, hidden }) => (record ? props.reading(shownIn(record, hidden)) : null)}
      caption={(snapshot) => captionOf(snapshot, props)}
      measurement={props.measurement}
      height={heightOf}
    >
      {(snapshot) => (
        <Bands
          snapshot={snapshot}
          rowsOf={props.rowsOf}
          empty={props.empty}
          {...(props.beside && { beside: props.beside })}
        />
      )}
    </Figure>
  );
}
