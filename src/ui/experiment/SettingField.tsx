/** One setting: name, range, help, field, and what is wrong with it. All of it comes from the table of settings. */
import { type ChangeEvent, type KeyboardEvent, useId, useState } from 'react';
import { DATASETS } from '../../experiment/datasets.ts';
import type { DatasetId, ExperimentKey } from '../../experiment/experiment.ts';
import { toText } from '../../experiment/read.ts';
import { type ChoiceSetting, setting } from '../../experiment/settings.ts';
import { enterText } from '../../store/experimentActions.ts';
import { problemsAtControls } from '../../store/refusal.ts';
import { isBusy } from '../../store/store.ts';
import { Icon } from '../shell/icons.tsx';
import { useStore } from '../useStore.ts';
import { rangeWords } from './words.ts';

interface FieldProps {
  settingKey: ExperimentKey;
  id: string;
  describedBy: string;
  isInvalid: boolean;
  isDisabled: boolean;
}

/** The text stays the visitor's own until Enter or until the field is left; Escape gives it up. */
function TextField({ settingKey, id, describedBy, isInvalid, isDisabled }: FieldProps) {
  const value = useStore(({ experiment }) => toText(experiment[settingKey], ', '));
  const draft = useStore(({ drafts }) => drafts[settingKey]?.text);
  const [typed, setTyped] = useState<string | null>(null);
  const commit = (): void => {
    if (typed !== null) enterText(settingKey, typed);
    setTyped(null);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') commit();
    if (event.key === 'Escape') setTyped(null);
  };
  const { type } = setting(settingKey);
  return (
    <input
      id={id}
      className="field-input"
      data-type={type}
      value={typed ?? draft ?? value}
      inputMode={type === 'number' ? 'decimal' : 'text'}
      autoComplete="off"
      spellCheck={false}
      disabled={isDisabled}
      aria-describedby={describedBy}
      aria-invalid={isInvalid}
      onChange={(event: ChangeEvent<HTMLInputElement>) => setTyped(event.target.value)}
      onBlur={commit}
      onKeyDown={onKeyDown}
    />
  );
}

const optionLabel = (option: string): string => DATASETS[option as DatasetId]?.label ?? option;

function ChoiceField({ settingKey, id, describedBy, isInvalid, isDisabled }: FieldProps) {
  const value = useStore(({ experiment }) => String(experiment[settingKey]));
  const { options } = setting(settingKey) as ChoiceSetting;
  return (
    <select
      id={id}
      className="field-input"
      value={value}
      disabled={isDisabled}
      aria-describedby={describedBy}
      aria-invalid={isInvalid}
      onChange={(event) => enterText(settingKey, event.target.value)}
    >
      {options.map((option) => (
        <option key={option} value={option}>
          {optionLabel(option)}
        </option>
      ))}
    </select>
  );
}

export function SettingField({ settingKey }: { settingKey: ExperimentKey }) {
  const id = useId();
  const one = setting(settingKey);
  const isDisabled = useStore(isBusy);
  const problem = useStore(
    (state) => problemsAtControls(state).find(({ key }) => key === settingKey)?.message,
  );
  const Field = one.type === 'choice' ? ChoiceField : TextField;
  return (
    <div className="field" data-key={settingKey} data-type={one.type}>
      <label htmlFor={id}>
        {one.label} <span className="sub field-range">{rangeWords(one)}</span>
      </label>
      <Field
        settingKey={settingKey}
        id={id}
        describedBy={`${id}-help ${id}-problem`}
        isInvalid={problem !== undefined}
        isDisabled={isDisabled}
      />
      <p id={`${id}-help`} className="field-help">
        {one.help}
      </p>
      <p id={`${id}-problem`} className="field-problem" role="alert">
        {problem && (
          <>
            <Icon name="warn" /> {problem}
          </>
        )}
      </p>
    </div>
  );
}
