/** Activations over training: their distributions, and how far mean and variance move. */
import { useState } from 'react';
import { architectureOf } from '../../../experiment/architecture.ts';
import type { Experiment } from '../../../experiment/experiment.ts';
import type { DriftSpan } from '../../series/drift.ts';
import { Switch } from '../../shell/Switch.tsx';
import { SwitchOn } from '../more/SwitchOn.tsx';
import { Section, useShownExperiment } from '../Section.tsx';
import { Drift } from './Drift.tsx';
import { Ridges } from './Ridges.tsx';

/** The first, the middle and the last layer that is normalised, as in Figs. 2 and 9. */
function exampleLayers({ network, dataset }: Experiment): number[] {
  const architecture = architectureOf(network, dataset);
  if (!architecture.ok) return [1];
  const normalised = architecture.value.layers.flatMap((layer, i) => (layer.normalised ? [i + 1] : []));
  const last = normalised.length - 1;
  if (last < 0) return [1];
  return [...new Set([0, last >> 1, last].map((i) => normalised[i]!))];
}

const SPANS = [
  { value: 'successive', label: 'From one recording to the next' },
  { value: 'since-start', label: 'Since the start' },
] as const satisfies { value: DriftSpan; label: string }[];

function DriftSection({ layers }: { layers: readonly number[] }) {
  const [span, setSpan] = useState<DriftSpan>('successive');
  return (
    <Section id="drift" question="How far do mean and variance wander?" source="paper: Fig. 8">
      <div className="figure-controls">
        <Switch label="Drift" value={span} options={SPANS} onChange={setSpan} />
      </div>
      <div className="columns-2">
        {layers.flatMap((layer, index) => [
          <Drift key={`mean ${layer}`} layer={layer} index={index} moment="mean" span={span} />,
          <Drift key={`variance ${layer}`} layer={layer} index={index} moment="variance" span={span} />,
        ])}
      </div>
      <div className="caption">Of the unit whose distributions stand above.</div>
    </Section>
  );
}

export function ActivationSections() {
  const { activationLayers: layers } = useShownExperiment();
  return (
    <>
      <Section
        id="activations"
        question="Do activations keep their distribution?"
        source="paper: Figs. 1(c), 2, 6 and 9"
      >
        {layers.length === 0 && (
          <SwitchOn
            label="Record activations"
            words="The distribution of one unit’s activations in a few layers, and the drift of its mean and variance. It costs about a third of a gradient at every probe."
            isAsked={({ activationLayers }) => activationLayers.length > 0}
            change={(experiment) => ({ activationLayers: exampleLayers(experiment) })}
          />
        )}
        {layers.map((layer, index) => (
          <Ridges key={layer} layer={layer} index={index} />
        ))}
      </Section>
      {layers.length > 0 && <DriftSection layers={layers} />}
    </>
  );
}
