/** The frame of a figure: title and quantity, one sentence from the record, the plot at a fixed height, the caption. */
import { lazy, type ReactNode, type RefObject, Suspense, useEffect, useId, useState } from 'react';
import type { MeasurementId } from '../../paper/definitions.ts';
import { joinWords } from '../format.ts';
import { recordedWords } from '../run/recordedWords.ts';
import { withSeeds } from '../series/seeds.ts';
import { Icon } from '../shell/icons.tsx';
import { Popover } from '../shell/Popover.tsx';
import { useStore } from '../useStore.ts';
import { AboutMeasurement } from './AboutMeasurement.tsx';
import { FigureLabel } from './label.ts';
import { announceFigure } from './titles.ts';
import { type Snapshot, useFigure } from './useFigure.ts';
import { type FigureValues, FigureValuesContext, figureName } from './values.ts';

const Missing = () => <p>This panel did not load. Reload to try again.</p>;
const FigureExport = lazy(() => import('../export/FigureExport.tsx').catch(() => ({ default: Missing })));

interface FigureProps {
  title: string;
  /** What is plotted and its unit, in grey after the title. */
  quantity: (snapshot: Snapshot | null) => ReactNode;
  /** Null while there is nothing to say. */
  reading: (snapshot: Snapshot) => string | null;
  caption: (snapshot: Snapshot) => ReactNode;
  /** Null in the lecture, whose pages say it themselves. */
  measurement: MeasurementId | null;
  /** Of the plot, so that nothing moves when it is drawn. */
  height: (snapshot: Snapshot | null) => number;
  children: (snapshot: Snapshot) => ReactNode;
}

/** “Thin lines: recorded on Apple M2 Pro, 14 Nov 2026.” */
function ghostWords({ ghosts, untimed, pace }: Snapshot): string {
  const drawn =
    ghosts.length > 0
      ? `Thin lines: ${joinWords(ghosts.map(recordedWords))}${pace ? ', in seconds of its own device' : ''}. `
      : '';
  const left =
    untimed.length > 0 ? `Not timed, and therefore left out: ${joinWords(untimed.map(recordedWords))}.` : '';
  return drawn + left;
}

/** Left out where the view names other figures. */
export function Figure(props: FigureProps) {
  const name = figureName(props.title);
  const isShown = useStore(({ view }) => view.figures === null || view.figures.includes(name));
  useEffect(() => announceFigure(name, props.title), [name, props.title]);
  return isShown && <Frame name={name} {...props} />;
}

interface TakeAwayProps {
  name: string;
  title: string;
  figure: RefObject<HTMLElement | null>;
  values: FigureValues;
}

function TakeAway({ name, title, figure, values }: TakeAwayProps) {
  return (
    <Popover
      label={`${title}: take it away`}
      triggerClass="button quiet icon-only take-away"
      triggerLabel={`Take away: ${title}`}
      trigger={<Icon name="down" />}
    >
      <Suspense fallback={<p aria-busy="true">Loading.</p>}>
        {figure.current && <FigureExport name={name} figure={figure.current} values={values} />}
      </Suspense>
    </Popover>
  );
}

function Frame({
  name,
  title,
  quantity,
  reading,
  caption,
  measurement,
  height,
  children,
}: FigureProps & { name: string }) {
  const { ref, snapshot } = useFigure();
  const [values] = useState<FigureValues>(() => new Map());
  const id = useId();
  const sentence = snapshot && withSeeds(reading(snapshot), snapshot.experiment.seeds);
  return (
    <figure ref={ref} className="figure" id={name} aria-labelledby={id}>
      <header>
        <h3 id={id}>{title}</h3>
        <span className="sub">{quantity(snapshot)}</span>
        <TakeAway name={name} title={title} figure={ref} values={values} />
      </header>
      <p className="reading">{sentence}</p>
      <FigureLabel
        value={`${title}. ${sentence ?? (snapshot?.record ? 'Too few values for a sentence.' : 'No values yet.')}`}
      >
        <div className="plot" style={{ minHeight: height(snapshot) }}>
          <FigureValuesContext value={values}>{snapshot && children(snapshot)}</FigureValuesContext>
        </div>
      </FigureLabel>
      <figcaption>
        {snapshot && caption(snapshot)} {snapshot && ghostWords(snapshot)}{' '}
        {measurement && <AboutMeasurement measurement={measurement} figure={title} />}
      </figcaption>
    </figure>
  );
}
