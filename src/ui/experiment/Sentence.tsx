/** The experiment as one sentence whose underlined words are the controls. */
import { Fragment, type ReactNode } from 'react';
import { DATASETS } from '../../experiment/datasets.ts';
import type { ExperimentKey } from '../../experiment/experiment.ts';
import { formatNumber } from '../../experiment/read.ts';
import { setting } from '../../experiment/settings.ts';
import { problemsAtControls } from '../../store/refusal.ts';
import { formatCount } from '../format.ts';
import { identitiesOf } from '../identity.ts';
import { Panel, PanelButton, usePanel } from '../shell/Panel.tsx';
import { Popover } from '../shell/Popover.tsx';
import { useStore } from '../useStore.ts';
import { BusyNote } from './BusyNote.tsx';
import { DatasetEditor } from './DatasetEditor.tsx';
import { NetworkEditor } from './NetworkEditor.tsx';
import { SettingField } from './SettingField.tsx';
import { VariantsEditor } from './VariantsEditor.tsx';
import { article, networkWords } from './words.ts';

interface WordProps {
  settingKey: ExperimentKey;
  words: string;
  after?: string;
  children?: ReactNode;
}

function useInvalid(settingKey: ExperimentKey): boolean {
  return useStore((state) => problemsAtControls(state).some(({ key }) => key === settingKey));
}

/** A word with its panel; the punctuation after it stays on its line. */
function Word({ settingKey, words, after = '', children }: WordProps) {
  const { label } = setting(settingKey);
  const invalid = useInvalid(settingKey);
  return (
    <div className="word">
      <Popover
        label={label}
        trigger={words}
        triggerClass="word-button"
        triggerLabel={`${label}: ${words}`}
        invalid={invalid}
      >
        {children ?? (
          <>
            <BusyNote />
            <SettingField settingKey={settingKey} />
          </>
        )}
      </Popover>
      {after}
    </div>
  );
}

/** All of them open one panel, which stays open when networks come and go. */
function VariantWords({ variants }: { variants: readonly string[] }) {
  const panel = usePanel();
  const invalid = useInvalid('variants');
  const identities = identitiesOf(variants);
  const words = identities.map(({ label }, i) => {
    const isLast = i === identities.length - 1;
    const isLastButOne = i === identities.length - 2;
    return (
      // By place: a word that was pressed outlives the network that it named.
      // biome-ignore lint/suspicious/noArrayIndexKey: see above
      <Fragment key={i}>
        <div className="word">
          <PanelButton
            panel={panel}
            className="word-button"
            label={`${setting('variants').label}: ${label}`}
            invalid={invalid}
          >
            {label}
          </PanelButton>
          {isLast || !isLastButOne ? ',' : ''}
        </div>
        {isLastButOne ? ' and ' : ' '}
      </Fragment>
    );
  });
  return (
    <>
      {words}
      <Panel panel={panel} label={setting('variants').label}>
        <VariantsEditor />
      </Panel>
    </>
  );
}

export function Sentence() {
  const experiment = useStore((state) => state.experiment);
  const { network, dataset, variants, learningRate, batchSize, steps, seed, seeds } = experiment;
  const words = networkWords(network);
  const batch = batchSize === 'full' ? 'full' : formatCount(batchSize);
  return (
    <div className="sentence">
      Train {article(words)}{' '}
      <Word settingKey="network" words={words}>
        <NetworkEditor />
      </Word>{' '}
      on{' '}
      <Word settingKey="dataset" words={DATASETS[dataset].label}>
        <DatasetEditor />
      </Word>{' '}
      with <VariantWords variants={variants} />
      learning rate <Word settingKey="learningRate" words={formatNumber(learningRate)} after="," /> batch{' '}
      <Word settingKey="batchSize" words={batch} after="," /> for{' '}
      <Word settingKey="steps" words={`${formatCount(steps)} steps`} after="," />{' '}
      {seeds > 1 ? `${seeds} seeds from` : 'seed'} <Word settingKey="seed" words={String(seed)} after="." />
    </div>
  );
}
