/** The figures that are there from the start, in sections that each answer a question. */
import { DATASETS } from '../../experiment/datasets.ts';
import { useStore } from '../useStore.ts';
import { GradientPredictiveness } from './GradientPredictiveness.tsx';
import { LossLandscape } from './LossLandscape.tsx';
import { PrecisionNote } from './PrecisionNote.tsx';
import { Section, useShownExperiment } from './Section.tsx';
import { ShiftCosine } from './ShiftCosine.tsx';
import { ShiftDifference } from './ShiftDifference.tsx';
import { Smoothness } from './Smoothness.tsx';
import { TestAccuracy } from './TestAccuracy.tsx';
import { TestLoss } from './TestLoss.tsx';
import { TrainingAccuracy } from './TrainingAccuracy.tsx';
import { TrainingLoss } from './TrainingLoss.tsx';

export function LandscapeSection() {
  const { variants } = useShownExperiment();
  const bands = useStore(({ view }) => view.bands);
  const isShared = bands === null ? variants.length < 3 : bands === 'overlaid';
  return (
    <Section
      id="landscape"
      question="How far does the loss move along the gradient?"
      source="paper: Fig. 4, §3.2"
    >
      <PrecisionNote />
      <div className={isShared ? 'columns-2' : 'columns-1'}>
        <LossLandscape />
        <GradientPredictiveness />
      </div>
      <Smoothness />
    </Section>
  );
}

export function SpeedSection() {
  const { dataset, testExamples } = useShownExperiment();
  const hasClasses = DATASETS[dataset].classes > 0;
  const isTested = testExamples > 0;
  return (
    <Section id="speed" question="Does it train faster?" source="paper: Figs. 1(a, b) and 2">
      <div className={hasClasses || isTested ? 'columns-2' : 'columns-1'}>
        {hasClasses && <TrainingAccuracy />}
        {hasClasses && isTested && <TestAccuracy />}
        <TrainingLoss />
        {isTested && <TestLoss />}
      </div>
    </Section>
  );
}

export function ShiftSection() {
  const { icsLayers: layers } = useShownExperiment();
  return (
    <Section id="shift" question="Is it internal covariate shift?" source="paper: Definition 2.1, Fig. 3(a)">
      <PrecisionNote />
      {layers.length === 0 && (
        <p className="caption">
          No layer is chosen. Name some under “All settings”, Layers for covariate shift.
        </p>
      )}
      <div className="columns-2">
        {layers.flatMap((layer, index) => [
          <ShiftDifference key={`difference ${layer}`} layer={layer} index={index} />,
          <ShiftCosine key={`cosine ${layer}`} layer={layer} index={index} />,
        ])}
      </div>
      <div className="caption">
        <i>G</i> is the gradient of one layer’s weights; <i>G′</i> the same after all earlier layers have
        taken their step. A difference of 0 or a cosine of 1 would mean no shift.
      </div>
    </Section>
  );
}
