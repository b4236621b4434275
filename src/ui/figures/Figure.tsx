/** The frame of a figure: title and quantity, one sentence from the record, the plot at a fixed height, the caption. */
import { type ReactNode, useId } from 'react';
import type { MeasurementId } from '../../paper/definitions.ts';
import { joinWords } from '../format.ts';
import { recordedWords } from '../run/recordedWords.ts';
import { withSeeds } from '../series/seeds.ts';
import { HowWeMeasure } from './HowWeMeasure.tsx';
import { FigureLabel } from './label.ts';
import { type Snapshot, useFigure } from './useFigure.ts';

interface FigureProps {
  title: string;
  /** What is plotted and its unit, in grey after the title. */
  quantity: (snapshot: Snapshot | null) => ReactNode;
  /** Null while there is nothing to say. */
  reading: (snapshot: Snapshot) => string | null;
  caption: (snapshot: Snapshot) => ReactNode;
  /** Where the definition is shown; null where a neighbour shows it. */
  measurement: MeasurementId | null;
  /** Of the plot, so that nothing moves when it is drawn. */
  height: (snapshot: Snapshot | null) => number;
  children: (snapshot: Snapshot) => ReactNode;
}

/** “Thin lines: recorded on Apple M2 Pro, 14 Nov 2026.” */
function ghostWords({ ghosts }: Snapshot): string {
  if (ghosts.length === 0) return '';
  return `Thin lines: ${joinWords(ghosts.map(recordedWords))}.`;
}

export function Figure({ title, quantity, reading, caption, measurement, height, children }: FigureProps) {
  const { ref, snapshot } = useFigure();
  const id = useId();
  const sentence = snapshot && withSeeds(reading(snapshot), snapshot.experiment.seeds);
  return (
    <figure ref={ref} className="figure" aria-labelledby={id}>
      <header>
        <h3 id={id}>{title}</h3>
        <span className="sub">{quantity(snapshot)}</span>
      </header>
      <p className="reading">{sentence}</p>
      <FigureLabel value={`${title}. ${sentence ?? 'No values yet.'}`}>
        <div className="plot" style={{ minHeight: height(snapshot) }}>
          {snapshot && children(snapshot)}
        </div>
      </FigureLabel>
      <figcaption>
        {snapshot && caption(snapshot)} {snapshot && ghostWords(snapshot)}{' '}
        {measurement && <HowWeMeasure measurement={measurement} />}
      </figcaption>
    </figure>
  );
}
