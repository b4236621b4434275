/** The network: a few ready ones, and its text. */
import { architectureOf } from '../../experiment/architecture.ts';
import { costOf } from '../../experiment/cost.ts';
import type { Experiment } from '../../experiment/experiment.ts';
import { SETTINGS } from '../../experiment/settings.ts';
import { changeSettings } from '../../store/experimentActions.ts';
import { isBusy } from '../../store/store.ts';
import { formatCount } from '../format.ts';
import { useStore } from '../useStore.ts';
import { BusyNote } from './BusyNote.tsx';
import { SettingField } from './SettingField.tsx';
import { networkWords } from './words.ts';

const CONVOLUTIONS_OF_VGG_16 = '64-64-M-128-128-M-256-256-256-M-512-512-512-M-512-512-512-M';

const READY: { label: string; network: string }[] = [
  { label: 'Small VGG', network: SETTINGS.network.default },
  { label: 'VGG-16', network: `vgg:${CONVOLUTIONS_OF_VGG_16}/512-512` },
  { label: 'Deep linear network of the paper', network: 'dln:25x10' },
];

/** A deep linear network needs Gaussian vectors, any other images. */
function withNetwork(network: string, { dataset }: Experiment): Partial<Experiment> {
  const isLinear = network.startsWith('dln:');
  if (isLinear) return { network, dataset: 'gaussian' };
  return dataset === 'gaussian' ? { network, dataset: SETTINGS.dataset.default } : { network };
}

function shapeWords(experiment: Experiment): string | null {
  if (!architectureOf(experiment.network, experiment.dataset).ok) return null;
  return `${networkWords(experiment.network)}, ${formatCount(costOf(experiment).parameters)} trainable numbers in each network.`;
}

export function NetworkEditor() {
  const experiment = useStore((state) => state.experiment);
  const busy = useStore(isBusy);
  return (
    <div className="network-editor">
      <BusyNote />
      <fieldset className="choices">
        <legend>Ready networks</legend>
        {READY.map(({ label, network }) => (
          <label key={network} className="choice">
            <input
              type="radio"
              name="network"
              checked={experiment.network === network}
              disabled={busy}
              onChange={() => changeSettings(withNetwork(network, experiment))}
            />
            {label} <span className="sub choice-detail">{networkWords(network)}</span>
          </label>
        ))}
      </fieldset>
      <SettingField settingKey="network" />
      <p className="field-help">{shapeWords(experiment)}</p>
    </div>
  );
}
