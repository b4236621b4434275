/** Norms layer by layer: of gradients at the start, of weights, and the effective learning rate. */
import { useId, useState } from 'react';
import { architectureOf } from '../../../experiment/architecture.ts';
import { gradientProfileReading, rateProfileReading, weightProfileReading } from '../../series/norms.ts';
import { FoldedSection } from '../more/FoldedSection.tsx';
import { useShownExperiment } from '../Section.tsx';
import { LayerOverTime } from './LayerOverTime.tsx';
import { Profile } from './Profile.tsx';

function LayerChoice({
  layer,
  count,
  onChange,
}: {
  layer: number;
  count: number;
  onChange: (layer: number) => void;
}) {
  const id = useId();
  return (
    <div className="figure-controls">
      <label htmlFor={id}>
        Over training, of layer
        <select
          id={id}
          className="field-input"
          value={layer}
          onChange={(event) => onChange(Number(event.target.value))}
        >
          {Array.from({ length: count }, (_, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: layers are their numbers
            <option key={i}>{i + 1}</option>
          ))}
        </select>
      </label>
    </div>
  );
}

export function LayerNormsSection() {
  const { network, dataset } = useShownExperiment();
  const architecture = architectureOf(network, dataset);
  const count = architecture.ok ? architecture.value.layers.length : 1;
  const [chosen, setChosen] = useState(1);
  const layer = Math.min(chosen, count);
  return (
    <FoldedSection
      id="layer-norms"
      question="How long are gradients and weights, layer by layer?"
      source="ours, not in the paper"
      words="Gradient norms at step 0, weight norms, and the learning rate that is effective on them. Measured in every run."
      isOpenAtFirst={false}
    >
      <div className="columns-2">
        <Profile
          title="Gradient norm at step 0"
          quantity="‖∇W L‖₂ of each layer"
          of="gradient"
          when="start"
          reading={gradientProfileReading}
        />
        <Profile
          title="Weight norm"
          quantity="‖W‖₂ of each layer"
          of="weight"
          when="cursor"
          reading={weightProfileReading}
        />
        <Profile
          title="Effective learning rate"
          quantity="η / ‖W‖² of each layer"
          of="rate"
          when="cursor"
          reading={rateProfileReading}
        />
      </div>
      <LayerChoice layer={layer} count={count} onChange={setChosen} />
      <div className="columns-2">
        <LayerOverTime of="weight" layer={layer} />
        <LayerOverTime of="rate" layer={layer} />
        <LayerOverTime of="gradient" layer={layer} />
      </div>
      <div className="caption">All of it is ours.</div>
    </FoldedSection>
  );
}
