/** How the gradient changes with the distance, and what random directions do. */
import { usePreset } from '../../experiment/usePreset.ts';
import { FoldedSection } from '../more/FoldedSection.tsx';
import { SwitchOn } from '../more/SwitchOn.tsx';
import { useShownExperiment } from '../Section.tsx';
import { Distances } from './Distances.tsx';
import { RandomDirections } from './RandomDirections.tsx';

export function DirectionsSection() {
  const { randomDirections } = useShownExperiment();
  const match = usePreset();
  const isTheQuestion = match?.preset.sections.includes('distances') ?? false;
  return (
    <FoldedSection
      id="distances"
      question="How does the gradient change further away, and in other directions?"
      source="paper: Fig. 11, §3.2"
      words="The gradient’s difference against the step size, one line a probe, measured in every run; and the same probes along random directions."
      isOpenAtFirst={isTheQuestion || randomDirections > 0}
    >
      <Distances />
      {randomDirections === 0 ? (
        <SwitchOn
          label="Probe a random direction"
          words="Random directions as long as the gradient: the paper says that they behave alike, and shows none. Each costs as much as the gradient’s own probe steps."
          isAsked={(experiment) => experiment.randomDirections > 0}
          change={() => ({ randomDirections: 1 })}
        />
      ) : (
        <>
          <RandomDirections quantity="lossAt" />
          <RandomDirections quantity="gradientDifferenceAt" />
        </>
      )}
    </FoldedSection>
  );
}
