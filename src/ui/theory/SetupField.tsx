/** One setting of the small network: name, range, slider and field, help, and what is wrong with what was typed. */
import { type ChangeEvent, type KeyboardEvent, useId, useState } from 'react';
import type { ChoiceSetting, NumberSetting } from '../../experiment/settings.ts';
import {
  readTheoryValue,
  type TheoryKey,
  type TheorySetup,
  theorySetting,
} from '../../paper/theory/setup.ts';
import { rangeWords } from '../experiment/words.ts';
import { Icon } from '../shell/icons.tsx';
import { AFFINE_WORDS, DOWNSTREAM_WORDS } from './setupWords.ts';

export interface SetupFieldProps {
  settingKey: TheoryKey;
  setup: TheorySetup;
  onChange: (change: Partial<TheorySetup>) => void;
}

/** Sliders move in equal ratios where the range spans several powers of ten. */
const SLIDER_STEPS = 200;
const WIDE_RANGE = 50;

const isWide = ({ min, max }: NumberSetting): boolean => min > 0 && max / min >= WIDE_RANGE;

function toSlider(setting: NumberSetting, value: number): number {
  const { min, max } = setting;
  const share = isWide(setting) ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min);
  return Math.round(SLIDER_STEPS * share);
}

function fromSlider(setting: NumberSetting, position: number): number {
  const { min, max, integer } = setting;
  const share = position / SLIDER_STEPS;
  const value = isWide(setting) ? min * (max / min) ** share : min + share * (max - min);
  return integer ? Math.round(value) : Number(value.toPrecision(2));
}

interface NumberFieldProps extends SetupFieldProps {
  setting: NumberSetting;
  isDisabled: boolean;
}

function NumberField({ settingKey, setting, setup, onChange, isDisabled }: NumberFieldProps) {
  const id = useId();
  const value = Number(setup[settingKey]);
  const [typed, setTyped] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const take = (next: number): void => {
    setTyped(null);
    setProblem(null);
    onChange({ [settingKey]: next });
  };
  const commit = (): void => {
    if (typed === null) return;
    const read = readTheoryValue(settingKey, typed);
    if (read.problem) setProblem(read.problem.message);
    else take(Number(read.value));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') commit();
  };
  return (
    <div className="field theory-field">
      <label htmlFor={id}>
        {setting.label} <span className="sub field-range">{rangeWords(setting)}</span>
      </label>
      <input
        id={id}
        className="field-input"
        value={typed ?? String(value)}
        inputMode="decimal"
        autoComplete="off"
        disabled={isDisabled}
        aria-describedby={`${id}-help ${id}-problem`}
        aria-invalid={problem !== null}
        onChange={(event: ChangeEvent<HTMLInputElement>) => setTyped(event.target.value)}
        onBlur={commit}
        onKeyDown={onKeyDown}
      />
      <input
        type="range"
        className="slider"
        aria-label={setting.label}
        aria-valuetext={String(value)}
        min={0}
        max={SLIDER_STEPS}
        value={toSlider(setting, value)}
        disabled={isDisabled}
        onChange={(event) => take(fromSlider(setting, Number(event.target.value)))}
      />
      <p id={`${id}-help`} className="field-help">
        {setting.help}
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

const OPTION_WORDS: Record<string, { name: string; detail: string }> = {
  ...DOWNSTREAM_WORDS,
  ...AFFINE_WORDS,
};

function ChoiceField({ settingKey, setup, onChange, setting }: SetupFieldProps & { setting: ChoiceSetting }) {
  return (
    <fieldset className="choices theory-choices">
      <legend>{setting.label}</legend>
      {setting.options.map((option) => (
        <label key={option} className="choice">
          <input
            type="radio"
            name={settingKey}
            checked={setup[settingKey] === option}
            onChange={() => onChange({ [settingKey]: option })}
          />
          {OPTION_WORDS[option]?.name}
          <span className="sub choice-detail">{OPTION_WORDS[option]?.detail}</span>
        </label>
      ))}
      <p className="field-help">{setting.help}</p>
    </fieldset>
  );
}

export function SetupField(props: SetupFieldProps) {
  const setting = theorySetting(props.settingKey);
  if (setting.type === 'choice') return <ChoiceField {...props} setting={setting} />;
  const isDisabled = props.settingKey === 'gamma' && props.setup.affine === 'restoring';
  return <NumberField {...props} setting={setting} isDisabled={isDisabled} />;
}
