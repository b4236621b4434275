/** A group of figures that answer one question, and the experiment that they are about. */
import type { ReactNode } from 'react';
import type { Experiment } from '../../experiment/experiment.ts';
import { shownRecord } from '../../store/recordedRuns.ts';
import { DrawingBoundary } from '../DrawingBoundary.tsx';
import { useStore } from '../useStore.ts';

interface SectionProps {
  id: string;
  question: string;
  source: string;
  children: ReactNode;
}

export function Section({ id, question, source, children }: SectionProps) {
  return (
    <DrawingBoundary
      what={`Figures of “${question}”`}
      advice="The run is not lost: export it, or open another run, and try again."
    >
      <section className="section" id={id} aria-labelledby={`${id}-question`}>
        <header>
          <h2 id={`${id}-question`}>{question}</h2>
          <span className="sub">{source}</span>
        </header>
        {children}
      </section>
    </DrawingBoundary>
  );
}

/** The experiment of the run that is shown, or what is asked where nothing has run. */
export function useShownExperiment(): Experiment {
  return useStore(({ experiment, recordVersion }) =>
    recordVersion > 0 ? (shownRecord()?.experiment ?? experiment) : experiment,
  );
}
