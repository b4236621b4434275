/** How sharp the loss is along the run, and how flat around its end. */
import { SwitchOn } from '../more/SwitchOn.tsx';
import { Section, useShownExperiment } from '../Section.tsx';
import { LossLine } from './LossLine.tsx';
import { LossMaps } from './LossMaps.tsx';
import { Sharpness } from './Sharpness.tsx';

/** Mostly 10, the fewest, suffice. */
const PRODUCTS = 15;
/** Odd, and with points at half a filter norm. */
const POINTS = 13;

export function EndPointSection() {
  const { sharpnessIterations, flatnessPoints } = useShownExperiment();
  return (
    <Section
      id="end-point"
      question="How sharp is the loss, and how flat is the end?"
      source="paper: §3.2, in words only"
    >
      {sharpnessIterations > 0 ? (
        <Sharpness />
      ) : (
        <SwitchOn
          label="Measure sharpness"
          words={`Sharpness, ours: the largest eigenvalue of the Hessian, against 2/η. It costs at most ${4 * PRODUCTS} gradients at every probe.`}
          isAsked={(experiment) => experiment.sharpnessIterations > 0}
          change={() => ({ sharpnessIterations: PRODUCTS })}
        />
      )}
      {flatnessPoints > 0 ? (
        <>
          <LossLine />
          <LossMaps />
        </>
      ) : (
        <SwitchOn
          label="Measure flatness"
          words={`Flatness, ours: the loss on a line and a plane around the point that training reaches, once, at ${POINTS} × ${POINTS} points.`}
          isAsked={(experiment) => experiment.flatnessPoints > 0}
          change={() => ({ flatnessPoints: POINTS })}
        />
      )}
    </Section>
  );
}
