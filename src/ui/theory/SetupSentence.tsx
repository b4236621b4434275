/** The small network as one sentence whose underlined words are its controls. */
import type { TheoryKey, TheorySetup } from '../../paper/theory/setup.ts';
import { theorySetting } from '../../paper/theory/setup.ts';
import { Popover } from '../shell/Popover.tsx';
import { SetupField } from './SetupField.tsx';
import { setupWord } from './setupWords.ts';

interface SentenceProps {
  setup: TheorySetup;
  onChange: (change: Partial<TheorySetup>) => void;
  /** Where the optimum lies matters to the statement. */
  hasOptimum: boolean;
  /** The statement sets γ and β itself. */
  setsAffine: boolean;
}

interface WordProps extends Pick<SentenceProps, 'setup' | 'onChange'> {
  keys: readonly [TheoryKey, ...TheoryKey[]];
  after?: string;
}

function Word({ keys, setup, onChange, after = '' }: WordProps) {
  const [first] = keys;
  const { label } = theorySetting(first);
  const words = setupWord(first, setup);
  return (
    <div className="word">
      <Popover label={label} trigger={words} triggerClass="word-button" triggerLabel={`${label}: ${words}`}>
        {keys.map((key) => (
          <SetupField key={key} settingKey={key} setup={setup} onChange={onChange} />
        ))}
      </Popover>
      {after}
    </div>
  );
}

const LARGEST_SEED = 999_999;

export function SetupSentence({ setup, onChange, hasOptimum, setsAffine }: SentenceProps) {
  const shared = { setup, onChange };
  return (
    <div className="theory-setup">
      <div className="sentence">
        Checked in <Word keys={['units']} {...shared} /> over <Word keys={['samples']} {...shared} />, before{' '}
        <Word keys={['downstream']} {...shared} after="," /> with weights of scale{' '}
        <Word keys={['scale']} {...shared} />
        {!setsAffine && (
          <>
            , <Word keys={['affine', 'gamma']} {...shared} />
          </>
        )}
        {hasOptimum && (
          <>
            , an optimum about <Word keys={['distance']} {...shared} /> of their lengths away
          </>
        )}{' '}
        and seed <Word keys={['seed']} {...shared} after="," /> in 64-bit floats.
      </div>
      <button
        type="button"
        className="button quiet"
        onClick={() => onChange({ seed: setup.seed >= LARGEST_SEED ? 0 : setup.seed + 1 })}
      >
        Draw another
      </button>
    </div>
  );
}
